import { assessFleet } from '../assess/fleet-health.ts';
import type { HealthReason, HealthRule } from '../assess/health.ts';
import { countBounds, type DefaultMaximum, type Load, suggestCount } from '../assess/scaling.ts';
import { shortfallOf } from '../assess/shortfall.ts';
import type { Collector } from '../collector/collector.ts';
import { sentenceFor, Unreachable } from '../domain/errors.ts';
import type { ScalingBounds, ServiceRef, ServiceSnapshot } from '../domain/fleet.ts';
import type { Findings, Incident, IncidentTarget, StopEvidence } from '../domain/incident.ts';
import { tellingLine } from '../domain/stop-evidence.ts';
import type { Thresholds } from '../domain/thresholds.ts';
import type { EvidenceStore } from '../store/evidence-store.ts';
import { type Change, diffOf, newestChange, revisionBefore } from './enrich-deployment.ts';
import { type TargetsOptions, targetsOf } from './enrich-targets.ts';
import { measuresFor, trendOf } from './enrich-trend.ts';

/** Looks at AWS for what an event does not say. Never rejects: what cannot be read is left out. */
export type Enrich = (target: IncidentTarget, incident: Incident) => Promise<Findings>;

export interface EnrichOptions extends TargetsOptions {
  readonly collector: Pick<Collector, 'snapshot' | 'scaling' | 'taskDefinition' | 'recent'>;
  readonly thresholds: Thresholds;
  readonly wait: (ms: number) => Promise<void>;
  /** Undefined where nothing is kept. */
  readonly evidence: Pick<EvidenceStore, 'ofService'> | undefined;
  /** What a count is suggested from. */
  readonly loadOf: (service: ServiceSnapshot, scaling: ScalingBounds | undefined) => Load;
  readonly defaultMaximum?: DefaultMaximum | undefined;
  /** Deployments of a service that came to rest, newest first. @throws as the calls. */
  readonly pastDeployments?: (
    ref: ServiceRef,
  ) => Promise<readonly { readonly taskDefinition: string; readonly atMs: number }[]>;
}

/** A part that takes longer is left out. */
const PATIENCE_MS = 15_000;
const STOPS = 3;
const STILL_BEFORE_MS = 60 * 60_000;
/** What died shortly before the incident began belongs to it. */
const STOPS_BEFORE_MS = 60 * 60_000;

/** What a look at AWS adds to an incident, each part for itself. */
export function makeEnrich(options: EnrichOptions): Enrich {
  return async (target, incident) => {
    const findings = { atMs: options.clock.now(), health: [] };
    const { account, region, cluster, service } = target;
    if (cluster === undefined || service === undefined) return findings;
    const ref = { account, region, cluster, service };
    const part = <T>(name: string, read: () => Promise<T>) => settled(options, ref, name, read);
    const [look, stops = []] = await Promise.all([
      part('tasks and health', () => lookAt(options, ref)),
      part('stopped tasks', () => newestStops(options, ref, incident)),
    ]);
    const seen = { ...findings, ...(stops.length === 0 ? {} : { stops }) };
    return look === undefined ? seen : { ...seen, ...(await about(options, look, incident, stops, part)) };
  };
}

interface Look {
  readonly service: ServiceSnapshot;
  readonly reasons: readonly HealthReason[];
}

type Part = <T>(name: string, read: () => Promise<T>) => Promise<T | undefined>;

/** The parts that need to know the service, all at once. */
async function about(
  options: EnrichOptions,
  { service, reasons }: Look,
  incident: Incident,
  stops: readonly StopEvidence[],
  part: Part,
): Promise<Omit<Findings, 'atMs' | 'stops'>> {
  const rules = reasons.map(({ rule }) => rule);
  const runbookUrl = runbookOf(service.tags);
  const [suggestedCount, deployment, targets, trend] = await Promise.all([
    part('a suggested count', () => suggested(options, service)),
    part('the newest deployment', () => deploymentOf(options, service, part)),
    part('target health', () => targetsOf(options, service, stops)),
    trendFor(options, service, measuresFor({ incident, rules, stops }), part),
  ]);
  return {
    tasks: tasksOf(service, options.thresholds, incident),
    health: reasons.filter(({ rule }) => !SAID_ELSEWHERE.has(rule)).map(({ text }) => text),
    ...(suggestedCount === undefined ? {} : { suggestedCount }),
    ...(deployment === undefined ? {} : { deployment }),
    ...(targets === undefined ? {} : { targets }),
    ...(trend === undefined ? {} : { trend }),
    ...(runbookUrl === undefined ? {} : { runbookUrl }),
  };
}

/** Missing tasks stand in the counts; that there are no metrics explains nothing. */
const SAID_ELSEWHERE: ReadonlySet<HealthRule> = new Set(['running_below_desired', 'no_data']);

