import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';
import { type GroupsOf, makeAccess } from '../../src/access/access.ts';
import { makeAudit } from '../../src/access/audit.ts';
import { makeRateLimits, type RateLimitSettings } from '../../src/access/rate-limits.ts';
import { makePerform, type Perform, type PerformDeps } from '../../src/actions/perform.ts';
import type { Performed } from '../../src/actions/performed.ts';
import { makeWriteWorker, type WorkerOptions, type WriteWorker } from '../../src/actions/write-worker.ts';
import { makeWrites } from '../../src/actions/writes.ts';
import { connectAws } from '../../src/aws/connect.ts';
import { type AwsWriter, makeAwsWriter } from '../../src/aws/write.ts';
import { makeCollector } from '../../src/collector/collector.ts';
import {
  type AnswerHook,
  type CommandDeps,
  type Commands,
  makeAnswerHook,
  makeCommands,
} from '../../src/commands/index.ts';
import type { Grant } from '../../src/domain/access.ts';
import type { AccountConfig } from '../../src/domain/accounts.ts';
import type { Incident } from '../../src/domain/incident.ts';
import type { Intent } from '../../src/domain/intent.ts';
import type { Person } from '../../src/domain/person.ts';
import { type Aws, makeAws } from '../../src/local/aws/index.ts';
import { parseScenario } from '../../src/local/scenario/load.ts';
import type { World } from '../../src/local/world/model.ts';
import { makeWorld } from '../../src/local/world/world.ts';
import type { Destination, WantedMessage } from '../../src/messaging/messenger.ts';
import { type AuditStore, makeAuditStore } from '../../src/store/audit-store.ts';
import { makeGrantStore } from '../../src/store/grant-store.ts';
import { makeMuteStore } from '../../src/store/mute-store.ts';
import { makeRouteStore } from '../../src/store/route-store.ts';
import type { Table } from '../../src/store/table.ts';
import { makeWriteStore } from '../../src/store/write-store.ts';
import { makeFindTask } from '../../src/wiring/find-task.ts';
import { keepLog } from '../kept-log.ts';
import { makeMemoryTable } from '../store/memory-table.ts';

export const START_MS = Date.parse('2026-11-20T09:00:00Z');

export const ADMIN = member('slack', 'UADMIN0001', 'Mara');
export const OPERATOR = member('slack', 'UOPER00001', 'Tomas');
export const SECOND = member('slack', 'UOPER00002', 'Ines');
export const VIEWER = member('slack', 'UVIEW00001', 'Priya');
export const TEAMS_ADMIN = member('teams', 'aad-admin-1', 'Mara');

export const CHANNEL: Destination = { platform: 'slack', tenant: '-', channel: 'C1' };

/** One account that is reached through a role, with services of every kind. */
const SCENARIO = {
  accounts: [
    {
      name: 'production',
      id: '111122223333',
      regions: {
        'us-east-1': {
          clusters: {
            shop: {
              services: {
                web: {
                  desired: 4,
                  task: { cpu: 512, memoryMiB: 1024 },
                  scaling: { min: 2, max: 10, cpuTarget: 60 },
                  deployments: [
                    { revision: 6, at: '-9d' },
                    { revision: 7, at: '-2d' },
                  ],
                  metrics: { cpuPercent: { base: 84 }, memoryPercent: { base: 40 } },
                },
                ledger: { desired: 2, tags: { 'deckhand:protected': 'true' } },
                blue: { desired: 2, controller: 'CODE_DEPLOY' },
                sets: { desired: 2, controller: 'EXTERNAL' },
                agent: { desired: 2, strategy: 'DAEMON', launchType: 'EC2' },
              },
            },
          },
        },
      },
    },
  ],
};

/** A process of Deckhand's: the write path over the shared table and AWS. */
export interface Replica {
  readonly perform: Perform;
  readonly commands: Commands;
  readonly answerHook: AnswerHook;
  readonly worker: WriteWorker;
  readonly audit: AuditStore;
  readonly logLines: readonly string[];
  /** Proposes as if typed; answers with the id of the proposal. @throws what the command throws */
  propose(intent: Intent, person?: Person): Promise<string>;
  click(kind: 'confirm' | 'cancel' | 'approve' | 'undo', write: string, person?: Person): Promise<Performed>;
}

