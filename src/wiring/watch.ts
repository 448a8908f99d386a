import type { IRouter } from 'express';
import type { Audit } from '../access/audit.ts';
import { makeNoticeBoard } from '../aws/notices.ts';
import { makeOwnMetrics } from '../aws/own-metrics.ts';
import { incidentRootCard } from '../cards/incident-card.ts';
import { toText } from '../cli/text/index.ts';
import type { Collector } from '../collector/collector.ts';
import type { Config } from '../config.ts';
import { type AccountConfig, idOfAccount } from '../domain/accounts.ts';
import { INCIDENT_DEFAULTS } from '../domain/incident-settings.ts';
import type { Thresholds } from '../domain/thresholds.ts';
import { incidentWebhooks } from '../http/incident-webhooks.ts';
import { makeAway } from '../incidents/away.ts';
import type { Backlog } from '../incidents/backlog.ts';
import { makeFailureMetric } from '../incidents/failure-metric.ts';
import { makeFallback } from '../incidents/fallback.ts';
import { makeHeartbeat } from '../incidents/heartbeat.ts';
import type { Canary } from '../incidents/incident-event.ts';
import type { Incidents, IncidentsOptions } from '../incidents/incidents.ts';
import { makeConclude } from '../incidents/inferred-event.ts';
import { rootKey, rootOptions } from '../incidents/messages.ts';
import { makePager, PAGERDUTY_EVENTS_URL } from '../incidents/pages.ts';
import { incidentOfPageKey } from '../incidents/pages-pagerduty.ts';
import { makeReminders } from '../incidents/reminders.ts';
import { makeSilence } from '../incidents/silence.ts';
import { slotOfIncident } from '../incidents/slot-name.ts';
import { makeDeliveryState, type ReadDeliveryState } from '../messaging/delivery-state.ts';
import { makeOpsNotes, type OpsNote } from '../messaging/ops-notes.ts';
import type { Outbox } from '../messaging/outbox.ts';
import type { RouteBook } from '../messaging/route-book.ts';
import { makeAliveStore } from '../store/alive-store.ts';
import { makeChannelStore } from '../store/channel-store.ts';
import { makeFallbackStore } from '../store/fallback-store.ts';
import { makeHeartbeatStore } from '../store/heartbeat-store.ts';
import { makeOutboxStore } from '../store/outbox-store.ts';
import { makePageStore } from '../store/page-store.ts';
import type { Table } from '../store/table.ts';
import { defaultChannels, opsChannel } from './channels.ts';
import type { Platform } from './platform.ts';

export interface WatchParts {
  readonly config: Config;
  readonly platform: Platform;
  readonly table: Table;
  readonly outbox: Pick<Outbox, 'want'>;
  readonly collector: Collector;
  readonly accounts: readonly AccountConfig[];
  readonly thresholds: Thresholds;
  readonly incidents: Incidents;
  readonly absorb: Incidents['absorb'];
  readonly book: RouteBook;
  readonly backlog: Backlog;
}

/** Work that is done again and again; `everyMs` after its end. */
export interface Regular {
  readonly everyMs: number;
  readonly run: () => Promise<void>;
}

/** What goes on besides events and people: reminders, silence, signs of life, the way past chat. */
export interface Watch {
  readonly regular: readonly Regular[];
  readonly canary: (canary: Canary) => Promise<void>;
  /** Looks for what AWS does not say; after each regular reading. */
  readonly lookForSilence: () => Promise<void>;
}

const REMIND_MS = 15_000;
const ALIVE_MS = 30_000;
const FALLBACK_MS = 30_000;
const HEARTBEAT_MS = 60_000;

/** Everything that runs by itself over the incidents. */
export function wireWatch(parts: WatchParts): Watch {
  const { config, platform, table, incidents, outbox, backlog } = parts;
  const { clock, log } = platform;
  const reminders = wireReminders(parts);
  const want: IncidentsOptions['want'] = (messages) => outbox.want(messages);
  const settings = config.file.incidents ?? INCIDENT_DEFAULTS;
  const absorb = makeConclude(parts.absorb);
  const heartbeat = makeHeartbeat({
    store: makeHeartbeatStore(table),
    absorb,
    backlog,
    canaryMs: settings.canaryMs,
    expected: settings.expectCanaries ? spokesOf(parts.accounts) : [],
    clock,
    log,
  });
  const ops = opsChannel(config);
  const away = makeAway({
    store: makeAliveStore(table),
    incidents,
    want,
    destinations: ops === undefined ? defaultChannels(config) : [ops],
    backlog,
    clock,
    log,
  });
  const lookForSilence = makeSilence({
    known: () => parts.collector.known(),
    open: () => incidents.open(),
    absorb,
    settings: { ...settings, thresholds: parts.thresholds },
    clock,
    log,
  });
  return {
    canary: (canary) => heartbeat.seen(canary),
    lookForSilence,
    regular: [
      { everyMs: REMIND_MS, run: () => reminders.run() },
      { everyMs: ALIVE_MS, run: away },
      { everyMs: HEARTBEAT_MS, run: () => heartbeat.check() },
      ...fallbackOf(parts),
    ],
  };
}

