import { assessHealth, type HealthReason } from '../assess/health.ts';
import { newestProgressMs, shortfallOf } from '../assess/shortfall.ts';
import { isSettled } from '../collector/region-memory.ts';
import { type Deployment, type FleetSnapshot, type ServiceSnapshot, serviceKey } from '../domain/fleet.ts';
import type { Incident, IncidentTarget } from '../domain/incident.ts';
import type { Thresholds } from '../domain/thresholds.ts';
import { formatDuration } from '../domain/time.ts';
import type { IncidentEvent } from './incident-event.ts';
import { inferredEvent } from './inferred-event.ts';

export interface InferSettings {
  readonly silenceMs: number;
  readonly stuckMs: number;
  readonly thresholds: Thresholds;
}

/** What is known at one moment. */
export interface Look {
  readonly snapshot: FleetSnapshot;
  readonly open: readonly Incident[];
}

/** What earlier looks at a service are remembered for. */
interface Seen {
  /** Since this reading tasks have been missing in every one. */
  readonly shortSinceMs?: number;
  /** Since this reading the service has been as it should be in every one, while its incident was open. */
  readonly wellSinceMs?: number;
  readonly rollout?: Rollout;
}

interface Rollout {
  readonly id: string;
  /** The most tasks of the new revision so far, and when there were that many for the first time. */
  readonly mostRunning: number;
  readonly grewAtMs: number;
  /** Since this reading so many tasks have failed that a circuit breaker would have ended it. */
  readonly failingSinceMs?: number;
}

/** By {@link serviceKey}. */
export type Observed = ReadonlyMap<string, Seen>;

/** A reading that is older tells what was, not what is. */
const OLDEST_READING_MS = 10 * 60_000;
/** ECS repeats that a service is steady every six hours: of a younger sign of progress nothing was left out. */
const STEADY_REPEAT_MS = 6 * 3_600_000;
/** The longest bake time: docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html */
const LONGEST_BAKE_MS = 24 * 3_600_000;

/**
 * What AWS does not say: tasks that are missing without an event, deployments that get nowhere where no circuit breaker
 * ends them, and services that are well again although nobody heard so. Pure; the same conclusion is drawn at each look
 * for as long as it holds, and is always the same event.
 *
 * None of them names a subject: like other troubles of a service they are over with a steady state, a completed
 * deployment, or `DECKHAND_HEALTHY_AGAIN`.
 */
export function inferFrom(
  { snapshot, open }: Look,
  previous: Observed,
  settings: InferSettings,
  nowMs: number,
): { readonly events: readonly IncidentEvent[]; readonly observed: Observed } {
  const incidents = byService(open);
  const waiting = new Set(open.flatMap(({ hook, target }) => (hook ? [keyOf(target)] : [])));
  const observed = new Map<string, Seen>();
  const events = snapshot.services.flatMap((service) => {
    const key = serviceKey(service.ref);
    if (service.desired === 0 || service.status !== 'ACTIVE') return [];
    const incident = incidents.get(key);
    // Nobody asks whether the many are well that have neither an incident nor a deployment on its way.
    const isAsked = incident !== undefined || inProgress(service) !== undefined;
    const troubles = isAsked ? troublesOf(service, snapshot, settings, nowMs) : [];
    const isWell = incident !== undefined && isComplete(service) && troubles.length === 0;
    const seen = observe(service, previous.get(key), isWell);
    observed.set(key, seen);
    if (incident !== undefined && isWell) return healthyAgain(service, seen, incident, settings, nowMs);
    if (!isYoung(service.inventoryAtMs, nowMs)) return [];
    return [
      ...(incident === undefined ? tasksMissing(service, seen, settings) : []),
      ...(waiting.has(key) ? [] : deploymentStuck(service, seen, settings, troubles)),
    ];
  });
  return { events, observed };
}

/** Troubles that show in the counts of tasks. Of others (alarms, throttling, discovery) these counts prove nothing. */
const ABOUT_TASKS =
  /^(SERVICE_(DEPLOYMENT_FAILED|TASK_|DAEMON_|HEALTH_UNKNOWN)|DAEMON_TASK_|DECKHAND_(TASKS|DEPLOYMENT|CRASH))/;

/** The open incidents about tasks, by the services that still fail, those of a group included. */
function byService(open: readonly Incident[]): ReadonlyMap<string, Incident> {
  const pairs = open
    .filter(({ cause, isTest }) => ABOUT_TASKS.test(cause) && isTest === undefined)
    .flatMap((incident) => stillFailing(incident).map((target) => [keyOf(target), incident] as const));
  return new Map(pairs);
}

