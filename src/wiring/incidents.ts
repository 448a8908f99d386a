import { randomUUID } from 'node:crypto';
import type { Collector } from '../collector/collector.ts';
import type { AlertTestDeps } from '../commands/alert-test.ts';
import { loadOf } from '../commands/scale.ts';
import type { Config } from '../config.ts';
import { type AccountConfig, accountNamed, idOfAccount } from '../domain/accounts.ts';
import { INCIDENT_DEFAULTS } from '../domain/incident-settings.ts';
import type { Thresholds } from '../domain/thresholds.ts';
import { redactSecrets } from '../domain/untrusted.ts';
import { type Enrich, makeEnrich } from '../incidents/enrich.ts';
import { type EvidenceBox, makeEvidenceBox } from '../incidents/evidence.ts';
import { FOLD_DEFAULTS } from '../incidents/fold.ts';
import { type Incidents, type IncidentsOptions, makeIncidents } from '../incidents/incidents.ts';
import type { FindPlace } from '../incidents/target.ts';
import type { Destinations } from '../incidents/telling.ts';
import { makeRouteBook, type RouteBook } from '../messaging/route-book.ts';
import type { RoutePlan } from '../messaging/route-plan.ts';
import { type EvidenceStore, makeEvidenceStore } from '../store/evidence-store.ts';
import { makeGroupStore } from '../store/group-store.ts';
import { makeIncidentStore } from '../store/incident-store.ts';
import { type MuteStore, makeMuteStore } from '../store/mute-store.ts';
import { makeRouteStore } from '../store/route-store.ts';
import type { Table } from '../store/table.ts';
import { defaultChannels } from './channels.ts';
import type { Platform } from './platform.ts';
import { wireDeliveryState } from './watch.ts';

export interface IncidentParts {
  readonly config: Config;
  readonly platform: Platform;
  readonly collector: Collector;
  readonly accounts: readonly AccountConfig[];
  readonly thresholds: Thresholds;
  readonly table: Table;
  /** Undefined where another process sends, and looks. */
  readonly want: IncidentsOptions['want'];
  readonly onFailures?: IncidentsOptions['onFailures'];
}

/** Incidents and what they know. */
export interface IncidentSide {
  readonly incidents: Incidents;
  readonly book: RouteBook;
  readonly mutes: MuteStore;
  readonly evidence: EvidenceStore;
  readonly box: EvidenceBox;
}

/** Incidents over the table: where they are told, what a look at AWS adds to them, and what is kept as evidence. */
export function wireIncidents(parts: IncidentParts): IncidentSide {
  const { config, platform, collector, accounts, table, want } = parts;
  const { clock, log } = platform;
  const systemNow = () => platform.systemClock.now();
  const settings = config.file.incidents ?? INCIDENT_DEFAULTS;
  const book = wireRouteBook(parts);
  const mutes = forgetting(wireMutes(platform, table), book);
  const evidence = makeEvidenceStore(table, systemNow, config.variable('DECKHAND_FLEET_ID') ?? '');
  const enrich = want && wireEnrich(parts, evidence);
  const incidents = makeIncidents({
    store: makeIncidentStore(table, systemNow),
    groups: makeGroupStore(table, systemNow),
    groupSettings: { ...settings.group, joinMs: settings.reopenMs },
    settings: {
      reopenMs: settings.reopenMs,
      crashLoop: settings.crashLoop,
      contextMs: FOLD_DEFAULTS.contextMs,
    },
    want,
    destinations: async (target, severity) => whereTold(await book.plan({ target, severity })),
    accounts: () => accounts,
    findPlace: findPlaceIn(collector),
    ...(parts.onFailures === undefined ? {} : { onFailures: parts.onFailures }),
    ...(enrich === undefined ? {} : { enrich: (incident) => enrich(incident.target, incident) }),
    clock,
    log,
  });
  return { incidents, book, mutes, evidence, box: wireEvidence(parts, evidence) };
}

