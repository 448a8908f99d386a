import { afterEach, describe, expect, it } from 'vitest';
import { makeRestartsCommand } from '../../src/commands/restarts.ts';
import { loadOf } from '../../src/commands/scale.ts';
import type { Incident } from '../../src/domain/incident.ts';
import type { Intent } from '../../src/domain/intent.ts';
import { DEFAULT_THRESHOLDS } from '../../src/domain/thresholds.ts';
import { redactSecrets } from '../../src/domain/untrusted.ts';
import { makeEnrich } from '../../src/incidents/enrich.ts';
import { openFleet, START_MS } from './crashing-fleet.ts';

const HOUR = 3_600_000;
const REF = { account: 'production', region: 'us-east-1', cluster: 'shop', service: 'checkout' };
const KILLED = {
  name: 'app',
  exitCode: 137,
  reason: 'OutOfMemoryError: Container killed due to memory usage',
};

/** A new revision that is killed for its memory, every few minutes. */
const CHECKOUT = {
  desired: 2,
  running: 1,
  task: { cpu: 512, memoryMiB: 1024 },
  containers: [{ name: 'app', image: 'registry.example/checkout:4f2a9c1', logGroup: '/ecs/checkout' }],
  tags: { runbook: 'https://wiki.example/checkout' },
  targetGroup: {
    name: 'checkout',
    loadBalancer: 'edge',
    targets: {
      healthy: 1,
      unhealthy: 1,
      reason: 'Target.ResponseCodeMismatch',
      description: 'Health checks failed with these codes: [503]',
    },
  },
  deployments: [
    { revision: 41, at: '-30d', state: 'COMPLETED', image: 'registry.example/checkout:91bc0de' },
    { revision: 42, at: '-22m', state: 'IN_PROGRESS', image: 'registry.example/checkout:4f2a9c1' },
  ],
  metrics: {
    cpuPercent: { base: 84 },
    memoryPercent: { base: 55, ramps: [{ from: '-3h', until: 'now', to: 97 }] },
    unhealthyHosts: { base: 1 },
    healthyHosts: { base: 1 },
  },
  logs: [{ at: '-1h', every: '5s', line: 'ERROR no memory, token=hunter2secret n={n}' }],
  stoppedTasks: [
    {
      at: '-9m',
      revision: 42,
      stopCode: 'EssentialContainerExited',
      reason: 'Essential container in task exited',
      containers: [KILLED],
    },
    {
      at: '-4m',
      revision: 42,
      stopCode: 'EssentialContainerExited',
      reason: 'Essential container in task exited',
      containers: [KILLED],
    },
  ],
};

const SERVICES = { checkout: CHECKOUT, calm: { desired: 1 } };
const CLI = { person: { platform: 'cli', id: 'me', tenant: '-', name: 'me' }, prefix: '' } as const;

type Fleet = Awaited<ReturnType<typeof openFleet>>;
let fleet: Fleet | undefined;
afterEach(() => fleet?.close());

function restarts({ collector, evidence, connections, named, ticking }: Fleet) {
  return makeRestartsCommand({
    collector,
    evidence,
    stoppedTasks: ({ account, region, cluster }, service) =>
      connections.tasks(named(account), region).stopped(cluster, service),
    clock: ticking,
    redact: redactSecrets,
  });
}

function enrich({ collector, evidence, connections, named, ticking, log }: Fleet) {
  return makeEnrich({
    collector,
    evidence,
    thresholds: DEFAULT_THRESHOLDS,
    clock: ticking,
    log,
    wait: () => new Promise(() => undefined),
    targets: ({ account, region }, arn) => connections.targets(named(account), region).ofGroup(arn),
    loadOf,
    pastDeployments: ({ account, region, cluster, service }) =>
      connections.history(named(account), region).past(cluster, service),
  });
}

const INCIDENT: Incident = {
  id: 'i1',
  number: 1,
  target: REF,
  severity: 'high',
  cause: 'SERVICE_TASK_START_IMPAIRED',
  title: 'Tasks do not stay up',
  state: 'open',
  openedAtMs: START_MS,
  lastSeenAtMs: START_MS,
  count: 1,
  facts: [],
  version: 1,
};

interface StopData {
  readonly task: string;
  readonly at: string;
  readonly containers: readonly { readonly exitCode?: number }[];
  readonly lastLines: readonly string[];
}

