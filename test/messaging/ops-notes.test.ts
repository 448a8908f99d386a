import { beforeEach, expect, it } from 'vitest';
import { plainText } from '../../src/cards/card.ts';
import type { Destination, WantedMessage } from '../../src/messaging/messenger.ts';
import { makeOpsNotes, type OpsNote } from '../../src/messaging/ops-notes.ts';
import { silentLog, slackChannel } from './world.ts';

const OPS = slackChannel('C-ops');
const ALERTS = slackChannel('C-alerts');
const HOUR_MS = 3_600_000;
const note: OpsNote = {
  kind: 'absorb',
  what: 'An event of checkout-api could not be taken in',
  why: 'My store is busy.',
  whatToDo: 'It stays in the queue, and I try again by myself.',
};

let wanted: WantedMessage[];
let nowMs: number;
beforeEach(() => {
  wanted = [];
  nowMs = Date.UTC(2026, 10, 20, 9);
});
const make = (
  channels: { readonly ops?: Destination; readonly defaults?: readonly Destination[] } = { ops: OPS },
) =>
  makeOpsNotes({
    want: async (messages) => void wanted.push(...messages),
    ops: channels.ops,
    defaults: channels.defaults ?? [ALERTS],
    clock: { now: () => nowMs },
    log: silentLog,
  });
const texts = ({ card }: WantedMessage) =>
  card.blocks.map((block) => ('text' in block ? plainText(block.text) : ''));

it('trouble is told in the ops channel: what, why and what to do', () => {
  make()(note);
  expect(wanted).toHaveLength(1);
  expect(wanted[0]?.dest).toEqual(OPS);
  expect(wanted[0]?.card.title).toBe(note.what);
  expect(wanted[0] && texts(wanted[0])).toEqual([note.why, note.whatToDo]);
});

it('without an ops channel it is told where alerts go, and without any nobody is bothered', () => {
  make({})(note);
  make({ defaults: [] })(note);
  expect(wanted.map(({ dest }) => dest)).toEqual([ALERTS]);
});

it('trouble that goes on edits its message of the hour, at round counts alone', () => {
  const tell = make();
  for (let n = 0; n < 1_000; n += 1) tell(note);
  expect(new Set(wanted.map(({ key }) => key)).size).toBe(1);
  expect(wanted.map(({ rev }) => rev)).toEqual([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]);
  expect(wanted.at(-1)?.card.blocks.at(-1)).toMatchObject({ text: 'At least 1000 times in this hour' });
  nowMs += HOUR_MS;
  tell(note);
  expect(wanted.at(-1)?.rev).toBe(1);
  expect(wanted.at(-1)?.key).not.toBe(wanted[0]?.key);
});

it('what is about one thing is told once, by whatever process and however often it comes', () => {
  const tell = make();
  const poison = { ...note, kind: 'poison', about: 'message-1' };
  for (let n = 0; n < 5; n += 1) {
    tell(poison);
    nowMs += HOUR_MS;
  }
  make()(poison);
  make()({ ...poison, about: 'message-2' });
  expect(wanted.map(({ rev }) => rev)).toEqual([1, 1, 1]);
  expect(new Set(wanted.map(({ key }) => key)).size).toBe(2);
});

it('thousands of messages that cannot be read are told one by one first, and then counted in one message', () => {
  const tell = make();
  for (let n = 0; n < 2_000; n += 1) tell({ ...note, kind: 'poison', about: `message-${n}` });
  expect(new Set(wanted.map(({ key }) => key)).size).toBe(11);
  expect(wanted.at(-1)?.rev).toBe(1000);
});
