import { formatDuration } from '../domain/time.ts';
import type { Card, ListItem, Tone } from './card.ts';
import { plural } from './quantity.ts';

/** One leg of the way from the event to the channel. */
export interface AlertTestHop {
  /** `Event on the queue`, `Message in #alerts`. */
  readonly name: string;
  readonly state: 'waiting' | 'ok' | 'failed';
  /** How long it took, once it is over. */
  readonly ms?: number;
  /** Why it failed and what to do, or what it waits for. May hold what another program said. */
  readonly why?: string;
}

export interface AlertTestInput {
  /** In the order in which an event passes them. */
  readonly hops: readonly AlertTestHop[];
  /** The number of the incident that the test opened, once there is one. */
  readonly number?: number;
}

/** `alerts test`: how far a labelled event has come on the real path; edited in place until it has passed all. */
export function alertTestCard({ hops, number }: AlertTestInput): Card {
  const failed = hops.find(({ state }) => state === 'failed');
  const passed = hops.filter(({ state }) => state === 'ok').length;
  const isDone = passed === hops.length;
  const title = headline(failed, isDone, passed, hops.length);
  const totalMs = hops.reduce((sum, { ms = 0 }) => sum + ms, 0);
  return {
    title,
    tone: failed ? 'critical' : isDone ? 'good' : 'info',
    summary: failed?.why === undefined ? `${title}.` : `${title}: ${failed.why}`,
    blocks: [
      { kind: 'list', items: hops.map((hop) => item(hop, failed !== undefined)) },
      {
        kind: 'context',
        text: [
          'A labelled test event on the real path; nothing is wrong with any service.',
          ...(number === undefined ? [] : [` It is #${number}, and it ends by itself.`]),
          ...(isDone ? [` ${took(totalMs)} in all.`] : []),
        ],
      },
    ],
  };
}

function headline(failed: AlertTestHop | undefined, isDone: boolean, passed: number, all: number): string {
  if (failed !== undefined) return `Test alert failed at: ${failed.name}`;
  return isDone
    ? `Test alert arrived: ${plural(all, 'step')} passed`
    : `Test alert under way: ${passed} of ${all}`;
}

function item({ name, state, ms, why }: AlertTestHop, isStopped: boolean): ListItem {
  const word = state === 'waiting' ? (isStopped ? 'not reached' : 'waiting') : state;
  return {
    mark: MARK[state],
    text: [{ kind: 'bold', text: name }, `: ${word}`, ...(ms === undefined ? [] : [`, ${took(ms)}`])],
    ...(why !== undefined && { detail: why }),
  };
}

function took(ms: number): string {
  return ms < 1000
    ? `${Math.round(ms)} ms`
    : ms < 60_000
      ? `${(ms / 1000).toFixed(1)} s`
      : formatDuration(ms);
}

const MARK: Readonly<Record<AlertTestHop['state'], Tone>> = {
  waiting: 'unknown',
  ok: 'good',
  failed: 'critical',
};