export interface ReplicaOptions {
  readonly admins?: readonly string[];
  readonly grants?: readonly Grant[];
  readonly limits?: Partial<RateLimitSettings>;
  /** What waits to be sent; nothing keeps messages where it is absent. */
  readonly outbox?: PerformDeps['outbox'];
  /** Who is in which group, as the platforms tell it. */
  readonly groupsOf?: GroupsOf;
  /** Stands between the replica and its table. */
  readonly table?: (table: Table) => Table;
  readonly writer?: (writer: AwsWriter) => AwsWriter;
  readonly want?: WorkerOptions['want'];
  /** In place of what ECS tells of earlier deployments. */
  readonly history?: CommandDeps['steady'];
  /** The one incident that there is. */
  readonly incident?: Incident;
  /** Whether the outbox knows the messages that are clicked; it does. */
  readonly knowsMessages?: false;
}

export interface WriteWorld {
  readonly world: World;
  readonly aws: Aws;
  readonly clock: { nowMs: number };
  readonly table: ReturnType<typeof makeMemoryTable>;
  /** Every change that reached the simulated AWS. */
  readonly changes: { readonly service: string; readonly change: string }[];
  /** The incidents to which somebody did something. */
  readonly deeds: readonly string[];
  /** The latest revision of every message that is wanted, by its key. */
  readonly shown: ReadonlyMap<string, WantedMessage>;
  readonly account: AccountConfig;
  replica(options?: ReplicaOptions): Replica;
  /** Lets so much time pass, for the company as well. */
  pass(ms: number): void;
  close(): Promise<void>;
}

export function member(platform: 'slack' | 'teams', id: string, name: string): Person {
  return { platform, id, tenant: 'T1', name, standing: 'member' };
}

export const grant = (person: Person, on: string, actions: Grant['actions'], untilMs?: number): Grant => ({
  id: `g-${person.id}`,
  who: `${person.platform}:${person.id}`,
  on,
  actions,
  ...(untilMs === undefined ? {} : { untilMs }),
});

