import type { IncidentTarget, Severity } from '../domain/incident.ts';
import type { EscalationStep, Maintenance, Mute, ReminderSettings, Route } from '../domain/route.ts';
import type { Zones } from '../domain/zone-time.ts';
import type { Destination } from './messenger.ts';
import { maintenanceAt, quietAt } from './route-quiet.ts';
import { isAtLeast, type Leg, legsFor, placeCovers, type RoutesOptions } from './routes.ts';

/** Everything that decides where something is told, and when. */
export interface RoutingRules extends RoutesOptions {
  readonly mutes: readonly Mute[];
  readonly maintenance: readonly Maintenance[];
  readonly reminders: ReminderSettings;
  readonly zones: Zones;
}

export interface Routed {
  readonly target: IncidentTarget;
  readonly severity: Severity;
  readonly nowMs: number;
  /** Since when nobody has had it: opened, released or reopened. Absent: now. */
  readonly waitingSinceMs?: number;
}

/** Why a channel is not told now. */
export type HeldBy =
  | { readonly kind: 'quiet'; readonly route: Route }
  | { readonly kind: 'muted'; readonly mute: Mute }
  | { readonly kind: 'maintenance'; readonly work: Maintenance };

/** One channel, and when it is told. */
export interface PlannedChannel {
  readonly dest: Destination;
  /** What leads there; empty: it is a default channel. */
  readonly routes: readonly Route[];
  /** It is told from then on; absent: it may be told now. */
  readonly heldUntilMs?: number;
  readonly heldBy?: HeldBy;
  /** From when on its reminders and steps are counted: when it first could have been told that nobody has it. */
  readonly countsFromMs: number;
  /** 0: it is not reminded. */
  readonly remindMinutes: number;
  readonly escalate: readonly EscalationStep[];
}

/** Where an incident goes now, what is held back until when, and what follows while nobody takes it. */
export interface RoutePlan {
  readonly channels: readonly PlannedChannel[];
  readonly now: readonly Destination[];
  readonly held: readonly { readonly dest: Destination; readonly untilMs: number; readonly by: HeldBy }[];
  /** When the first of the held channels may be told; the incident is to be looked at again then. */
  readonly heldUntilMs?: number;
  readonly runbookUrl?: string;
  /** Whether the incident is grave enough to be reminded of and escalated. */
  readonly isPressing: boolean;
  /** Reminders of one incident at most. */
  readonly atMost: number;
}

/** Where an incident is told. Pure: the same rules and the same moment give the same plan. */
export function planFor(rules: RoutingRules, routed: Routed): RoutePlan {
  const { target, severity, nowMs } = routed;
  const legs = legsFor(rules, target, severity);
  const channels = legs.map((leg) => plannedChannel(rules, routed, leg));
  const held = channels.flatMap(({ dest, heldUntilMs, heldBy }) =>
    heldUntilMs === undefined || heldBy === undefined ? [] : [{ dest, untilMs: heldUntilMs, by: heldBy }],
  );
  const runbookUrl = rules.routes.find(
    ({ runbook, match }) => runbook !== undefined && placeCovers(match, target),
  )?.runbook;
  return {
    channels,
    now: channels.filter(({ heldUntilMs }) => heldUntilMs === undefined).map(({ dest }) => dest),
    held,
    ...(held.length === 0
      ? {}
      : { heldUntilMs: Math.max(nowMs, Math.min(...held.map((one) => one.untilMs))) }),
    ...(runbookUrl === undefined ? {} : { runbookUrl }),
    isPressing: isAtLeast(severity, rules.reminders.severity),
    atMost: rules.reminders.atMost,
  };
}

/** The mute or planned work that holds a place at a moment; of several the one that lasts longest. */
export function mutedAt(
  { mutes, maintenance, zones }: Pick<RoutingRules, 'mutes' | 'maintenance' | 'zones'>,
  target: Omit<IncidentTarget, 'region'>,
  atMs: number,
): { readonly untilMs: number; readonly by: Exclude<HeldBy, { kind: 'quiet' }> } | undefined {
  const byHand = mutes
    .filter(({ on, fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs && placeCovers(on, target))
    .map((mute) => ({ untilMs: mute.untilMs, by: { kind: 'muted', mute } as const }));
  const planned = maintenance
    .filter(({ match }) => placeCovers(match, target))
    .flatMap((work) => {
      const untilMs = maintenanceAt(work, atMs, zones)?.untilMs;
      return untilMs === undefined ? [] : [{ untilMs, by: { kind: 'maintenance', work } as const }];
    });
  return [...byHand, ...planned].toSorted((a, b) => b.untilMs - a.untilMs)[0];
}

function plannedChannel(rules: RoutingRules, routed: Routed, { dest, routes }: Leg): PlannedChannel {
  const { nowMs, waitingSinceMs = nowMs } = routed;
  const hold = heldAt(rules, routed, routes, nowMs);
  const [first] = routes;
  const { remindMinutes, escalateMinutes } = rules.reminders;
  return {
    dest,
    routes,
    ...(hold === undefined ? {} : { heldUntilMs: freeFrom(rules, routed, routes, nowMs), heldBy: hold.by }),
    countsFromMs: freeFrom(rules, routed, routes, waitingSinceMs),
    remindMinutes: first?.remindMinutes ?? remindMinutes,
    escalate: escalation(routes) ?? [{ afterMinutes: escalateMinutes }],
  };
}

/** The steps of all routes to one channel; undefined where none of them says anything. */
function escalation(routes: readonly Route[]): readonly EscalationStep[] | undefined {
  const said = routes.flatMap(({ escalate }) => (escalate === undefined ? [] : [escalate]));
  if (said.length === 0) return undefined;
  const unique = new Map(said.flat().map((step) => [JSON.stringify(step), step]));
  return [...unique.values()].toSorted((a, b) => a.afterMinutes - b.afterMinutes);
}

/** Windows that follow one another are few; more than that is somebody's mistake and is looked at again later. */
const MOST_WINDOWS = 20;

/** The first moment from `fromMs` on at which nothing holds the channel back. */
function freeFrom(rules: RoutingRules, routed: Routed, routes: readonly Route[], fromMs: number): number {
  let atMs = fromMs;
  for (let count = 0; count < MOST_WINDOWS; count += 1) {
    const hold = heldAt(rules, routed, routes, atMs);
    if (hold === undefined) return atMs;
    atMs = hold.untilMs;
  }
  return atMs;
}

/** A mute holds every channel; quiet hours hold a channel when all routes to it are quiet. */
function heldAt(
  rules: RoutingRules,
  { target, severity }: Routed,
  routes: readonly Route[],
  atMs: number,
): { readonly untilMs: number; readonly by: HeldBy } | undefined {
  const muted = mutedAt(rules, target, atMs);
  if (muted !== undefined) return muted;
  const quiet = routes.map((route) => {
    const untilMs = isQuietFor(route, severity) && quietAt(route.quiet, atMs, rules.zones)?.untilMs;
    return typeof untilMs === 'number' ? { untilMs, by: { kind: 'quiet', route } as const } : undefined;
  });
  const holding = quiet.filter((one) => one !== undefined);
  if (holding.length === 0 || holding.length < routes.length) return undefined;
  return holding.toSorted((a, b) => a.untilMs - b.untilMs)[0];
}

function isQuietFor(
  route: Route,
  severity: Severity,
): route is Route & { readonly quiet: NonNullable<Route['quiet']> } {
  const { quiet } = route;
  if (quiet === undefined) return false;
  return quiet.letThrough === 'none' || !isAtLeast(severity, quiet.letThrough);
}
