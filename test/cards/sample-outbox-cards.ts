import type { Card } from '../../src/cards/card.ts';
import { helpCard } from '../../src/cards/help-card.ts';
import { outboxCard, parkedCard, type WaitingChannel, waitingLine } from '../../src/cards/outbox-card.ts';
import { NOW } from './sample-data.ts';

const MINUTE = 60_000;
const MINUTE_AGO = NOW - 12 * MINUTE;
const held: readonly WaitingChannel[] = [
  {
    channel: 'slack:C024BE91L',
    waiting: 3,
    parked: 0,
    oldestAtMs: MINUTE_AGO,
    why: 'I am not in that channel: invite me with /invite @Deckhand.',
    pausedUntilMs: NOW + 4 * MINUTE,
  },
  {
    channel: 'teams:19:ops@thread.tacv2',
    waiting: 0,
    parked: 1,
    oldestAtMs: MINUTE_AGO,
    why: 'Teams refuses a post: <b>BadSyntax</b>.',
  },
  { channel: 'slack:C0NEW', waiting: 2, parked: 0, oldestAtMs: NOW - 400 },
  { channel: 'teams:19:nowhere@thread.tacv2', waiting: 1, parked: 0, oldestAtMs: NOW - 90 * MINUTE },
];

/** What waits to be sent, in all its states. */
export const OUTBOX_SAMPLES: Readonly<Record<string, Card>> = {
  'outbox/held-up': outboxCard({ channels: held, nowMs: NOW, command: '/ecs' }),
  'outbox/under-way': outboxCard({ channels: held.slice(2, 3), nowMs: NOW, command: '@Deckhand' }),
  'outbox/nothing': outboxCard({ channels: [], nowMs: NOW, command: '/ecs' }),
  'outbox/note-channel': parkedCard({
    channel: 'slack:C024BE91L',
    what: 'channel',
    why: 'I am not in that channel: invite me with /invite @Deckhand.',
    command: '/ecs',
  }),
  'outbox/note-message': parkedCard({
    channel: 'teams:19:ops@thread.tacv2',
    what: 'message',
    why: 'Teams refuses a post: BadSyntax.',
    command: '@Deckhand',
  }),
  'help/something-waits': helpCard({
    command: '/ecs',
    intro: 'Say one of these.',
    notice: waitingLine(held, NOW) ?? '',
    entries: [{ usage: 'health', example: 'health prod-core', about: 'Counts by health.' }],
  }),
};