/** The loopback AWS behind a real server and the real SDK clients; a table in memory; a clock of the test. */
export async function openWriteWorld(timeline: readonly object[] = []): Promise<WriteWorld> {
  const clock = { nowMs: START_MS };
  const ticking = { now: () => clock.nowMs };
  const changes: { service: string; change: string }[] = [];
  const world = makeWorld(parseScenario(JSON.stringify({ ...SCENARIO, timeline }), 'writes.json'), {
    clock: ticking,
  });
  const watched = noting(world, changes);
  let url = '';
  // AWS's buckets and ours refill in played time, so that nobody waits for them.
  let waitedMs = 0;
  const machine = { now: () => Date.now() + waitedMs };
  const aws = await makeAws({
    world: watched,
    dataDir: undefined,
    baseUrl: () => url,
    systemNow: () => machine.now(),
  });
  const server = createServer((req, res) => aws.handle(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
  vi.stubEnv('AWS_ENDPOINT_URL', url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', aws.hub.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', aws.hub.secretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', '');
  vi.stubEnv('AWS_PROFILE', '');
  const account: AccountConfig = {
    name: 'production',
    id: '111122223333',
    regions: ['us-east-1'],
    auth: { kind: 'role', roleArn: aws.roleArnFor('111122223333'), externalId: aws.externalId },
    include: [],
    exclude: [],
  };
  const connections = connectAws({
    env: () => undefined,
    clock: machine,
    sleep: async (ms) => {
      waitedMs += ms;
    },
  });
  const table = makeMemoryTable(ticking);
  const shown = new Map<string, WantedMessage>();
  const want = async (messages: readonly WantedMessage[]) => {
    for (const message of messages) {
      if ((shown.get(message.key)?.rev ?? -1) <= message.rev) shown.set(message.key, message);
    }
  };
  const pass = (ms: number) => {
    clock.nowMs += ms;
    world.advance();
  };
  const deeds: string[] = [];
  const shared = { aws, account, connections, table, ticking, want, pass, deeds };
  return {
    world,
    aws,
    clock,
    table,
    changes,
    deeds,
    shown,
    account,
    pass,
    replica: (options = {}) => makeReplica(shared, options),
    async close() {
      connections.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await aws.close();
      vi.unstubAllEnvs();
    },
  };
}

/** Commands and clicks as a running bot wires them, but for the edges. */
function makeReplica(shared: Shared, options: ReplicaOptions): Replica {
  const { account, connections, ticking } = shared;
  const accounts = [account];
  const { log, lines } = keepLog();
  const table = options.table?.(shared.table) ?? shared.table;
  const now = () => ticking.now();
  const api = (one: AccountConfig, region: string) => connections.api(one, region);
  const collector = makeCollector({ accounts, api, clock: ticking, log });
  const auditStore = makeAuditStore(table, now);
  const audit = makeAudit({ store: auditStore, log, unique: () => crypto.randomUUID().slice(0, 8) });
  const { admins = ['slack:UADMIN0001', 'teams:aad-admin-1'], grants: configured = [] } = options;
  const access = makeAccess({
    admins,
    configured,
    store: makeGrantStore(table),
    ...(options.groupsOf === undefined ? {} : { groupsOf: options.groupsOf }),
    clock: ticking,
    log,
  });
  const limits = makeRateLimits(options.limits ?? { readsPerMinute: 1e6, writesPerMinute: 1e6 });
  const store = makeWriteStore(table, now);
  const writer = makeAwsWriter({ sessions: connections.sessions, onUnnamed: () => undefined });
  const working: WorkerOptions = {
    store,
    grants: makeGrantStore(table),
    routes: makeRouteStore(table),
    audit,
    aws: {
      accounts,
      api,
      tasks: (one, region) => connections.tasks(one, region),
      scaling: (ref) => collector.scaling(ref),
      writer: options.writer?.(writer) ?? writer,
      deployments: (one, region) => connections.deployments(one, region),
    },
    want: options.want ?? shared.want,
    clock: ticking,
    systemNow: now,
    wait: async (ms) => shared.pass(ms),
    log,
  };
  const worker = makeWriteWorker(working);
  const keyOf = async (_dest: Destination, id: string) =>
    options.knowsMessages === false ? undefined : `live/${id}`;
  const writes = makeWrites({ ...working, worker, access, keyOf });
  const act = async (incident: string) => {
    shared.deeds.push(incident);
    return { outcome: 'gone' as const };
  };
  const incidents = { act, byId: async () => options.incident };
  const perform = makePerform({
    incidents,
    access,
    audit,
    limits,
    writes,
    mutes: makeMuteStore(table),
    outbox: options.outbox,
    clock: ticking,
  });
  const proposing = {
    access,
    audit,
    writes: store,
    protectedServices: [],
    clock: ticking,
    mint: () => `w${crypto.randomUUID().slice(0, 13)}`,
  };
  const commands = makeCommands({
    collector,
    clock: ticking,
    auditStore,
    findTask: makeFindTask(connections, collector, accounts),
    steady:
      options.history ?? ((ref) => connections.history(account, ref.region).steady(ref.cluster, ref.service)),
    propose: proposing,
    // What the commands of this path do not use.
  } as Partial<CommandDeps> as CommandDeps);
  return {
    perform,
    commands,
    answerHook: makeAnswerHook({
      ...proposing,
      collector,
      incidents,
      deployments: (_account, region) => connections.deployments(account, region),
    }),
    worker,
    audit: auditStore,
    logLines: lines,
    async propose(intent, person = ADMIN) {
      const { data } = await commands(intent, { person, prefix: '/ecs' });
      return (data as { readonly proposal: string }).proposal; // what proposing commands answer with
    },
    click: (kind, write, person = ADMIN) => {
      const at = { dest: CHANNEL, message: write, below: write, prefix: '/ecs' };
      return perform({ kind, write, at }, person);
    },
  };
}

interface Shared {
  readonly aws: Aws;
  readonly account: AccountConfig;
  readonly connections: ReturnType<typeof connectAws>;
  readonly table: Table;
  readonly ticking: { now(): number };
  readonly want: WorkerOptions['want'];
  readonly pass: (ms: number) => void;
  readonly deeds: string[];
}

/** The world, writing down who changes it. */
function noting(world: World, changes: { service: string; change: string }[]): World {
  return {
    ...world,
    updateService(service, change) {
      changes.push({ service: service.name, change: JSON.stringify(change) });
      world.updateService(service, change);
    },
    stopTask(service, task, reason) {
      changes.push({ service: service.name, change: `stop ${task.id}` });
      world.stopTask(service, task, reason);
    },
  };
}

/** What AWS has a service set to. */
export function desiredOf({ world }: Pick<WriteWorld, 'world'>, service: string): number | undefined {
  const clusters = world.region('111122223333', 'us-east-1')?.clusters ?? [];
  return clusters.flatMap((cluster) => cluster.services).find(({ name }) => name === service)?.desired;
}

/** The id of a task of a service that runs at this moment. */
export function runningTask({ world }: Pick<WriteWorld, 'world'>, service: string): string {
  const clusters = world.region('111122223333', 'us-east-1')?.clusters ?? [];
  const found = clusters.flatMap((cluster) => cluster.services).find(({ name }) => name === service);
  return found?.tasks.find(({ lastStatus }) => lastStatus === 'RUNNING')?.id ?? '';
}