function whereTold({ now, held, heldUntilMs, runbookUrl }: RoutePlan): Destinations {
  const muted = held.filter(({ by }) => by.kind !== 'quiet').map(({ untilMs }) => untilMs);
  return {
    now,
    ...(heldUntilMs === undefined ? {} : { heldUntilMs }),
    ...(muted.length === 0 ? {} : { mutedUntilMs: Math.max(...muted) }),
    ...(runbookUrl === undefined ? {} : { runbookUrl }),
  };
}

/** A mute lasts by the domain's clock, its item by the machine's. */
function wireMutes({ clock, systemClock }: Platform, table: Table): MuteStore {
  return makeMuteStore(table, () => clock.now() - systemClock.now());
}

/** What is muted here counts here at once. */
function forgetting(store: MuteStore, book: RouteBook): MuteStore {
  return {
    ...store,
    async put(mute) {
      await store.put(mute);
      book.forget();
    },
    async remove(id) {
      await store.remove(id);
      book.forget();
    },
  };
}

/** `alerts test` over the real queue. */
export function wireAlertTest({
  platform,
  table,
  accounts,
  incidents,
  book,
  send,
}: Pick<IncidentParts, 'platform' | 'table' | 'accounts'> &
  Pick<IncidentSide, 'incidents' | 'book'> & {
    readonly send: AlertTestDeps['send'];
  }): AlertTestDeps {
  const { clock, systemClock, wait } = platform;
  return {
    send,
    incidents,
    destinations: (target, severity) => book.plan({ target, severity }),
    delivery: wireDeliveryState(table),
    places: () =>
      accounts.flatMap((account) => {
        const accountId = idOfAccount(account);
        return account.regions.map((region) => ({
          account: account.name,
          region,
          ...(accountId === undefined ? {} : { accountId }),
        }));
      }),
    clock,
    systemClock,
    wait,
    mint: () => randomUUID(),
  };
}

/** Where incidents go: what is configured, and with a table what was set in chat. */
export function wireRouteBook({
  config,
  platform,
  table,
}: Pick<IncidentParts, 'config' | 'platform'> & { readonly table: Table | undefined }): RouteBook {
  const systemNow = () => platform.systemClock.now();
  return makeRouteBook({
    configured: config.file.routes,
    maintenance: config.file.maintenance,
    reminders: config.file.reminders,
    defaults: defaultChannels(config),
    routes: table && makeRouteStore(table),
    mutes: table && wireMutes(platform, table),
    clock: platform.clock,
    systemNow,
    log: platform.log,
  });
}

function wireEvidence({ platform, collector, accounts }: IncidentParts, store: EvidenceStore): EvidenceBox {
  return makeEvidenceBox({
    store,
    logs: ({ account, region }) => platform.aws.logs(accountNamed(account, accounts), region),
    taskDefinition: (place, arn) => collector.taskDefinition(place, arn),
    clock: platform.systemClock,
    log: platform.log,
    redact: redactSecrets,
  });
}

function wireEnrich(
  { config, platform, collector, accounts, thresholds }: IncidentParts,
  evidence: EvidenceStore,
): Enrich {
  const { aws, clock, log, wait } = platform;
  return makeEnrich({
    collector,
    thresholds,
    evidence,
    loadOf,
    defaultMaximum: config.file.scaling,
    targets: async ({ account, region }, arn) =>
      aws.targets(accountNamed(account, accounts), region).ofGroup(arn),
    pastDeployments: async ({ account, region, cluster, service }) =>
      aws.history(accountNamed(account, accounts), region).past(cluster, service),
    clock,
    wait,
    log,
  });
}

/** The service that alone has this target group or this name, as the last reading knows it. */
function findPlaceIn(collector: Collector): FindPlace {
  return (account, region, by) => {
    const here = collector
      .known()
      .services.filter(({ ref }) => ref.account === account && ref.region === region);
    const found = here.filter(({ ref, targetGroups }) =>
      'service' in by
        ? ref.service === by.service
        : targetGroups.some(({ dimension }) => dimension === by.dimensions['TargetGroup']),
    );
    const [only, second] = found;
    return only === undefined || second !== undefined ? undefined : only.ref;
  };
}
