import type { Config } from '../config.ts';
import { systemTimers } from '../domain/time.ts';
import { startHttpServer } from '../http/server.ts';
import { BATCH_DEFAULTS, makeBatcher } from '../incidents/batcher.ts';
import { makeAlertConsumer } from '../incidents/consumer.ts';
import type { Live } from '../messaging/live.ts';
import type { Outbox } from '../messaging/outbox.ts';
import type { Log } from '../telemetry/log.ts';
import { makeBotMetrics } from '../telemetry/prometheus.ts';
import { makeEdges } from './edges.ts';
import { type Features, makeFeatures } from './features.ts';
import { Lifecycle } from './lifecycle.ts';
import { wireMetrics } from './metrics.ts';
import { wireLive, wireOutbox } from './outbox.ts';
import { makePlatform, makeQueueClient, makeStore, type Platform } from './platform.ts';

/** The running bot. */
export interface Deckhand {
  readonly url: string;
  readonly log: Log;
  /** Begins nothing new, finishes what is under way, closes everything. */
  stop(): Promise<void>;
}

/** How often incidents are looked for whose messages were not handed on: after a crash, or a change made elsewhere. */
const SWEEP_MS = 5000;

/** How often the counts in alerts are brought up to date; platforms take few edits. */
const REFRESH_MS = 1000;

/** How often it is looked whether some part of the fleet is due to be read. */
const WATCH_MS = 60_000;

/** Puts the bot together and starts it. An outage of AWS, Slack or Teams delays its work, not its start. */
export async function startDeckhand(config: Config): Promise<Deckhand> {
  const platform = makePlatform(config);
  const store = makeStore(config, config.tableName ?? 'deckhand');
  const edges = await makeEdges(config, platform, store.table);
  const outbox = wireOutbox(config, platform, store.table, edges.messengers);
  const metrics = makeBotMetrics();
  platform.onAwsCall((call) => metrics.call(call));
  const features = await makeFeatures(config, platform, store.table, outbox, {
    metrics,
    groupsOf: edges.slack?.groupsOf,
  });
  const { chat } = features;
  const lifecycle = new Lifecycle(platform.log, systemTimers);
  const live = wireLive(config, platform, store.table, outbox);
  edges.slack?.connect(chat, live, async (dest, id) => (await outbox.keyOf(dest, id)) !== undefined);
  const teams = edges.teams?.connect(chat, {
    answers: live,
    touched: (dest, key, id) => outbox.touched(dest, key, id),
  });
  const http = await startHttpServer({
    ...config.http,
    routers: [wireMetrics(config, metrics, features, outbox), edges.slack?.router, teams].filter(
      (router) => router !== undefined,
    ),
    notReady: () => lifecycle.waitingFor(),
    log: platform.log,
  });
  lifecycle.onStop(
    () => platform.aws.close(),
    () => store.close(),
    () => http.close(),
  );
  lifecycle.begin(
    'the table',
    () => store.ready(),
    () => startWork(config, platform, lifecycle, { outbox, live }, features),
  );
  const { slack } = edges;
  if (slack !== undefined) {
    lifecycle.begin(
      'Slack',
      () => slack.start(),
      () => lifecycle.onStop(() => slack.stop()),
    );
  }
  await lifecycle.firstTry();
  return { url: http.url, log: platform.log, stop: () => lifecycle.stop() };
}

/** Everything that needs the table: sending, sweeping, and taking events from the queue. */
function startWork(
  config: Config,
  platform: Platform,
  lifecycle: Lifecycle,
  { outbox, live }: { readonly outbox: Outbox; readonly live: Live },
  { incidents, absorb, watch, collector, sweepWrites }: Features,
): void {
  outbox.start();
  lifecycle.onStop(() => outbox.stop());
  live.start();
  lifecycle.onStop(() => live.stop());
  lifecycle.every(SWEEP_MS, () => incidents.sweep());
  lifecycle.every(REFRESH_MS, () => incidents.refresh());
  lifecycle.onStop(() => incidents.idle());
  lifecycle.every(SWEEP_MS, sweepWrites);
  lifecycle.every(WATCH_MS, watch);
  lifecycle.onStop(() => collector.idle());
  if (config.alertQueueUrl === undefined) return;
  if (!hasDestination(config)) {
    platform.log.warn(
      'alerts have nowhere to go: set SLACK_DEFAULT_CHANNEL or TEAMS_DEFAULT_CHANNEL, or a route',
    );
  }
  const sqs = makeQueueClient(config);
  const batcher = makeBatcher({ ...BATCH_DEFAULTS, absorb, timers: systemTimers });
  const consumer = makeAlertConsumer({
    queueUrl: config.alertQueueUrl,
    sqs,
    absorb: (event) => batcher.add(event),
    log: platform.log,
  });
  consumer.start();
  lifecycle.onStop(
    () => sqs.destroy(),
    () => consumer.stop(),
  );
}

function hasDestination({ slack, teams, file }: Config): boolean {
  return slack?.defaultChannel !== undefined || teams?.defaultChannel !== undefined || file.routes.length > 0;
}
