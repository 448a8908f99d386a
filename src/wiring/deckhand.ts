import type { Config } from '../config.ts';
import { systemTimers } from '../domain/time.ts';
import { startHttpServer } from '../http/server.ts';
import { type Backlog, makeBacklog } from '../incidents/backlog.ts';
import { BATCH_DEFAULTS, makeBatcher } from '../incidents/batcher.ts';
import { type AlertConsumer, makeAlertConsumer } from '../incidents/consumer.ts';
import { notTakenInNote, poisonNote, queueNote } from '../incidents/own-trouble.ts';
import { makePatience, type Patience } from '../incidents/patience.ts';
import type { Live } from '../messaging/live.ts';
import type { Outbox } from '../messaging/outbox.ts';
import type { Log } from '../telemetry/log.ts';
import { type BotMetrics, makeBotMetrics } from '../telemetry/prometheus.ts';
import { makeEdges } from './edges.ts';
import { type Features, makeFeatures } from './features.ts';
import { Lifecycle } from './lifecycle.ts';
import { wireMetrics } from './metrics.ts';
import { wireLive, wireOutbox } from './outbox.ts';
import { makePlatform, makeStore, openQueue, type Platform, type Queue } from './platform.ts';

/** The running bot. */
export interface Deckhand {
  readonly url: string;
  readonly log: Log;
  /** Begins nothing new, finishes what is under way, closes everything. */
  stop(): Promise<void>;
}

/** Puts the bot together and starts it. An outage of AWS, Slack or Teams delays its work, not its start. */
export async function startDeckhand(config: Config): Promise<Deckhand> {
  const platform = makePlatform(config);
  const store = makeStore(config, config.tableName ?? 'deckhand');
  const edges = await makeEdges(config, platform, store.table);
  const outbox = wireOutbox(config, platform, store.table, edges.messengers);
  const metrics = makeBotMetrics();
  platform.onAwsCall((call) => metrics.call(call));
  const queue = openQueue(config);
  const backlog = makeBacklog(platform.clock);
  const features = await makeFeatures(config, platform, store.table, outbox, {
    metrics,
    backlog,
    edges,
    sendEvent: queue?.send,
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
    routers: [
      wireMetrics(config, metrics, features, outbox),
      edges.slack?.router,
      teams,
      features.webhooks,
    ].filter((router) => router !== undefined),
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
    () => startWork(platform, lifecycle, { outbox, live, queue, backlog, metrics }, features),
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

interface Work {
  readonly outbox: Outbox;
  readonly live: Live;
  readonly queue: Queue | undefined;
  readonly backlog: Backlog;
  readonly metrics: BotMetrics;
}

/** Everything that needs the table: sending, sweeping, and taking events from the queue. */
function startWork(
  platform: Platform,
  lifecycle: Lifecycle,
  { outbox, live, queue, backlog, metrics }: Work,
  features: Features,
): void {
  outbox.start();
  lifecycle.onStop(() => outbox.stop());
  live.start();
  lifecycle.onStop(() => live.stop());
  lifecycle.onStop(() => features.stop());
  for (const { everyMs, run } of features.regular) lifecycle.every(everyMs, run);
  if (queue === undefined) return;
  void warnOfNowhere(platform, features);
  const patience = wirePatience(platform, features);
  const consumer = wireConsumer(platform, queue, { backlog, metrics, patience }, features);
  consumer.start();
  lifecycle.onStop(
    () => queue.sqs.destroy(),
    () => consumer.stop(),
    () => patience.stop(),
  );
}

function wirePatience({ systemClock, wait }: Platform, { absorb, note }: Features): Patience {
  const batcher = makeBatcher({ ...BATCH_DEFAULTS, absorb, timers: systemTimers });
  return makePatience({
    absorb: (event) => batcher.add(event),
    onLate: (event, error) => note(notTakenInNote(event, error)),
    wait,
    systemNow: () => systemClock.now(),
  });
}

function wireConsumer(
  { systemClock, log }: Platform,
  { url, sqs }: Queue,
  { backlog, metrics, patience }: Pick<Work, 'backlog' | 'metrics'> & { readonly patience: Patience },
  { canary, note }: Features,
): AlertConsumer {
  return makeAlertConsumer({
    queueUrl: url,
    sqs,
    absorb: (event) => patience.absorb(event),
    canary,
    backlog,
    onReceived: (kind) => metrics.message(kind),
    systemNow: () => systemClock.now(),
    onPoison: (messageId, why) => note(poisonNote(messageId, why)),
    onFailed: (event, error) => note(notTakenInNote(event, error)),
    onUnanswered: (error) => note(queueNote(error)),
    log,
  });
}

async function warnOfNowhere({ log }: Platform, { hasDestination }: Features): Promise<void> {
  if (await hasDestination()) return;
  log.warn('alerts have nowhere to go: set SLACK_DEFAULT_CHANNEL or TEAMS_DEFAULT_CHANNEL, or add a route');
}