describe('a service whose tasks are killed', () => {
  it('is explained days later, when ECS has forgotten its tasks', async () => {
    fleet = await openFleet(SERVICES);
    for (let minutes = 0; minutes < 30; minutes += 1) {
      await fleet.pass(60_000);
      await fleet.box.sweep();
    }
    await fleet.box.idle();
    fleet.clock.nowMs += 3 * 24 * HOUR;
    const asked: Intent = { ...REF, command: 'restarts', sinceMs: 7 * 24 * HOUR };
    const { data, card, verdict } = await restarts(fleet)(asked, CLI);
    const { stops, reasons } = data as { stops: StopData[]; reasons: { reason: string; count: number }[] };
    expect(verdict).toBe('ok');
    expect(stops.length).toBeGreaterThan(2);
    expect(reasons).toMatchObject([{ reason: 'out of memory', count: stops.length }]);
    expect(stops.every(({ containers }) => containers[0]?.exitCode === 137)).toBe(true);
    expect(stops.some(({ lastLines }) => lastLines.at(-1)?.startsWith('ERROR no memory'))).toBe(true);
    expect(JSON.stringify([data, card])).not.toContain('hunter2');
    expect(new Set(stops.map(({ task }) => task)).size).toBe(stops.length);
  });

  it('is explained from ECS alone before any event came, and once where both know it', async () => {
    fleet = await openFleet(SERVICES);
    const ask = async () =>
      (await restarts(fleet as Fleet)({ ...REF, command: 'restarts' }, CLI)).data as { stops: StopData[] };
    const before = await ask();
    expect(before.stops).toHaveLength(2);
    await fleet.pass(12 * 60_000);
    const after = await ask();
    const kept = (await fleet.evidence.ofService(REF, { sinceMs: 0, limit: 100 })).stops;
    expect(kept.length).toBeGreaterThan(0);
    expect(after.stops).toHaveLength(2 + kept.length);
    expect(after.stops.map(({ at }) => at)).toEqual(
      after.stops
        .map(({ at }) => at)
        .toSorted()
        .reverse(),
    );
  });

  it('stands first in its cluster, and services without stops do not stand there', async () => {
    fleet = await openFleet(SERVICES);
    await fleet.pass(12 * 60_000);
    const { data } = await restarts(fleet)({ command: 'restarts', cluster: 'shop' }, CLI);
    expect(data).toMatchObject({ services: [{ service: 'checkout', account: 'production' }], missing: [] });
    expect((data as { services: unknown[] }).services).toHaveLength(1);
  });

  it('is told with what may not be read', async () => {
    fleet = await openFleet(SERVICES, ['ecs:ListTasks']);
    const { data, verdict } = await restarts(fleet)({ ...REF, command: 'restarts' }, CLI);
    expect(verdict).toBe('incomplete');
    expect(data).toMatchObject({ stops: [], missing: [{ action: 'ecs:ListTasks', kind: 'denied' }] });
  });

  it('gets an incident with all that AWS knows', async () => {
    fleet = await openFleet(SERVICES);
    await fleet.pass(12 * 60_000);
    const findings = await enrich(fleet)(REF, { ...INCIDENT, openedAtMs: fleet.clock.nowMs });
    expect(findings).toMatchObject({
      tasks: { desired: 2 },
      runbookUrl: 'https://wiki.example/checkout',
      deployment: {
        state: 'IN_PROGRESS',
        from: { revision: 41, images: ['registry.example/checkout:91bc0de'] },
        to: { revision: 42, images: ['registry.example/checkout:4f2a9c1'] },
      },
      targets: { unhealthy: 1, why: 'Health checks failed with these codes: [503]' },
      trend: { title: 'Memory', unit: '%' },
    });
    expect(findings.health.length).toBeGreaterThan(0);
    expect(findings.stops?.length).toBeGreaterThan(0);
    expect(findings.stops?.length).toBeLessThanOrEqual(3);
    expect(findings.stops?.[0]?.containers[0]?.lastLines?.length ?? 0).toBeLessThanOrEqual(1);
    const points = findings.trend?.points ?? [];
    expect(points.length).toBeGreaterThan(15);
    expect(points.length).toBeLessThanOrEqual(20);
  });

  it('names the image before, although ECS shows the old deployment no more', async () => {
    const image = (tag: string) => `registry.example/calm:${tag}`;
    const calm = {
      desired: 1,
      containers: [{ name: 'app', image: image('new') }],
      deployments: [
        { revision: 6, at: '-9d', state: 'COMPLETED', image: image('old') },
        { revision: 7, at: '-2h', state: 'COMPLETED', image: image('new') },
      ],
    };
    fleet = await openFleet({ calm });
    const findings = await enrich(fleet)({ ...REF, service: 'calm' }, INCIDENT);
    expect(findings.deployment).toMatchObject({
      state: 'COMPLETED',
      from: { revision: 6, images: [image('old')] },
      to: { revision: 7, images: [image('new')] },
    });
  });

  it('gets what is left when parts are denied, and the log says which', async () => {
    fleet = await openFleet(SERVICES, [
      'elasticloadbalancing:DescribeTargetHealth',
      'ecs:DescribeTaskDefinition',
      'application-autoscaling:DescribeScalableTargets',
    ]);
    const findings = await enrich(fleet)(REF, INCIDENT);
    expect(findings).toMatchObject({
      tasks: { desired: 2 },
      deployment: { from: { revision: 41, images: [] }, to: { revision: 42, images: [] } },
      targets: { unhealthy: 1 },
    });
    expect(findings.suggestedCount).toBeUndefined();
    expect(findings.targets?.why).toBeUndefined();
    for (const action of ['DescribeTargetHealth', 'DescribeTaskDefinition', 'DescribeScalableTargets']) {
      expect(fleet.logged.join()).toContain(action);
    }
  });

  it('outside of what is watched gets nothing, and nothing breaks', async () => {
    fleet = await openFleet(SERVICES);
    const none = { atMs: fleet.clock.nowMs, health: [] };
    expect(await enrich(fleet)({ ...REF, account: '999988887777' }, INCIDENT)).toEqual(none);
    expect(await enrich(fleet)({ account: 'production', region: 'us-east-1' }, INCIDENT)).toEqual(none);
  });
});
