import { beforeEach, describe, expect, it } from 'vitest';
import { plainText } from '../../src/cards/card.ts';
import type { Destination, WantedMessage } from '../../src/messaging/messenger.ts';
import { makeParkedNotes } from '../../src/messaging/parked-notes.ts';
import { fates } from './simulated-chat.ts';
import { makeWorld, message, silentLog, slackChannel, teamsChannel } from './world.ts';

const OPS = slackChannel('C-ops');
const ALERTS = slackChannel('C-alerts');
const TEAMS = teamsChannel('19:alerts@thread.tacv2');
const TEAMS_TOO = teamsChannel('19:other@thread.tacv2');
const HOUR_MS = 3_600_000;

describe('a channel that refuses messages', () => {
  let wanted: WantedMessage[];
  let nowMs: number;
  beforeEach(() => {
    wanted = [];
    nowMs = Date.UTC(2026, 10, 20, 9);
  });

  const notes = (ops: Destination | undefined, defaults: readonly Destination[]) =>
    makeParkedNotes({
      want: async (messages) => void wanted.push(...messages),
      ops,
      defaults,
      clock: { now: () => nowMs },
      log: silentLog,
    });
  const textOf = ({ card }: WantedMessage) =>
    card.blocks.map((block) => ('text' in block ? plainText(block.text) : '')).join('\n');

  it('is told of in the ops channel: which one, why, and what to do', () => {
    notes(OPS, [ALERTS])({ dest: slackChannel('C1'), why: 'I am not in that channel.' });
    expect(wanted.map(({ dest }) => dest)).toEqual([OPS]);
    expect(wanted[0]?.card.summary).toBe('Messages for slack:C1 wait: I am not in that channel.');
    expect(wanted[0] && textOf(wanted[0])).toContain('/ecs outbox resume slack:C1');
  });

  it.each<[string, Destination, Destination | undefined, Destination]>([
    ['the default channel of its platform where no ops channel is set', TEAMS_TOO, undefined, TEAMS],
    ['the default channel where it is the ops channel itself', OPS, OPS, ALERTS],
    ['the other platform where it is the only channel of its own', ALERTS, undefined, TEAMS],
  ])('is told of in %s', (_, parked, ops, there) => {
    notes(ops, [ALERTS, TEAMS])({ dest: parked, why: 'No.' });
    expect(wanted.map(({ dest }) => dest)).toEqual([there]);
  });

  it('is told of by nobody where there is no other channel', () => {
    notes(undefined, [ALERTS])({ dest: ALERTS, why: 'No.' });
    expect(wanted).toEqual([]);
  });

  it('is told of under the same key by every replica, and anew in another hour', () => {
    const tell = notes(OPS, []);
    for (const waitMs of [0, HOUR_MS / 2, HOUR_MS]) {
      nowMs = Date.UTC(2026, 10, 20, 9) + waitMs;
      tell({ dest: slackChannel('C1'), why: 'No.' });
    }
    notes(OPS, [])({ dest: slackChannel('C2'), key: 'inc/1/root', why: 'No.' });
    expect(new Set(wanted.map(({ key }) => key)).size).toBe(3);
    expect(wanted[0]?.key).toBe(wanted[1]?.key);
  });
});

it('a revoked channel brings one note into the ops channel, through the same outbox', async () => {
  const world = makeWorld(3);
  world.slack.fate = ({ dest }) => (dest.endsWith('C-sick') ? fates.revoked() : fates.good());
  const { outbox } = world.boot();
  const tell = makeParkedNotes({
    want: (messages) => outbox.want(messages),
    ops: OPS,
    defaults: [],
    clock: world.time,
    log: silentLog,
  });
  void outbox.want([message(slackChannel('C-sick'), 'inc/1/root')]);
  await world.time.pass(5_000);
  for (const { why } of world.parked) tell({ dest: slackChannel('C-sick'), why });
  tell({ dest: slackChannel('C-sick'), why: 'again' });
  await world.time.pass(60_000);
  expect(world.slack.seen('slack/T1/C-ops').map(({ text }) => text)).toEqual([
    'Messages for slack:C-sick wait',
  ]);
});
