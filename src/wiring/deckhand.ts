import { randomUUID } from 'node:crypto';
import { makeChat } from '../chat/chat.ts';
import { makeThreadMemory } from '../chat/thread-memory.ts';
import { makeCollector } from '../collector/collector.ts';
import type { Config } from '../config.ts';
import { thresholdsWith } from '../domain/thresholds.ts';
import { systemTimers } from '../domain/time.ts';
import { startHttpServer } from '../http/server.ts';
import { makeAlertConsumer } from '../incidents/consumer.ts';
import { makeIncidents } from '../incidents/incidents.ts';
import { incidentOfKey } from '../incidents/messages.ts';
import { makeOutbox, type Outbox } from '../messaging/outbox.ts';
import { makeRoutes } from '../messaging/routes.ts';
import { deliveryDefaults } from '../messaging/settings.ts';
import { makeChannelStore } from '../store/channel-store.ts';
import { makeIncidentStore } from '../store/incident-store.ts';
import { makeOutboxStore } from '../store/outbox-store.ts';
import type { Table } from '../store/table.ts';
import { makeThreadStore } from '../store/thread-store.ts';
import { watchedAccounts } from './accounts.ts';
import { wireConversation } from './conversation.ts';
import { type Edges, makeEdges } from './edges.ts';
import { Lifecycle } from './lifecycle.ts';
import { makeLook } from './look.ts';
import { makePlatform, makeQueueClient, makeStore, type Platform } from './platform.ts';

/** The running bot. */
export interface Deckhand {
  readonly url: string;
  /** Begins nothing new, finishes what is under way, closes everything. */
  stop(): Promise<void>;
}

/** How often incidents are looked for whose messages were not handed on: after a crash, or a click elsewhere. */
const SWEEP_MS = 5000;

/** Puts the bot together and starts it. An outage of AWS, Slack or Teams delays its work, not its start. */
export async function startDeckhand(config: Config): Promise<Deckhand> {
  const platform = makePlatform(config);
  const store = makeStore(config, config.tableName ?? 'deckhand');
  const edges = await makeEdges(config, platform, store.table);
  const outbox = makeBotOutbox(platform, store.table, edges);
  const accounts = await watchedAccounts(config);
  const thresholds = thresholdsWith(config.file.thresholds);
  const collector = makeCollector({
    accounts,
    api: platform.aws.api,
    clock: platform.clock,
    log: platform.log,
  });
  const incidents = makeIncidents({
    store: makeIncidentStore(store.table),
    want: (messages) => outbox.want(messages),
    destinations: makeRoutes(config.file.routes, defaultChannels(config)),
    accounts,
    clock: platform.clock,
    log: platform.log,
    look: makeLook(collector, thresholds, platform.clock),
  });
  const { converse } = wireConversation({ platform, collector, incidents, accounts, thresholds });
  const chat = makeChat({
    converse,
    threads: makeThreadMemory({
      store: makeThreadStore(store.table, () => platform.systemClock.now()),
      keyOf: (dest, id) => outbox.keyOf(dest, id),
      incidentOfKey,
      incident: (id) => incidents.byId(id),
    }),
    clock: platform.systemClock,
    wait: platform.wait,
    log: platform.log,
  });
  edges.slack?.connect(chat, (messages) => outbox.want(messages));
  const teamsRouter = edges.teams?.connect(chat, outbox);
  const lifecycle = new Lifecycle(platform.log, systemTimers);
  const http = await startHttpServer({
    ...config.http,
    routers: [edges.slack?.router, teamsRouter].filter((router) => router !== undefined),
    notReady: () => lifecycle.waitingFor(),
    log: platform.log,
  });
  lifecycle.onStop(
    () => platform.aws.close(),
    () => store.close(),
  );
  lifecycle.onStop(() => http.close());
  lifecycle.begin(
    'the table',
    () => store.ready(),
    () => {
      outbox.start();
      lifecycle.onStop(() => outbox.stop());
      lifecycle.every(SWEEP_MS, () => incidents.sweep());
      if (config.alertQueueUrl !== undefined) {
        const sqs = makeQueueClient(config);
        const consumer = makeAlertConsumer({
          queueUrl: config.alertQueueUrl,
          sqs,
          absorb: (event) => incidents.absorb(event),
          log: platform.log,
        });
        consumer.start();
        lifecycle.onStop(() => sqs.destroy());
        lifecycle.onStop(() => consumer.stop());
      }
    },
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
  return { url: http.url, stop: () => lifecycle.stop() };
}

function makeBotOutbox(platform: Platform, table: Table, edges: Edges): Outbox {
  return makeOutbox({
    store: { outbox: makeOutboxStore(table), channels: makeChannelStore(table) },
    messengers: edges.messengers,
    clock: platform.systemClock,
    timers: systemTimers,
    settings: deliveryDefaults,
    log: platform.log,
    owner: randomUUID(),
    onParked: (parked) => platform.log.warn({ parked }, 'a message or channel is refused for good'),
  });
}

/** Where alerts go when no route says otherwise: `slack:C…`, `teams:19:…`. */
function defaultChannels(config: Config): readonly string[] {
  return [
    ...(config.slack?.defaultChannel === undefined ? [] : [`slack:${config.slack.defaultChannel}`]),
    ...(config.teams?.defaultChannel === undefined ? [] : [`teams:${config.teams.defaultChannel}`]),
  ];
}
