import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ServiceSnapshot } from '../domain/fleet.ts';
import type { Severity } from '../domain/incident.ts';

/** One finished call to AWS. */
export interface MeteredCall {
  readonly account: string;
  readonly region: string;
  readonly action: string;
  readonly outcome: string;
  readonly durationMs: number;
  readonly dollars: number;
}

/** What is looked up at the moment of a scrape. Each may fail; then its gauges are absent from that scrape. */
export interface MetricSources {
  readonly services: () => readonly ServiceSnapshot[];
  readonly openIncidents: () => Promise<readonly { readonly severity: Severity }[]>;
  readonly outbox: () => Promise<{ readonly waiting: number; readonly parked: number }>;
  readonly spending: () => { readonly todayDollars: number; readonly slowdown: number };
}

/** What Prometheus is told: gauges per service, and the bot's own figures. */
export interface BotMetrics {
  readonly contentType: string;
  call(call: MeteredCall): void;
  /** Services of an answer whose metrics were young enough, and those that had to be read. */
  cache(hits: number, misses: number): void;
  /** A message of the alert queue. */
  message(kind: 'event' | 'canary' | 'foreign' | 'poison'): void;
  /** The text of a scrape. Calls neither AWS nor a chat platform. */
  render(sources: MetricSources): Promise<string>;
}

/** The meter of one process, with a registry of its own. */
export function makeBotMetrics(): BotMetrics {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const own = ownMetrics(register);
  const fleet = fleetGauges(register);
  return {
    contentType: register.contentType,
    call({ account, region, action, outcome, durationMs, dollars }) {
      own.calls.inc({ account, region, action, outcome });
      own.seconds.observe({ action }, durationMs / 1000);
      if (dollars > 0) own.dollars.inc({ account, region }, dollars);
    },
    cache(hits, misses) {
      own.cache.inc({ result: 'hit' }, hits);
      own.cache.inc({ result: 'miss' }, misses);
    },
    message(kind) {
      own.messages.inc({ kind });
    },
    async render(sources) {
      for (const gauge of Object.values(fleet)) gauge.reset();
      for (const service of sources.services()) setService(fleet, service);
      await setOwn(own, sources);
      return register.metrics();
    },
  };
}

const PLACE = ['account', 'region', 'cluster', 'service'] as const;

function fleetGauges(register: Registry) {
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `deckhand_service_${name}`, help, labelNames: PLACE, registers: [register] });
  return {
    cpu: gauge('cpu_percent', 'CPU of the newest whole 5-minute period, percent.'),
    memory: gauge('memory_percent', 'Memory of the newest whole 5-minute period, percent.'),
    running: gauge('running_tasks', 'Running tasks.'),
    desired: gauge('desired_tasks', 'Desired tasks.'),
    healthy: gauge('healthy_hosts', 'Healthy targets over all target groups.'),
    age: gauge('data_timestamp_seconds', 'When the metrics of the service were read, seconds since 1970.'),
  };
}

function setService(gauges: ReturnType<typeof fleetGauges>, service: ServiceSnapshot): void {
  const { account, region, cluster, service: name } = service.ref;
  const labels = { account, region, cluster, service: name };
  const { cpuPercent, memoryPercent, healthyHosts } = service.metrics;
  const set = (gauge: Gauge<(typeof PLACE)[number]>, value: number | undefined) => {
    if (value !== undefined) gauge.set(labels, value);
  };
  set(gauges.cpu, newestWhole(cpuPercent, service.metricsAtMs));
  set(gauges.memory, newestWhole(memoryPercent, service.metricsAtMs));
  set(gauges.running, service.running);
  set(gauges.desired, service.desired);
  set(gauges.healthy, healthyHosts?.points.at(-1)?.value);
  set(gauges.age, service.metricsAtMs === undefined ? undefined : service.metricsAtMs / 1000);
}

/** The period that was still running when it was read is no 5-minute figure yet. */
function newestWhole(
  series: ServiceSnapshot['metrics']['cpuPercent'],
  readAtMs: number | undefined,
): number | undefined {
  return series?.points.findLast((point) => point.atMs + series.periodMs <= (readAtMs ?? 0))?.value;
}

function ownMetrics(register: Registry) {
  const registers = [register];
  return {
    calls: new Counter({
      name: 'deckhand_aws_calls_total',
      help: 'Calls to AWS by how they ended.',
      labelNames: ['account', 'region', 'action', 'outcome'],
      registers,
    }),
    dollars: new Counter({
      name: 'deckhand_aws_dollars_total',
      help: 'What AWS charges for these calls at list price, dollars.',
      labelNames: ['account', 'region'],
      registers,
    }),
    seconds: new Histogram({
      name: 'deckhand_aws_call_seconds',
      help: 'How long calls to AWS take once they have their turn.',
      labelNames: ['action'],
      buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    messages: new Counter({
      name: 'deckhand_queue_messages_total',
      help: 'Messages of the alert queue: events, signs of life (canary), of other services (foreign), unreadable (poison).',
      labelNames: ['kind'],
      registers,
    }),
    cache: new Counter({
      name: 'deckhand_cache_services_total',
      help: 'Services in answers, by whether their metrics were young enough (hit) or had to be read (miss).',
      labelNames: ['result'],
      registers,
    }),
    spent: new Gauge({
      name: 'deckhand_spent_today_dollars',
      help: 'What reading metrics cost since midnight UTC, over all replicas, dollars.',
      registers,
    }),
    slowdown: new Gauge({
      name: 'deckhand_slowdown_ratio',
      help: 'How many times less often than configured metrics are read so that the budget lasts.',
      registers,
    }),
    incidents: new Gauge({
      name: 'deckhand_open_incidents',
      help: 'Open incidents by severity.',
      labelNames: ['severity'],
      registers,
    }),
    outbox: new Gauge({
      name: 'deckhand_outbox_messages',
      help: 'Messages that wait to be sent, and those that a platform refuses for good.',
      labelNames: ['state'],
      registers,
    }),
  };
}

async function setOwn(own: ReturnType<typeof ownMetrics>, sources: MetricSources): Promise<void> {
  const { todayDollars, slowdown } = sources.spending();
  own.spent.set(todayDollars);
  own.slowdown.set(slowdown);
  const [incidents, outbox] = await Promise.allSettled([sources.openIncidents(), sources.outbox()]);
  own.incidents.reset();
  if (incidents.status === 'fulfilled') {
    for (const severity of SEVERITY_LABELS) own.incidents.set({ severity }, 0);
    for (const { severity } of incidents.value) own.incidents.inc({ severity });
  }
  own.outbox.reset();
  if (outbox.status === 'fulfilled') {
    own.outbox.set({ state: 'waiting' }, outbox.value.waiting);
    own.outbox.set({ state: 'parked' }, outbox.value.parked);
  }
}

const SEVERITY_LABELS: readonly Severity[] = ['critical', 'high', 'medium', 'info'];
