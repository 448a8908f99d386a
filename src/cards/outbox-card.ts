import { formatDuration } from '../domain/time.ts';
import type { Card, ListItem, Span } from './card.ts';
import { plural } from './quantity.ts';
import { typed } from './typed.ts';

/** One channel in which something waits. */
export interface WaitingChannel {
  /** `slack:C012AB3CD` */
  readonly channel: string;
  readonly waiting: number;
  /** Refused for good; only `outbox resume` tries them again. */
  readonly parked: number;
  readonly oldestAtMs: number;
  /** A sentence; absent when it is just under way. */
  readonly why?: string;
  readonly pausedUntilMs?: number;
}

export interface OutboxCardInput {
  readonly channels: readonly WaitingChannel[];
  readonly nowMs: number;
  /** How the bot is spoken to here. */
  readonly command: string;
}

/** What is under way for longer than this has a reason, even if nobody knows it. */
const USUAL_MS = 60_000;
const MOST_NAMED = 3;

/** `outbox list`: what waits to be sent, where and why, and what ends it. */
export function outboxCard({ channels, nowMs, command }: OutboxCardInput): Card {
  const title = channels.length === 0 ? 'Nothing waits to be sent' : waitWords(countOf(channels));
  const resume = typed(command, 'outbox resume CHANNEL');
  return {
    title,
    tone: channels.some((each) => isHeldUp(each, nowMs)) ? 'warning' : 'good',
    summary: channels.length === 0 ? `${title}.` : `${title}: ${placesAndReasons(channels, nowMs)}`,
    blocks: [
      ...(channels.length === 0
        ? [{ kind: 'text' as const, text: 'Everything that I wanted to say has been said.' }]
        : [{ kind: 'list' as const, items: channels.map((each) => item(each, nowMs)) }]),
      ...(channels.length === 0
        ? []
        : [
            {
              kind: 'context' as const,
              text: [
                'I try again by myself. Once the cause is gone, ',
                { kind: 'code' as const, text: resume },
                ' sends at once; messages that were refused for good wait for it. It takes an administrator.',
              ],
            },
          ]),
    ],
  };
}

/** `3 messages wait (slack:C012AB3CD, I am not in that channel)`; undefined where nothing is held up. */
export function waitingLine(channels: readonly WaitingChannel[], nowMs: number): string | undefined {
  const held = channels.filter((each) => isHeldUp(each, nowMs));
  if (held.length === 0) return undefined;
  return `${waitWords(countOf(held))} (${placesAndReasons(held, nowMs)})`;
}

export interface ParkedCardInput {
  readonly channel: string;
  /** One message is refused, or everything for this channel. */
  readonly what: 'message' | 'channel';
  readonly why: string;
  readonly command: string;
}

/** For the ops channel: somebody has to do something before a channel gets its messages. */
export function parkedCard({ channel, what, why, command }: ParkedCardInput): Card {
  const title = what === 'channel' ? `Messages for ${channel} wait` : `A message for ${channel} was refused`;
  const resume: Span = { kind: 'code', text: typed(command, `outbox resume ${channel}`) };
  const then =
    what === 'channel'
      ? [
          'Nothing is lost: they are kept, and I try again from time to time. Once the cause is gone, ',
          resume,
          ' sends them at once.',
        ]
      : ['It is kept, and the others go on. ', resume, ' tries it again.'];
  return {
    title,
    tone: 'warning',
    summary: `${title}: ${why}`,
    blocks: [
      { kind: 'text', text: why },
      { kind: 'text', text: then },
    ],
  };
}

function item(each: WaitingChannel, nowMs: number): ListItem {
  const { channel, waiting, parked, oldestAtMs, pausedUntilMs } = each;
  const counts = [
    ...(waiting > 0 ? [waitWords(waiting)] : []),
    ...(parked > 0 ? [`${plural(parked, 'message')} refused for good`] : []),
  ];
  const again: Span[] =
    pausedUntilMs === undefined || pausedUntilMs <= nowMs
      ? []
      : [' Next try at ', { kind: 'time', atMs: pausedUntilMs, style: 'time' }, '.'];
  return {
    mark: isHeldUp(each, nowMs) ? 'warning' : 'info',
    text: [
      { kind: 'bold', text: channel },
      `: ${counts.join(', ')}, the oldest for ${age(oldestAtMs, nowMs)}`,
    ],
    detail: [reason(each, nowMs), ...again],
  };
}

function isHeldUp({ why, oldestAtMs }: WaitingChannel, nowMs: number): boolean {
  return why !== undefined || nowMs - oldestAtMs > USUAL_MS;
}

function reason({ why, oldestAtMs }: WaitingChannel, nowMs: number): string {
  if (why !== undefined) return why;
  return nowMs - oldestAtMs > USUAL_MS
    ? 'not tried yet: is this platform configured?'
    : 'being sent at this moment';
}

function placesAndReasons(channels: readonly WaitingChannel[], nowMs: number): string {
  const named = channels
    .slice(0, MOST_NAMED)
    .map((each) => `${each.channel}, ${reason(each, nowMs).replace(/\.$/, '')}`);
  const more = channels.length - named.length;
  return [...named, ...(more > 0 ? [plural(more, 'more channel')] : [])].join('; ');
}

function countOf(channels: readonly WaitingChannel[]): number {
  return channels.reduce((sum, each) => sum + each.waiting + each.parked, 0);
}

function waitWords(count: number): string {
  return `${plural(count, 'message')} ${count === 1 ? 'waits' : 'wait'}`;
}

function age(atMs: number, nowMs: number): string {
  return formatDuration(Math.max(0, nowMs - atMs));
}
