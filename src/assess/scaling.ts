/** The lowest and highest count that a service may be given, and where that comes from. */
export interface CountBounds {
  readonly min: number;
  readonly max: number;
  readonly source: 'auto_scaling' | 'tag' | 'default';
}

export interface Load {
  readonly running: number;
  readonly desired: number;
  /** Averages of the last 15 minutes; undefined where there is no data. */
  readonly cpuPercent: number | undefined;
  readonly memoryPercent: number | undefined;
  /** From the service's own tracking policies, else 70 and 80. */
  readonly cpuTarget: number;
  readonly memoryTarget: number;
  readonly deploying: boolean;
}

export type Suggestion =
  | { readonly action: 'scale_up' | 'scale_down'; readonly count: number; readonly why: string }
  | { readonly action: 'no_change'; readonly why: string };

export type Clamped =
  | {
      readonly kind: 'change';
      readonly count: number;
      /** Which bound moved it from what was wanted. */
      readonly limited?: 'min' | 'max';
    }
  | { readonly kind: 'none'; readonly why: 'same' | 'deploying' | 'no_room' | 'not_a_count' };

export const DEFAULT_CPU_TARGET = 70;
export const DEFAULT_MEMORY_TARGET = 80;
const CLEARLY_BELOW = 0.9;

/** The highest count where neither Application Auto Scaling nor a tag names one. */
export interface DefaultMaximum {
  /** So many times the desired count … */
  readonly times: number;
  /** … and no fewer than this. */
  readonly atLeast: number;
}

export const DEFAULT_MAXIMUM: DefaultMaximum = { times: 2, atLeast: 10 };

/**
 * The bounds of a count: those of Application Auto Scaling, else the tag `deckhand:max`, else a setting: twice the
 * desired count and at least ten. The lower end is never below one: a button does not switch a service off.
 */
export function countBounds(
  registered: { readonly min: number; readonly max: number } | undefined,
  tags: Readonly<Record<string, string>>,
  desired: number,
  { times, atLeast }: DefaultMaximum = DEFAULT_MAXIMUM,
): CountBounds {
  if (registered !== undefined) {
    return { min: Math.max(1, registered.min), max: registered.max, source: 'auto_scaling' };
  }
  const tagged = Number(tags['deckhand:max']);
  if (Number.isInteger(tagged) && tagged >= 1) return { min: 1, max: tagged, source: 'tag' };
  return { min: 1, max: Math.max(atLeast, Math.floor(times * desired)), source: 'default' };
}

/**
 * Puts a wanted count within its bounds. A change is never outside of `[min, max]`, never 0, and never below the
 * present count while a deployment runs: ECS would stop tasks of the revision that still works.
 */
export function clampCount(
  wanted: number,
  now: { readonly desired: number; readonly deploying: boolean },
  { min, max }: Pick<CountBounds, 'min' | 'max'>,
): Clamped {
  if (!Number.isInteger(wanted) || wanted < 0) return { kind: 'none', why: 'not_a_count' };
  const low = Math.max(1, min);
  if (!(low <= max)) return { kind: 'none', why: 'no_room' };
  const count = Math.min(Math.max(wanted, low), max);
  if (count === now.desired) return { kind: 'none', why: 'same' };
  if (count < now.desired && now.deploying) return { kind: 'none', why: 'deploying' };
  if (count === wanted) return { kind: 'change', count };
  return { kind: 'change', count, limited: count > wanted ? 'min' : 'max' };
}

/**
 * The count that the load asks for: `ceil(running × metric ÷ target)`, the larger of CPU and memory, as target
 * tracking computes it. In only where both are clearly below their targets, and never during a deployment.
 * Source: https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
 */
export function suggestCount(load: Load, bounds: Pick<CountBounds, 'min' | 'max'>): Suggestion {
  const needs = [
    needOf('CPU', load.cpuPercent, load.cpuTarget, load.running),
    needOf('memory', load.memoryPercent, load.memoryTarget, load.running),
  ].filter((need) => need !== undefined);
  const most = needs.toSorted((a, b) => b.count - a.count)[0];
  if (most === undefined) return { action: 'no_change', why: 'there is no recent CPU or memory data' };
  const isIdle = needs.every((need) => need.percent < CLEARLY_BELOW * need.target);
  if (most.count < load.desired && (!isIdle || needs.length < 2)) {
    return { action: 'no_change', why: `${most.words}: not clearly below the target` };
  }
  const clamped = clampCount(most.count, load, bounds);
  if (clamped.kind === 'none') {
    const why = clamped.why === 'deploying' ? 'a deployment is running' : most.words;
    return { action: 'no_change', why };
  }
  return {
    action: clamped.count > load.desired ? 'scale_up' : 'scale_down',
    count: clamped.count,
    why: most.words,
  };
}

function needOf(name: string, percent: number | undefined, target: number, running: number) {
  if (percent === undefined || !Number.isFinite(percent) || !(target > 0)) return undefined;
  return {
    percent,
    target,
    count: Math.ceil((running * percent) / target),
    words: `${name} ${Math.round(percent)} % (target ${Math.round(target)} %) on ${running} tasks`,
  };
}
