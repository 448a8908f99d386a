import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { assessFleet } from '../../src/assess/fleet-health.ts';
import { type AwsConnections, connectAws } from '../../src/aws/connect.ts';
import { makeSessions } from '../../src/aws/sessions.ts';
import { type Collector, makeCollector } from '../../src/collector/collector.ts';
import { adoptEnvironment } from '../../src/config.ts';
import type { AccountConfig } from '../../src/domain/accounts.ts';
import { DEFAULT_THRESHOLDS } from '../../src/domain/thresholds.ts';
import { printTable } from '../print-table.ts';
import { decodeRatios } from './decode.ts';
import { type Fleet, type FleetReport, startFleet } from './fleet.ts';
import { makeNaiveReader, NAIVE_CALLS_PER_SERVICE } from './naive.ts';

const LATENCY_MS = 40;
/** The naive way is measured on this many services and multiplied, unless `--naive-whole` is said. */
const NAIVE_SAMPLE = 20;

/**
 * `npm run bench -- collector [50 500 5000] [--naive-whole]`: reads generated fleets over the loopback AWS, which
 * keeps AWS's batch and throttle limits in a process of its own with a round trip of 40 ms.
 */
export async function benchCollector(args: readonly string[]): Promise<void> {
  const sizes = args.filter((arg) => /^\d+$/.test(arg)).map(Number);
  const naiveWhole = args.includes('--naive-whole');
  const measured: Measured[] = [];
  for (const services of sizes.length > 0 ? sizes : [50, 500, 5000]) {
    measured.push(await measure(services, naiveWhole));
  }
  print(measured);
  const { fast, stock } = decodeRatios();
  process.stdout.write(
    `Decoding a page of 500 queries costs ${fast.toFixed(2)} × JSON.parse of the same body (goal 1.3); the SDK's own decoder ${stock.toFixed(2)} ×.\n`,
  );
  process.stdout.write('A naive time with ~ is measured on 20 of the services and multiplied.\n');
  if (!measured.every(isWithinGoals)) process.exitCode = 1;
}

interface Run {
  readonly ms: number;
  readonly cpuMs: number;
  readonly report: FleetReport;
}

interface Measured {
  readonly services: number;
  readonly cold: Run;
  readonly warm: Run;
  readonly bytesPerService: number;
  readonly cacheCpuMs: number;
  readonly naive: {
    readonly calls: number;
    readonly ms: number;
    readonly dollars: number;
    readonly isWhole: boolean;
  };
}

async function measure(services: number, naiveWhole: boolean): Promise<Measured> {
  const fleet = await startFleet(services, LATENCY_MS);
  adoptEnvironment({
    AWS_ENDPOINT_URL: fleet.url,
    AWS_ACCESS_KEY_ID: fleet.accessKeyId,
    AWS_SECRET_ACCESS_KEY: fleet.secretAccessKey,
    AWS_SESSION_TOKEN: '',
    AWS_PROFILE: '',
  });
  const connections = connect();
  try {
    return await measureOn(fleet, connections, services, naiveWhole);
  } finally {
    connections.close();
    fleet.close();
  }
}

async function measureOn(
  fleet: Fleet,
  connections: AwsConnections,
  services: number,
  naiveWhole: boolean,
): Promise<Measured> {
  const clock = { shiftMs: 0, now: () => Date.now() + clock.shiftMs };
  const collector = makeCollector({
    accounts: [accountOf(fleet)],
    api: (account, region) => connections.api(account, region),
    clock,
    log: { debug: () => undefined, warn: () => undefined },
  });
  await firstConnection(connections, fleet);
  await fleet.report();
  const before = heapBytes();
  const cold = await run(fleet, () => snapshot(collector, services));
  const bytesPerService = (heapBytes() - before) / services;
  await collector.observe({
    accountId: '111122223333',
    region: 'us-east-1',
    cluster: undefined,
    service: undefined,
  });
  // A quarter of an hour later, in which events came and said nothing: metrics are old, the inventory is not.
  clock.shiftMs = 14 * 60_000;
  fleet.shift(clock.shiftMs);
  const warm = await run(fleet, () => snapshot(collector, services));
  const cache = await cpuOf(async () => {
    const known = await snapshot(collector, services);
    assessFleet(known, { nowMs: clock.now(), thresholds: DEFAULT_THRESHOLDS });
  });
  const naive = await measureNaive(fleet, services, naiveWhole);
  return { services, cold, warm, bytesPerService, cacheCpuMs: cache, naive };
}

/** Sessions and sockets are opened once and are not what is measured. */
async function firstConnection(connections: AwsConnections, fleet: Fleet): Promise<void> {
  await connections.api(accountOf(fleet), 'us-east-1').describeServices('cluster-0', ['svc-0000']);
}

