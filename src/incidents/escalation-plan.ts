import type { Incident } from '../domain/incident.ts';
import { destinationKey } from '../messaging/messenger.ts';
import type { RouteBook } from '../messaging/route-book.ts';
import type { PlannedChannel, RoutePlan } from '../messaging/route-plan.ts';
import { askPlaces } from './telling.ts';

/**
 * Where and when people are reminded of an incident: the plan of its place, and of a group those of all that still fail,
 * as one. `waitingSinceMs`: since when nobody has had it; where another service joined later, its minutes count from then.
 */
export async function planOf(
  incident: Incident,
  waitingSinceMs: number | undefined,
  plan: RouteBook['plan'],
): Promise<RoutePlan> {
  const [own, ...others] = await askPlaces(incident, (target, severity, joinedAtMs = 0) =>
    plan({
      target,
      severity,
      ...(waitingSinceMs === undefined ? {} : { waitingSinceMs: Math.max(waitingSinceMs, joinedAtMs) }),
    }),
  );
  return others.reduce(together, own);
}

function together(a: RoutePlan, b: RoutePlan): RoutePlan {
  const byDest = new Map(a.channels.map((channel) => [destinationKey(channel.dest), channel]));
  for (const channel of b.channels) {
    const before = byDest.get(destinationKey(channel.dest));
    byDest.set(destinationKey(channel.dest), before === undefined ? channel : sameChannel(before, channel));
  }
  const channels = [...byDest.values()];
  const held = channels.flatMap(({ dest, heldUntilMs, heldBy }) =>
    heldUntilMs === undefined || heldBy === undefined ? [] : [{ dest, untilMs: heldUntilMs, by: heldBy }],
  );
  const { heldUntilMs: _held, ...own } = a;
  return {
    ...own,
    channels,
    now: channels.filter(({ heldUntilMs }) => heldUntilMs === undefined).map(({ dest }) => dest),
    held,
    ...(held.length === 0 ? {} : { heldUntilMs: Math.min(...held.map(({ untilMs }) => untilMs)) }),
    isPressing: a.isPressing || b.isPressing,
  };
}

/** What holds one service back does not hold the others. */
function sameChannel(a: PlannedChannel, b: PlannedChannel): PlannedChannel {
  const { heldUntilMs: aHeldMs = 0 } = a;
  const { heldUntilMs: bHeldMs = 0 } = b;
  if (aHeldMs > 0 || bHeldMs > 0) return aHeldMs <= bHeldMs ? a : b;
  const steps = new Map([...a.escalate, ...b.escalate].map((step) => [JSON.stringify(step), step]));
  const reminding = [a.remindMinutes, b.remindMinutes].filter((minutes) => minutes > 0);
  return {
    ...a,
    routes: [...new Set([...a.routes, ...b.routes])],
    countsFromMs: Math.min(a.countsFromMs, b.countsFromMs),
    remindMinutes: reminding.length === 0 ? 0 : Math.min(...reminding),
    escalate: [...steps.values()].toSorted((x, y) => x.afterMinutes - y.afterMinutes),
  };
}