/** What progressed long before it began says nothing about it: then its own beginning is all that is known. */
function tasksOf(
  service: ServiceSnapshot,
  thresholds: Thresholds,
  { openedAtMs }: Incident,
): NonNullable<Findings['tasks']> {
  const { running, desired } = service;
  const shortfall = shortfallOf(service, thresholds);
  const { stuck = false, sinceMs = 0 } = shortfall ?? {};
  const isNear = stuck && sinceMs >= openedAtMs - STILL_BEFORE_MS;
  return { running, desired, ...(isNear ? { stillSinceMs: sinceMs } : {}) };
}

async function lookAt(
  { collector, clock, thresholds, log }: EnrichOptions,
  ref: ServiceRef,
): Promise<Look | undefined> {
  const snapshot = await collector.snapshot({ scope: ref, fresh: true });
  for (const missing of snapshot.missing)
    log.warn({ ...missing }, 'part of an incident could not be looked at');
  const assessed = assessFleet(snapshot, { nowMs: clock.now(), thresholds }).services[0];
  return assessed && { service: assessed.service, reasons: assessed.reasons };
}

/** The count that its load asks for, where that is more than it has. */
async function suggested(
  { collector, loadOf, defaultMaximum }: EnrichOptions,
  service: ServiceSnapshot,
): Promise<number | undefined> {
  if (service.strategy === 'DAEMON') return undefined;
  const scaling = await collector.scaling(service.ref);
  const bounds = countBounds(scaling, service.tags, service.desired, defaultMaximum);
  const suggestion = suggestCount(loadOf(service, scaling), bounds);
  return suggestion.action === 'scale_up' ? suggestion.count : undefined;
}

async function deploymentOf(
  options: EnrichOptions,
  service: ServiceSnapshot,
  part: Part,
): Promise<Findings['deployment']> {
  const change = newestChange(service, options.clock.now());
  if (change === undefined) return undefined;
  const before = change.before ?? (await before24h(options, service, change, part));
  return diffOf(
    { ...change, before },
    (arn) => options.collector.taskDefinition(service.ref, arn),
    (error) => told(options, service.ref, 'a revision', error),
  );
}

/** ECS drops the old deployment from the service once the new one is complete; its history still has it. */
async function before24h(
  { pastDeployments }: EnrichOptions,
  { ref }: ServiceSnapshot,
  change: Change,
  part: Part,
): Promise<string | undefined> {
  if (pastDeployments === undefined) return undefined;
  const past = await part('past deployments', () => pastDeployments(ref));
  return past && revisionBefore(change, past);
}

async function newestStops(
  { evidence }: EnrichOptions,
  ref: ServiceRef,
  { openedAtMs }: Incident,
): Promise<readonly StopEvidence[]> {
  const kept = await evidence?.ofService(ref, { sinceMs: openedAtMs - STOPS_BEFORE_MS, limit: STOPS });
  return (kept?.stops ?? []).map((stop) => ({
    ...stop,
    containers: stop.containers.map(({ lastLines, ...rest }) => {
      const last = tellingLine(lastLines ?? []);
      return last === undefined ? rest : { ...rest, lastLines: [last] };
    }),
  }));
}

/** The last three hours; where they cannot be read, the hour that the look at its health has read already. */
async function trendFor(
  options: EnrichOptions,
  { ref, metrics }: ServiceSnapshot,
  measures: Parameters<Collector['recent']>[1],
  part: Part,
): Promise<Findings['trend']> {
  const recent = await part('a trend', () => options.collector.recent(ref, measures));
  for (const missing of recent?.missing ?? [])
    options.log.warn({ ...missing }, 'part of an incident could not be looked at');
  return trendOf(measures, recent?.series ?? {}) ?? trendOf(measures, metrics);
}

/** The tag `runbook`, where it is a page. */
function runbookOf(tags: Readonly<Record<string, string>>): string | undefined {
  const value =
    Object.entries(tags)
      .find(([name]) => name.toLowerCase() === 'runbook')?.[1]
      .trim() ?? '';
  return /^https?:\/\/\S+$/i.test(value) && URL.canParse(value) ? value : undefined;
}

/** One part: what it throws, or keeps to itself for too long, costs the others nothing. */
async function settled<T>(
  options: EnrichOptions,
  ref: ServiceRef,
  name: string,
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await Promise.race([read(), tooLate(options, name)]);
  } catch (error) {
    told(options, ref, name, error);
    return undefined;
  }
}

async function tooLate({ wait }: EnrichOptions, name: string): Promise<never> {
  await wait(PATIENCE_MS);
  throw new Unreachable(`no answer about ${name} in time`);
}

function told(
  { log }: EnrichOptions,
  { account, region, service }: ServiceRef,
  part: string,
  error: unknown,
): void {
  const why = sentenceFor(error).message;
  log.warn({ account, region, service, part, why, err: error }, 'part of an incident could not be looked at');
}
