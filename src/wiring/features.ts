import type { GroupsOf } from '../access/access.ts';
import { makeChat } from '../chat/chat.ts';
import { withGate } from '../chat/gate.ts';
import { type Chat } from '../chat/request.ts';
import { makeThreadMemory } from '../chat/thread-memory.ts';
import type { Collector } from '../collector/collector.ts';
import type { Spending } from '../collector/spending.ts';
import type { Config } from '../config.ts';
import { thresholdsWith } from '../domain/thresholds.ts';
import type { Incidents } from '../incidents/incidents.ts';
import { makeIntake } from '../incidents/intake.ts';
import { incidentOfKey } from '../incidents/messages.ts';
import type { Outbox } from '../messaging/outbox.ts';
import type { Table } from '../store/table.ts';
import { makeThreadStore } from '../store/thread-store.ts';
import type { BotMetrics } from '../telemetry/prometheus.ts';
import { watchedAccounts } from './accounts.ts';
import { wireConversation } from './conversation.ts';
import { wireIncidents } from './incidents.ts';
import type { Platform } from './platform.ts';
import { wireReading } from './reading.ts';
import { wireWritePath } from './write-path.ts';

/** What the bot does, whatever platform it is reached by. */
export interface Features {
  readonly incidents: Incidents;
  /** Takes events in; resolves for each to what kept it from becoming durable, if anything did. */
  readonly absorb: Incidents['absorb'];
  readonly chat: Chat;
  readonly collector: Collector;
  readonly spending: Spending;
  /** The regular reading; to be run every minute. */
  readonly watch: () => Promise<void>;
  /** Ends writes that a crash left in the middle. */
  readonly sweepWrites: () => Promise<void>;
}

/** What is there only in a whole bot. */
export interface FeatureExtras {
  readonly metrics?: BotMetrics;
  readonly groupsOf?: GroupsOf | undefined;
}

/** Collector, incidents and conversation over the same table and outbox. */
export async function makeFeatures(
  config: Config,
  platform: Platform,
  table: Table,
  outbox: Outbox,
  { metrics, groupsOf }: FeatureExtras = {},
): Promise<Features> {
  const { log } = platform;
  const accounts = await watchedAccounts(config);
  const thresholds = thresholdsWith(config.file.thresholds);
  const onCache = metrics && ((hits: number, misses: number) => metrics.cache(hits, misses));
  const reading = wireReading({ config, platform, accounts, table, ...(onCache ? { onCache } : {}) });
  const { collector } = reading;
  const side = wireIncidents({
    config,
    platform,
    collector,
    accounts,
    thresholds,
    table,
    want: (messages) => outbox.want(messages),
  });
  const { incidents } = side;
  const threads = makeThreadMemory({
    store: makeThreadStore(table, () => platform.systemClock.now()),
    keyOf: (dest, id) => outbox.keyOf(dest, id),
    incidentOfKey,
    incident: (id) => incidents.byId(id),
  });
  const shared = { platform, collector, accounts };
  const writePath = wireWritePath({ ...shared, config, table, outbox, groupsOf });
  const { converse } = wireConversation({
    ...shared,
    incidents,
    thresholds,
    reading,
    writePath,
    outbox,
  });
  const chat = makeChat({ converse, threads, clock: platform.systemClock, wait: platform.wait, log });
  return {
    collector,
    spending: reading.spending,
    watch: reading.watch,
    incidents,
    absorb: makeIntake({ incidents, box: side.box, collector, accounts: () => accounts }),
    chat: withGate(chat, writePath.limits, log),
    sweepWrites: async () => writePath.worker?.sweep(),
  };
}