function stillFailing({ target, members }: Incident): readonly IncidentTarget[] {
  return members?.filter(({ isOver }) => !isOver).map((member) => member.target) ?? [target];
}

/** As {@link serviceKey}; of no service where the target names none. */
function keyOf({ account, region, cluster, service }: IncidentTarget): string {
  return cluster === undefined || service === undefined
    ? ''
    : serviceKey({ account, region, cluster, service });
}

function isYoung(atMs: number, nowMs: number): boolean {
  return nowMs - atMs <= OLDEST_READING_MS;
}

/** As many tasks as it should, and nothing on its way. */
function isComplete(service: ServiceSnapshot): boolean {
  return isSettled(service) && service.deployments.every(({ rolloutState }) => rolloutState !== 'FAILED');
}

/** What the health rules hold against its being well; load alone is no such thing until it is critical. */
function troublesOf(
  service: ServiceSnapshot,
  { loadBalancers = [], missing }: FleetSnapshot,
  { thresholds }: InferSettings,
  nowMs: number,
): readonly HealthReason[] {
  const { reasons } = assessHealth(service, { nowMs, thresholds, loadBalancers, missing });
  return reasons.filter(({ health, rule }) => health === 'critical' || rule === 'unhealthy_targets');
}

function observe(service: ServiceSnapshot, before: Seen | undefined, isWell: boolean): Seen {
  const atMs = service.inventoryAtMs;
  const rollout = observeRollout(service, before?.rollout);
  return {
    ...(isWell ? { wellSinceMs: before?.wellSinceMs ?? atMs } : {}),
    ...(service.running < service.desired ? { shortSinceMs: before?.shortSinceMs ?? atMs } : {}),
    ...(rollout === undefined ? {} : { rollout }),
  };
}

function observeRollout(service: ServiceSnapshot, before: Rollout | undefined): Rollout | undefined {
  const primary = inProgress(service);
  if (primary === undefined) return undefined;
  const same = before?.id === primary.id ? before : undefined;
  const grew = same === undefined || primary.running > same.mostRunning;
  const isFailing = primary.failedTasks >= breakerThreshold(primary);
  return {
    id: primary.id,
    mostRunning: grew ? primary.running : same.mostRunning,
    grewAtMs: grew ? service.inventoryAtMs : same.grewAtMs,
    ...(isFailing ? { failingSinceMs: same?.failingSinceMs ?? service.inventoryAtMs } : {}),
  };
}

function inProgress({ deployments }: ServiceSnapshot): Deployment | undefined {
  return deployments.find(
    ({ status, rolloutState }) => status === 'PRIMARY' && rolloutState === 'IN_PROGRESS',
  );
}

/**
 * So many failed tasks make a circuit breaker end a deployment: half of what is desired, from 3 to 200.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
function breakerThreshold({ desired }: Deployment): number {
  return Math.min(200, Math.max(3, Math.ceil(desired / 2)));
}

/**
 * One look cannot tell a task that is missing since weeks from one that ended a second ago. Where ECS has said that the
 * service was steady after its last progress, tasks count as missing only from when they were first seen so.
 */
function tasksMissing(service: ServiceSnapshot, seen: Seen, settings: InferSettings): IncidentEvent[] {
  const { thresholds, silenceMs } = settings;
  const shortfall = shortfallOf(service, { ...thresholds, shortfallMs: silenceMs });
  if (!shortfall?.stuck || seen.shortSinceMs === undefined) return [];
  const atMs = service.inventoryAtMs;
  const steadyMs = newestSteadyMs(service);
  const progressMs = shortfall.sinceMs;
  const neverWell =
    progressMs !== undefined &&
    (steadyMs === undefined ? atMs - progressMs < STEADY_REPEAT_MS : progressMs > steadyMs);
  const sinceMs = neverWell ? progressMs : seen.shortSinceMs;
  if (atMs - sinceMs < silenceMs) return [];
  const { running, desired } = service;
  return [
    about(service, {
      name: 'DECKHAND_TASKS_MISSING',
      level: 'error',
      atMs,
      sinceMs,
      reason: `${running} of ${desired} tasks running, and nothing has progressed for ${formatDuration(atMs - sinceMs)}`,
      because: [Math.max(progressMs ?? 0, steadyMs ?? 0), primaryId(service)],
    }),
  ];
}

