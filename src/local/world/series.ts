import type { SeriesSpec } from '../scenario/series-schema.ts';
import { noise } from './seeded.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** The daily wave is highest at 14:00 UTC. */
const PEAK_HOUR = 14;
/** What began this short before a deployment began with it. */
const WITH_DEPLOYMENT_MS = 60_000;

/** The value at a moment before noise, and how far noise carries it; undefined where there is no data. */
export interface Sample {
  readonly value: number;
  readonly noise: number;
}

/** What happened to a service that bends its series: see the fields of the same name in `service-state.ts`. */
export interface Turns {
  readonly recovered: readonly { readonly sinceMs: number; readonly untilMs: number }[];
  readonly replacedAtMs: readonly number[];
}

export interface SeriesContext {
  readonly startMs: number;
  readonly seed: number;
  readonly turns: Turns;
  /** New tasks begin a rise again from its start: memory that leaks, and nothing else. */
  readonly startsOver: boolean;
  readonly max: number;
  /** The series that `of` names. */
  readonly of?: (atMs: number) => Sample | undefined;
}

interface Change {
  readonly fromMs: number;
  /** Equal to `fromMs` for a step. */
  readonly untilMs: number;
  readonly to: number;
}

/** A series of the scenario as a function of time. Its noise changes every minute. */
export function makeSeries(spec: SeriesSpec, context: SeriesContext): (atMs: number) => Sample | undefined {
  const changes = changesOf(spec, context.startMs);
  const spikes = (spec.spikes ?? []).map((spike) => ({
    fromMs: context.startMs + spike.at,
    untilMs: context.startMs + spike.at + spike.for,
    to: spike.to,
  }));
  const gaps = (spec.gaps ?? []).map((gap) => ({
    fromMs: context.startMs + gap.from,
    untilMs: context.startMs + gap.until,
  }));
  const values = (spec.values ?? []).map(([at, value]) => ({ atMs: context.startMs + at, value }));
  const amplitude = spec.noise ?? 0;
  const natural = (atMs: number) => naturalValue(spec, context, values, atMs);
  return (atMs) => {
    if (gaps.some((gap) => atMs >= gap.fromMs && atMs < gap.untilMs)) return undefined;
    const before = natural(atMs);
    if (before === undefined) return undefined;
    const spike = spikes.findLast(
      (one) => atMs >= one.fromMs && atMs < one.untilMs && !isOver(one.fromMs, atMs, context),
    );
    const level = spike ? spike.to : levelAt(changes, changes.length, atMs, context, natural);
    const swing = amplitude === 0 ? 0 : amplitude * noise(context.seed, Math.floor(atMs / MINUTE_MS));
    return { value: Math.min(context.max, Math.max(0, level + swing)), noise: amplitude };
  };
}

function changesOf(spec: SeriesSpec, startMs: number): Change[] {
  const steps = (spec.steps ?? []).map(({ at, to }) => ({ fromMs: startMs + at, untilMs: startMs + at, to }));
  const ramps = (spec.ramps ?? []).map(({ from, until, to }) => ({
    fromMs: startMs + from,
    untilMs: startMs + until,
    to,
  }));
  return [...steps, ...ramps].sort((a, b) => a.fromMs - b.fromMs);
}

function naturalValue(
  spec: SeriesSpec,
  context: SeriesContext,
  values: readonly { readonly atMs: number; readonly value: number }[],
  atMs: number,
): number | undefined {
  if (spec.values) return values.findLast((one) => one.atMs <= atMs)?.value;
  if (spec.of) {
    const other = context.of?.(atMs);
    return other && other.value * (spec.share ?? 1);
  }
  const hour = (atMs / HOUR_MS) % 24;
  const wave = spec.daily ? spec.daily * Math.cos(((hour - PEAK_HOUR) * Math.PI) / 12) : 0;
  return Math.max(0, (spec.base ?? 0) + wave);
}

/** The level after the first `count` changes: the last one that has begun decides. */
function levelAt(
  changes: readonly Change[],
  count: number,
  atMs: number,
  context: SeriesContext,
  natural: (atMs: number) => number | undefined,
): number {
  for (let index = count - 1; index >= 0; index -= 1) {
    const change = changes[index];
    if (!change || change.fromMs > atMs || isOver(change.fromMs, atMs, context)) continue;
    if (change.untilMs <= change.fromMs) return change.to;
    const from = levelAt(changes, index, change.fromMs, context, natural);
    return rampAt(change, from, atMs, context);
  }
  return natural(atMs) ?? 0;
}

function rampAt(ramp: Change, from: number, atMs: number, context: SeriesContext): number {
  const fresh =
    context.startsOver && ramp.to > from ? latest(context.turns.replacedAtMs, ramp.fromMs, atMs) : undefined;
  const passedMs = atMs - (fresh ?? ramp.fromMs);
  const part = Math.min(1, passedMs / (ramp.untilMs - ramp.fromMs));
  return from + (ramp.to - from) * part;
}

function latest(times: readonly number[], fromMs: number, untilMs: number): number | undefined {
  return times.findLast((at) => at > fromMs && at <= untilMs);
}

/** What began with a revision is over once that revision has been rolled back. */
function isOver(beganMs: number, atMs: number, { turns }: SeriesContext): boolean {
  return turns.recovered.some(
    ({ sinceMs, untilMs }) => atMs >= untilMs && beganMs >= sinceMs - WITH_DEPLOYMENT_MS && beganMs < untilMs,
  );
}
