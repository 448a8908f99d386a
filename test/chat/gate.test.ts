import { beforeEach, describe, expect, test } from 'vitest';
import { withGate } from '../../src/chat/gate.ts';
import type { Chat, Reply } from '../../src/chat/request.ts';
import { Throttled } from '../../src/domain/errors.ts';
import type { Person } from '../../src/domain/person.ts';
import { keepLog } from '../kept-log.ts';

const dest = { platform: 'slack', tenant: '-', channel: 'C1' } as const;
const somebody = (standing: NonNullable<Person['standing']>): Person => ({
  platform: 'slack',
  id: 'U1',
  tenant: 'T1',
  name: 'Zoe',
  standing,
});

let passed: string[];
let told: string[];
let tooMany: boolean;
let chat: Chat;
let reply: Reply;
let lines: readonly string[];

beforeEach(() => {
  passed = [];
  told = [];
  tooMany = false;
  const kept = keepLog();
  lines = kept.lines;
  reply = {
    prefix: '/ecs',
    editable: true,
    showProgress: async () => {},
    toChannel: async () => {},
    toAsker: async (card) => void told.push(card.summary),
  };
  const inner: Chat = {
    say: async () => void passed.push('say'),
    click: async () => void passed.push('click'),
  };
  const limits = {
    use: async () => {
      if (tooMany) throw new Throttled('That was a lot.');
    },
  };
  chat = withGate(inner, limits, kept.log);
});

const say = (person: Person, more: object = {}) =>
  chat.say({ id: 'r1', person, dest, text: 'health', ...more }, reply);
const click = (person: Person) =>
  chat.click({ id: 'c1', person, dest, message: '1.1', payload: { do: 'ack', incident: 'i#1' } }, reply);

test.each(['member', 'unknown'] as const)('a %s is heard and may click', async (standing) => {
  await say(somebody(standing));
  await click(somebody(standing));
  expect([passed, told]).toEqual([['say', 'click'], []]);
});

describe.each(['guest', 'stranger'] as const)('a %s', (standing) => {
  test('is told alone why nobody answers', async () => {
    await say(somebody(standing));
    await click(somebody(standing));
    expect(passed).toEqual([]);
    expect(told).toHaveLength(2);
  });

  test('who was merely overheard is told nothing', async () => {
    await say(somebody(standing), { overheard: true });
    expect([passed, told]).toEqual([[], []]);
  });
});

test('who asks too much is told so', async () => {
  tooMany = true;
  await say(somebody('member'));
  expect([passed, told]).toEqual([[], ['That was a lot.']]);
});

test('a refusal that cannot be delivered is logged, and nothing is thrown', async () => {
  reply = { ...reply, toAsker: () => Promise.reject(new Error('no way')) };
  await say(somebody('guest'));
  await click(somebody('guest'));
  expect(passed).toEqual([]);
  expect(lines).toHaveLength(2);
});