/** When ECS last said that the service was as it should be: a message, or a deployment that is completed. */
function newestSteadyMs({ events, deployments }: ServiceSnapshot): number | undefined {
  const told = events.filter(({ message }) => /\breached a steady state\b/i.test(message));
  const completed = deployments.flatMap(({ status, rolloutState, updatedAtMs }) =>
    status === 'PRIMARY' && rolloutState === 'COMPLETED' ? (updatedAtMs ?? []) : [],
  );
  const times = [...told.map(({ atMs }) => atMs), ...completed];
  return times.length === 0 ? undefined : Math.max(...times);
}

function primaryId({ deployments }: ServiceSnapshot): string {
  return deployments.find(({ status }) => status === 'PRIMARY')?.id ?? '';
}

/** A new revision that runs in full may be baking or shifting traffic: that takes as long as it was told to. */
function deploymentStuck(
  service: ServiceSnapshot,
  { rollout }: Seen,
  { stuckMs, silenceMs }: InferSettings,
  troubles: readonly HealthReason[],
): IncidentEvent[] {
  const primary = inProgress(service);
  if (primary === undefined || rollout === undefined) return [];
  const atMs = service.inventoryAtMs;
  const runsInFull = primary.running >= primary.desired && primary.pending === 0 && primary.failedTasks === 0;
  const isRefused = troubles.some(({ rule }) => rule === 'unhealthy_targets' || rule === 'no_healthy_target');
  const patienceMs = runsInFull && !isRefused ? LONGEST_BAKE_MS : stuckMs;
  const signs = [primary.createdAtMs, primary.updatedAtMs, newestProgressMs(service)].flatMap(
    (at) => at ?? [],
  );
  const stillMs = atMs - Math.max(...(signs.length === 0 ? [rollout.grewAtMs] : signs));
  const grownMs = atMs - rollout.grewAtMs;
  const failing = rollout.failingSinceMs !== undefined && atMs - rollout.failingSinceMs >= silenceMs;
  if (!failing && Math.max(stillMs, grownMs) < patienceMs) return [];
  return [
    about(service, {
      name: 'DECKHAND_DEPLOYMENT_STUCK',
      level: 'error',
      atMs,
      sinceMs: failing ? (rollout.failingSinceMs ?? atMs) : atMs - Math.max(stillMs, grownMs),
      deploymentId: primary.id,
      reason: stuckReason(primary, atMs, failing),
      because: [primary.id],
    }),
  ];
}

function stuckReason(
  { running, desired, failedTasks, createdAtMs }: Deployment,
  atMs: number,
  failing: boolean,
) {
  const since = createdAtMs === undefined ? '' : ` for ${formatDuration(atMs - createdAtMs)}`;
  const how = `${running} of ${desired} tasks of the new revision running`;
  const failed = failedTasks > 0 ? `, ${failedTasks} failed` : '';
  const breaker = failing ? '; no circuit breaker ends it' : '';
  return `In progress${since}: ${how}${failed}${breaker}`;
}

/**
 * Well in every reading (or by the events that vouch for one) for minutes, in which nothing was started or went wrong.
 * A steady state may have been lost; where it was not, the incident has ended before.
 */
function healthyAgain(
  service: ServiceSnapshot,
  { wellSinceMs }: Seen,
  incident: Incident,
  { silenceMs }: InferSettings,
  nowMs: number,
): IncidentEvent[] {
  const { inventoryAtMs, inventoryTrueAtMs = inventoryAtMs } = service;
  const trueAtMs = Math.max(inventoryAtMs, inventoryTrueAtMs);
  if (wellSinceMs === undefined || !isYoung(trueAtMs, nowMs)) return [];
  const sinceMs = Math.max(wellSinceMs, incident.lastSeenAtMs, newestProgressMs(service) ?? 0);
  if (trueAtMs - sinceMs < silenceMs) return [];
  return [
    about(service, {
      name: 'DECKHAND_HEALTHY_AGAIN',
      level: 'info',
      atMs: trueAtMs,
      reason: `${service.running} of ${service.desired} tasks running, and nothing happened for ${formatDuration(trueAtMs - sinceMs)}`,
      because: [incident.id, incident.lastSeenAtMs],
    }),
  ];
}

/** The account's id stands in the service's ARN, whatever the account is called. */
function about(
  { ref, arn }: ServiceSnapshot,
  inferred: Omit<Parameters<typeof inferredEvent>[0], 'accountId' | 'region' | 'cluster' | 'service'>,
): IncidentEvent {
  const { account, region, cluster, service } = ref;
  return inferredEvent({ ...inferred, accountId: arn.split(':')[4] || account, region, cluster, service });
}