/** Counts failures for CloudWatch; undefined where that is turned off. */
export function wireFailureMetric({ config, platform }: Pick<WatchParts, 'config' | 'platform'>) {
  const { publishMetric } = config.file.incidents ?? INCIDENT_DEFAULTS;
  if (!publishMetric) return undefined;
  const own = makeOwnMetrics(platform.hub);
  const metric = makeFailureMetric({
    put: (counts) => own.put(counts),
    clock: platform.clock,
    log: platform.log,
  });
  return { ...metric, close: () => own.close() };
}

/** Notes for the people who run Deckhand. */
export function wireOpsNotes({
  config,
  platform,
  outbox,
}: Pick<WatchParts, 'config' | 'platform' | 'outbox'>): (note: OpsNote) => void {
  return makeOpsNotes({
    want: (messages) => outbox.want(messages),
    ops: opsChannel(config),
    defaults: defaultChannels(config),
    clock: platform.systemClock,
    log: platform.log,
  });
}

/** What PagerDuty and other programs send in; undefined where nothing may come in. */
export function wireIncidentWebhooks({
  config,
  platform,
  table,
  incidents,
  audit,
}: Pick<WatchParts, 'config' | 'platform' | 'table' | 'incidents'> & { readonly audit: Audit }):
  | IRouter
  | undefined {
  const { pagerDutySecretEnv, secretEnv } = config.file.webhooks;
  if (pagerDutySecretEnv === undefined && secretEnv === undefined) return undefined;
  const systemNow = () => platform.systemClock.now();
  return incidentWebhooks({
    pagerDutySecret: pagerDutySecretEnv && config.variable(pagerDutySecretEnv),
    secret: secretEnv && config.variable(secretEnv),
    find: async (key) => incidentOfPageKey(key, await incidents.open()),
    async act(id, deed, by) {
      const { outcome, incident } = await incidents.act(id, deed, by);
      await audit.note({
        by,
        action: deed.kind,
        target: slotOfIncident(id),
        atMs: platform.clock.now(),
        result: outcome === 'done' ? 'done' : 'not_done',
        ...(incident === undefined ? {} : { after: `#${incident.number} ${outcome}` }),
      });
      return outcome;
    },
    received: makePageStore(table, systemNow),
    systemNow,
    log: platform.log,
  });
}

/** How far a message is in its channel. */
export function wireDeliveryState(table: Table): ReadDeliveryState {
  return makeDeliveryState({ outbox: makeOutboxStore(table), channels: makeChannelStore(table) });
}

function wireReminders(parts: WatchParts) {
  const { config, platform, table, incidents, outbox, book } = parts;
  const systemNow = () => platform.systemClock.now();
  const note = wireOpsNotes(parts);
  return makeReminders({
    incidents,
    plan: (about) => book.plan(about),
    want: (messages) => outbox.want(messages),
    pages: makePageStore(table, systemNow),
    pager: makePager({
      variable: config.variable,
      pagerDutyUrl: config.variable('PAGERDUTY_EVENTS_URL') ?? PAGERDUTY_EVENTS_URL,
      systemNow,
    }),
    onGiveUp: async ({ key, text }) =>
      note({
        kind: 'page',
        about: key,
        what: 'Another program could not be told of an incident',
        why: text,
        whatToDo: 'Mend what it says, then tell the program by hand.',
      }),
    clock: platform.clock,
    systemNow,
    log: platform.log,
  });
}

function fallbackOf({ config, platform, table, incidents, book }: WatchParts): readonly Regular[] {
  const { fallbackTopicArn, fallbackMs, project, environment } = config.file.incidents ?? INCIDENT_DEFAULTS;
  if (fallbackTopicArn === undefined) return [];
  const board = makeNoticeBoard(fallbackTopicArn, platform.hub);
  const run = makeFallback({
    open: () => incidents.open(),
    destinations: (target, severity) => book.plan({ target, severity }),
    rootKey,
    delivery: wireDeliveryState(table),
    publish: (notice) => board.publish(notice),
    text: (incident) => toText(incidentRootCard(incident, rootOptions(incident, platform.clock.now()))),
    store: makeFallbackStore(table),
    fallbackMs,
    project,
    environment,
    clock: platform.systemClock,
    log: platform.log,
  });
  return [{ everyMs: FALLBACK_MS, run }];
}

function spokesOf(accounts: readonly AccountConfig[]) {
  return accounts.flatMap((account) => {
    const accountId = idOfAccount(account);
    return accountId === undefined ? [] : account.regions.map((region) => ({ accountId, region }));
  });
}
