import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';
import { connectAws } from '../../src/aws/connect.ts';
import { makeCollector } from '../../src/collector/collector.ts';
import type { AccountConfig } from '../../src/domain/accounts.ts';
import { NotFound } from '../../src/domain/errors.ts';
import { systemClock } from '../../src/domain/time.ts';
import { redactSecrets } from '../../src/domain/untrusted.ts';
import { parseMessage } from '../../src/incidents/event.ts';
import { makeEvidenceBox } from '../../src/incidents/evidence.ts';
import type { IncidentEvent } from '../../src/incidents/incident-event.ts';
import { targetOf } from '../../src/incidents/target.ts';
import { makeAws } from '../../src/local/aws/index.ts';
import { parseScenario } from '../../src/local/scenario/load.ts';
import { makeWorld } from '../../src/local/world/world.ts';
import { makeEvidenceStore } from '../../src/store/evidence-store.ts';
import { keepLog } from '../kept-log.ts';
import { makeMemoryTable } from '../store/memory-table.ts';

export const START_MS = Date.parse('2026-11-20T09:00:00Z');

/**
 * The loopback AWS behind a real server and the real SDK clients, a collector, a record of stops, and what ties them
 * together as a running bot does.
 */
export async function openFleet(services: object, deny: readonly string[] = []) {
  const clock = { nowMs: START_MS };
  const ticking = { now: () => clock.nowMs };
  const regions = { 'us-east-1': { clusters: { shop: { services } } } };
  const scenario = { accounts: [{ name: 'production', id: '111122223333', deny, regions }] };
  const world = makeWorld(parseScenario(JSON.stringify(scenario), 'test.json'), { clock: ticking });
  let url = '';
  const aws = await makeAws({ world, dataDir: undefined, baseUrl: () => url });
  const server = createServer((req, res) => aws.handle(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
  for (const [name, value] of Object.entries({
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: aws.hub.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.hub.secretAccessKey,
    AWS_SESSION_TOKEN: '',
    AWS_PROFILE: '',
  })) {
    vi.stubEnv(name, value);
  }
  const account: AccountConfig = {
    name: 'production',
    id: '111122223333',
    regions: ['us-east-1'],
    auth: { kind: 'role', roleArn: aws.roleArnFor('111122223333'), externalId: aws.externalId },
    include: [],
    exclude: [],
  };
  const accounts = [account];
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  const connections = connectAws({ env: () => undefined, clock: systemClock, sleep });
  const { log, lines: logged } = keepLog();
  const collector = makeCollector({
    accounts,
    api: (one, region) => connections.api(one, region),
    clock: ticking,
    log,
  });
  const named = (name: string) => {
    if (name !== account.name) throw new NotFound(`${name} is not watched.`);
    return account;
  };
  const evidence = makeEvidenceStore(makeMemoryTable(ticking), ticking.now);
  const box = makeEvidenceBox({
    store: evidence,
    logs: (place) => connections.logs(named(place.account), place.region),
    taskDefinition: (place, arn) => collector.taskDefinition(place, arn),
    clock: ticking,
    log,
    redact: redactSecrets,
  });
  const events: IncidentEvent[] = [];
  world.onEvent((event) => {
    const parsed = parseMessage(JSON.stringify(event));
    if (parsed.kind === 'event') events.push(parsed.event);
  });
  return {
    clock,
    ticking,
    collector,
    connections,
    named,
    evidence,
    box,
    log,
    logged,
    events,
    /** Lets so much time pass, and has the box take the events of it. */
    async pass(ms: number) {
      clock.nowMs += ms;
      world.advance();
      for (const event of events.splice(0)) {
        const target = targetOf(event, accounts);
        if (target !== undefined) await box.keep(target, event);
      }
      await box.idle();
    },
    async close() {
      connections.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await aws.close();
      vi.unstubAllEnvs();
    },
  };
}
