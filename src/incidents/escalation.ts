import type { Incident } from '../domain/incident.ts';
import type { EscalationStep } from '../domain/route.ts';
import { type Destination, destinationKey } from '../messaging/messenger.ts';
import type { PlannedChannel, RoutePlan } from '../messaging/route-plan.ts';

/** Something that should have happened by now because nobody has taken the incident. */
export interface DueStep {
  /** `remind/1`, `escalate/2`: the same whenever it is worked out, so that it is told once. */
  readonly key: string;
  readonly kind: 'remind' | 'escalate';
  readonly number: number;
  /** The channel whose route asks for it; the incident stands there. */
  readonly dest: Destination;
  /** For how long nobody has had it, by this step. */
  readonly afterMinutes: number;
  /** Only of an escalation. */
  readonly step?: EscalationStep;
}

const MINUTE_MS = 60_000;

/**
 * What should have been done by now, whether or not it was. Nothing for what is taken, over, a test, or not grave
 * enough, and nothing in channels that are held back. Of several reminders that were missed the newest alone is
 * due. Pure: the plan says from when the minutes count. `taken`: the numbers that steps have had, by {@link stepName}.
 */
export function dueSteps(
  incident: Pick<Incident, 'state' | 'isTest' | 'merged'>,
  plan: RoutePlan,
  nowMs: number,
  taken: Readonly<Record<string, number>> = {},
): readonly DueStep[] {
  const { state, isTest, merged } = incident;
  if (state !== 'open' || isTest !== undefined || merged !== undefined || !plan.isPressing) return [];
  const numbers = stepNumbers(plan.channels, taken);
  return plan.channels
    .filter(({ heldUntilMs }) => heldUntilMs === undefined)
    .flatMap((channel) => [
      ...reminders(channel, plan.atMost, nowMs),
      ...escalations(channel, numbers, nowMs),
    ]);
}

/** What names a step of one channel among all that were taken. */
export function doneKey({ key, dest }: Pick<DueStep, 'key' | 'dest'>): string {
  return `${key} ${destinationKey(dest)}`;
}

/** What tells one step from another, whatever its number. */
export function stepName(step: EscalationStep): string {
  return JSON.stringify(step);
}

/**
 * Where a step stands in the order in which they come: the same step of two channels is one. What was taken keeps its
 * number when another route or another service of the group brings steps that come earlier.
 */
function stepNumbers(
  channels: readonly PlannedChannel[],
  taken: Readonly<Record<string, number>>,
): ReadonlyMap<string, number> {
  const numbers = new Map(Object.entries(taken));
  const used = new Set(numbers.values());
  let next = 1;
  const inOrder = channels
    .flatMap(({ escalate }) => escalate)
    .toSorted((a, b) => a.afterMinutes - b.afterMinutes);
  for (const name of new Set(inOrder.map(stepName))) {
    if (numbers.has(name)) continue;
    while (used.has(next)) next += 1;
    numbers.set(name, next);
    next += 1;
  }
  return numbers;
}

/** A step that comes at the same moment stands for the reminder. */
function reminders(channel: PlannedChannel, atMost: number, nowMs: number): readonly DueStep[] {
  const { remindMinutes, escalate, countsFromMs, dest } = channel;
  if (remindMinutes <= 0) return [];
  const passed = Math.floor((nowMs - countsFromMs) / (remindMinutes * MINUTE_MS));
  for (let number = Math.min(passed, atMost); number > 0; number -= 1) {
    const afterMinutes = number * remindMinutes;
    if (escalate.some((step) => step.afterMinutes === afterMinutes)) continue;
    return [{ key: `remind/${number}`, kind: 'remind', number, dest, afterMinutes }];
  }
  return [];
}

function escalations(
  { escalate, countsFromMs, dest }: PlannedChannel,
  numbers: ReadonlyMap<string, number>,
  nowMs: number,
): readonly DueStep[] {
  return escalate
    .filter(({ afterMinutes }) => countsFromMs + afterMinutes * MINUTE_MS <= nowMs)
    .map((step) => {
      const number = numbers.get(stepName(step)) ?? 1;
      const { afterMinutes } = step;
      return { key: `escalate/${number}`, kind: 'escalate', number, dest, afterMinutes, step };
    });
}