async function snapshot(collector: Collector, services: number) {
  const read = await collector.snapshot();
  if (read.services.length !== services || read.missing.length > 0) {
    throw new Error(`${read.services.length} of ${services} services: ${JSON.stringify(read.missing)}`);
  }
  return read;
}

async function run(fleet: Fleet, work: () => Promise<unknown>): Promise<Run> {
  const startedMs = performance.now();
  const cpuMs = await cpuOf(work);
  const ms = performance.now() - startedMs;
  return { ms, cpuMs, report: await fleet.report() };
}

async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

async function measureNaive(fleet: Fleet, services: number, whole: boolean): Promise<Measured['naive']> {
  const sessions = makeSessions({ env: () => undefined, clock: { now: () => Date.now() } });
  const read = makeNaiveReader(sessions.credentials(accountOf(fleet)));
  const isWhole = whole || services <= 50;
  const sample = isWhole ? services : Math.min(services, NAIVE_SAMPLE);
  await read('cluster-0', 'svc-0000');
  await fleet.report();
  const startedMs = performance.now();
  for (let n = 0; n < sample; n += 1) {
    await read(`cluster-${Math.floor(n / 100)}`, `svc-${String(n).padStart(4, '0')}`);
  }
  const ms = ((performance.now() - startedMs) * services) / sample;
  const { calls } = await fleet.report();
  if (calls !== sample * NAIVE_CALLS_PER_SERVICE) throw new Error(`The naive way took ${calls} calls.`);
  const statistics = 14 * services;
  return { calls: (calls * services) / sample, ms, dollars: (statistics * 0.01) / 1000, isWhole };
}

function accountOf(fleet: Fleet): AccountConfig {
  return {
    name: 'production',
    id: '111122223333',
    regions: ['us-east-1'],
    auth: { kind: 'role', roleArn: fleet.roleArn, externalId: fleet.externalId },
    include: [],
    exclude: [],
  };
}

function connect(): AwsConnections {
  return connectAws({
    env: () => undefined,
    clock: { now: () => Date.now() },
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    timeouts: { requestTimeoutMs: 60_000, callTimeoutMs: 120_000 },
  });
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  // The flag gives new contexts a `gc` function.
  const gc = runInNewContext('gc') as () => void;
  gc();
  gc();
  return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
}

const FLOOR: Readonly<Record<number, { readonly cold: number; readonly warm: number }>> = {
  50: { cold: 11, warm: 2 },
  500: { cold: 82, warm: 14 },
  5000: { cold: 804, warm: 140 },
};

/** What does not depend on how busy the machine is: the calls, that none was throttled, the memory. */
function isWithinGoals({ services, cold, warm, bytesPerService }: Measured): boolean {
  const throttled = cold.report.throttled + warm.report.throttled;
  return (
    isFloor(services, cold.report, warm.report) && throttled === 0 && bytesPerService < MOST_BYTES_A_SERVICE
  );
}

const MOST_BYTES_A_SERVICE = 60 * 1024;

function isFloor(services: number, cold: FleetReport, warm: FleetReport): boolean {
  const floor = FLOOR[services];
  return floor === undefined || (cold.calls === floor.cold && warm.calls === floor.warm);
}

function print(all: readonly Measured[]): void {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s`;
  const dollars = (amount: number) => `$${amount.toFixed(4)}`;
  printTable(
    [
      'services',
      'cold calls',
      'time',
      'CPU',
      'warm calls',
      'time',
      'CPU',
      'dollars',
      'throttled',
      'KB a service',
      'from cache, CPU',
    ],
    all.map(({ services, cold, warm, bytesPerService, cacheCpuMs }) => [
      String(services),
      String(cold.report.calls),
      seconds(cold.ms),
      seconds(cold.cpuMs),
      String(warm.report.calls),
      seconds(warm.ms),
      seconds(warm.cpuMs),
      dollars(warm.report.dollars),
      String(cold.report.throttled + warm.report.throttled),
      (bytesPerService / 1024).toFixed(1),
      `${cacheCpuMs.toFixed(0)} ms`,
    ]),
  );
  printTable(
    ['the naive way', 'calls', 'time', 'dollars', 'Deckhand is faster', 'and takes fewer calls'],
    all.map(({ services, cold, naive }) => [
      String(services),
      String(naive.calls),
      `${naive.isWhole ? '' : '~'}${seconds(naive.ms)}`,
      dollars(naive.dollars),
      `${(naive.ms / cold.ms).toFixed(0)} ×`,
      `${(naive.calls / cold.report.calls).toFixed(0)} ×`,
    ]),
  );
}
