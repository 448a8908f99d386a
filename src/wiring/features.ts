import type { IRouter } from 'express';
import { groupsByPlatform } from '../access/access.ts';
import { makeChat } from '../chat/chat.ts';
import type { Converse } from '../chat/converse.ts';
import { withGate } from '../chat/gate.ts';
import { type Chat } from '../chat/request.ts';
import { makeThreadMemory } from '../chat/thread-memory.ts';
import type { PeopleFinders } from '../chat/who.ts';
import type { Collector } from '../collector/collector.ts';
import type { Spending } from '../collector/spending.ts';
import type { Config } from '../config.ts';
import { thresholdsWith } from '../domain/thresholds.ts';
import type { Backlog } from '../incidents/backlog.ts';
import type { Incidents } from '../incidents/incidents.ts';
import { makeIntake } from '../incidents/intake.ts';
import { incidentOfKey } from '../incidents/messages.ts';
import type { OpsNote } from '../messaging/ops-notes.ts';
import type { Outbox } from '../messaging/outbox.ts';
import { makeChannelCheck } from '../messaging/route-check.ts';
import type { Table } from '../store/table.ts';
import { makeThreadStore } from '../store/thread-store.ts';
import type { BotMetrics } from '../telemetry/prometheus.ts';
import { watchedAccounts } from './accounts.ts';
import { wireConversation } from './conversation.ts';
import type { Edges } from './edges.ts';
import { type IncidentSide, wireAlertTest, wireIncidents } from './incidents.ts';
import type { Platform } from './platform.ts';
import { type Reading, wireReading } from './reading.ts';
import {
  type Regular,
  type Watch,
  wireFailureMetric,
  wireIncidentWebhooks,
  wireOpsNotes,
  wireWatch,
} from './watch.ts';
import { type WritePath, wireWritePath } from './write-path.ts';

/** What the bot does, whatever platform it is reached by. */
export interface Features {
  readonly incidents: Incidents;
  /** Takes events in; resolves for each to what kept it from becoming durable, if anything did. */
  readonly absorb: Incidents['absorb'];
  readonly chat: Chat;
  readonly collector: Collector;
  readonly spending: Spending;
  /** A sign of life of a watched account. */
  readonly canary: Watch['canary'];
  /** Work that is done again and again, sweeps included. */
  readonly regular: readonly Regular[];
  /** What other programs send in. */
  readonly webhooks: IRouter | undefined;
  /** Whether alerts have a channel to go to. */
  readonly hasDestination: () => Promise<boolean>;
  /** Tells the people who run Deckhand of its own trouble. */
  readonly note: (note: OpsNote) => void;
  /** Ends what is under way. */
  stop(): Promise<void>;
}

/** What is there only in a whole bot. */
export interface FeatureExtras {
  readonly metrics: BotMetrics;
  readonly backlog: Backlog;
  readonly edges: Omit<Edges, 'messengers'>;
  /** Puts a message on the alert queue; undefined where none is configured. */
  readonly sendEvent: ((body: string) => Promise<void>) | undefined;
}

const SWEEP_MS = 5000;
const ATTEND_MS = 15_000;
/** How often the counts in alerts are brought up to date; platforms take few edits. */
const REFRESH_MS = 1000;
/** How often it is looked whether some part of the fleet is due to be read. */
const READ_MS = 60_000;
const METRIC_MS = 60_000;

/** Collector, incidents and conversation over the same table and outbox. */
export async function makeFeatures(
  config: Config,
  platform: Platform,
  table: Table,
  outbox: Outbox,
  { metrics, backlog, edges, sendEvent }: FeatureExtras,
): Promise<Features> {
  const { log } = platform;
  const accounts = await watchedAccounts(config);
  const thresholds = thresholdsWith(config.file.thresholds);
  const onCache = (hits: number, misses: number) => metrics.cache(hits, misses);
  const reading = wireReading({ config, platform, accounts, table, onCache });
  const { collector } = reading;
  const failures = wireFailureMetric({ config, platform });
  const base = { config, platform, table, collector, accounts, thresholds };
  const side = wireIncidents({
    ...base,
    want: (messages) => outbox.want(messages),
    onFailures: (targets) => failures?.onFailures(targets),
  });
  const { incidents, box, book } = side;
  const absorb = makeIntake({ incidents, box, collector, accounts: () => accounts });
  const watch = wireWatch({ ...base, outbox, incidents, absorb, book, backlog });
  const groupsOf = groupsByPlatform({ slack: edges.slack?.groupsOf, teams: edges.teams?.groupsOf });
  const writePath = wireWritePath({ ...base, outbox, groupsOf });
  const { converse } = wireConversation({
    ...base,
    ...side,
    reading,
    writePath,
    outbox,
    check: makeChannelCheck({ slack: edges.slack?.mayPost, teams: edges.teamsServiceUrl }),
    finders: findersOf(edges),
    variable: config.variable,
    alertTest: sendEvent && wireAlertTest({ ...base, ...side, send: sendEvent }),
  });
  const chat = withGate(wireChat(converse, { platform, table, outbox, incidents }), writePath.limits, log);
  return {
    collector,
    spending: reading.spending,
    incidents,
    absorb,
    canary: watch.canary,
    chat,
    webhooks: wireIncidentWebhooks({ ...base, incidents, audit: writePath.audit }),
    async hasDestination() {
      const { routes, defaults } = await book.rules();
      return routes.length > 0 || defaults.length > 0;
    },
    note: wireOpsNotes({ config, platform, outbox }),
    regular: regularWork({ side, writePath, reading, watch, failures }),
    async stop() {
      await Promise.all([incidents.idle(), box.stop(), writePath.worker?.stop(), collector.idle()]);
      await failures?.flush();
      failures?.close();
    },
  };
}

function findersOf({ slack, teams }: Omit<Edges, 'messengers'>): PeopleFinders {
  return {
    ...(slack === undefined ? {} : { slack: slack.findPerson }),
    ...(teams === undefined ? {} : { teams: teams.findPerson }),
  };
}

/** The conversation in threads and with progress. */
function wireChat(
  converse: Converse,
  parts: { platform: Platform; table: Table; outbox: Pick<Outbox, 'keyOf'>; incidents: Incidents },
): Chat {
  const { platform, table, outbox, incidents } = parts;
  const { systemClock, wait, log } = platform;
  const threads = makeThreadMemory({
    store: makeThreadStore(table, () => systemClock.now()),
    keyOf: (dest, id) => outbox.keyOf(dest, id),
    incidentOfKey,
    incident: (id) => incidents.byId(id),
  });
  return makeChat({ converse, threads, clock: systemClock, wait, log });
}

interface RegularParts {
  readonly side: IncidentSide;
  readonly writePath: WritePath;
  readonly reading: Reading;
  readonly watch: Watch;
  readonly failures: ReturnType<typeof wireFailureMetric>;
}

function regularWork({ side, writePath, reading, watch, failures }: RegularParts): readonly Regular[] {
  const { incidents, box } = side;
  return [
    { everyMs: SWEEP_MS, run: () => incidents.sweep() },
    { everyMs: SWEEP_MS, run: async () => writePath.worker?.sweep() },
    { everyMs: SWEEP_MS, run: () => box.sweep() },
    { everyMs: ATTEND_MS, run: () => incidents.attend() },
    { everyMs: REFRESH_MS, run: () => incidents.refresh() },
    {
      everyMs: READ_MS,
      async run() {
        await reading.watch();
        await watch.lookForSilence();
      },
    },
    { everyMs: METRIC_MS, run: async () => failures?.flush() },
    ...watch.regular,
  ];
}
