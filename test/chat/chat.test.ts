import { beforeEach, describe, expect, test } from 'vitest';
import type { Card } from '../../src/cards/card.ts';
import type { ButtonPayload } from '../../src/cards/payload.ts';
import { makeChat } from '../../src/chat/chat.ts';
import type { Converse, Outcome } from '../../src/chat/converse.ts';
import type { Chat, ChatRequest, Reply } from '../../src/chat/request.ts';
import type { ThreadMemory } from '../../src/chat/thread-memory.ts';
import { keepLog } from '../kept-log.ts';

const dest = { platform: 'slack', tenant: '-', channel: 'C1' } as const;
const person = { platform: 'slack', id: 'U1', tenant: 'T1', name: 'Olivia' } as const;
const card = (title: string): Card => ({ title, tone: 'info', summary: title, blocks: [] });
const ok = (title: string): Outcome => ({
  intent: { command: 'health', service: 'web' },
  card: card(title),
  audience: 'channel',
  verdict: 'ok',
});
const refused = (title: string): Outcome => ({
  card: card(title),
  audience: 'asker',
  verdict: 'failed',
  error: { code: 'bad_request', message: title },
});

let shown: string[];
let failing: Set<string>;
let outcome: () => Promise<Outcome>;
let heard: unknown[];
let acted: unknown[];
let pressed: unknown[];
let patience: () => Promise<void>;
let threads: ThreadMemory;
let chat: Chat;
let lines: readonly string[];
let nowMs: number;

beforeEach(() => {
  shown = [];
  failing = new Set();
  heard = [];
  acted = [];
  pressed = [];
  nowMs = 0;
  outcome = async () => ok('All good');
  patience = () => new Promise(() => {});
  threads = { recall: async () => undefined, remember: async () => {} };
  const converse: Converse = {
    hear: (...args) => {
      heard.push(args);
      return outcome();
    },
    run: () => outcome(),
    act: (action) => {
      acted.push(action);
      return outcome();
    },
    press: (payload) => {
      pressed.push(payload);
      return outcome();
    },
    answerHook: (...args) => {
      pressed.push(args.slice(0, 2));
      return outcome();
    },
  };
  const kept = keepLog();
  lines = kept.lines;
  chat = makeChat({
    converse,
    threads: {
      recall: (...args) => threads.recall(...args),
      remember: (...args) => threads.remember(...args),
    },
    clock: { now: () => nowMs },
    wait: () => patience(),
    log: kept.log,
  });
});

function reply(change: Partial<Reply> = {}): Reply {
  const show = (where: string) => async (given: Card) => {
    if (failing.has(where) || failing.has(given.title)) throw new Error(`${where} refuses`);
    shown.push(`${where}: ${given.title}`);
  };
  return {
    prefix: '/ecs',
    editable: true,
    showProgress: show('channel'),
    toChannel: show('channel'),
    toAsker: show('asker'),
    ...change,
  };
}

const request = (change: Partial<ChatRequest> = {}): ChatRequest => ({
  id: 'r1',
  person,
  dest,
  text: 'health',
  ...change,
});

describe('an answer', () => {
  test('is for everybody, a refusal for the asker', async () => {
    await chat.say(request(), reply());
    outcome = async () => refused('No');
    await chat.say(request({ id: 'r2' }), reply());
    expect(shown).toEqual(['channel: All good', 'asker: No']);
  });

  test('that takes long shows progress first, and a refusal then takes its place', async () => {
    patience = async () => {};
    let finish = (_outcome: Outcome) => {};
    outcome = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    const said = chat.say(request(), reply());
    await new Promise((resolve) => setImmediate(resolve));
    expect(shown).toEqual(['channel: Looking at the fleet…']);
    finish(refused('No'));
    await said;
    expect(shown).toEqual(['channel: Looking at the fleet…', 'channel: No']);
  });

  test('that takes long says how far it is, every few seconds', async () => {
    patience = async () => {};
    let finish = (_outcome: Outcome) => {};
    outcome = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    const said = chat.say(request(), reply());
    await new Promise((resolve) => setImmediate(resolve));
    // What the chat hands on with what was heard; its shape is `Asking`.
    const [, asking] = heard[0] as [unknown, { onProgress: (done: number, total: number) => void }];
    nowMs += 5000;
    asking.onProgress(312, 1240);
    asking.onProgress(400, 1240);
    nowMs += 5000;
    asking.onProgress(900, 1240);
    finish(ok('All good'));
    await said;
    asking.onProgress(1240, 1240);
    expect(shown).toEqual([
      'channel: Looking at the fleet…',
      'channel: Looking at the fleet: 312 of 1,240 services…',
      'channel: Looking at the fleet: 900 of 1,240 services…',
      'channel: All good',
    ]);
  });

  test('comes although progress could not be shown', async () => {
    patience = async () => {};
    failing.add('Looking at the fleet…');
    outcome = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return refused('No');
    };
    await chat.say(request(), reply());
    expect(shown).toEqual(['asker: No']);
  });

  test('where nothing can be edited comes without progress', async () => {
    patience = async () => {};
    outcome = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return ok('All good');
    };
    await chat.say(request(), reply({ editable: false }));
    expect(shown).toEqual(['channel: All good']);
  });

  test('that cannot be shown is logged and throws nothing', async () => {
    failing.add('channel').add('asker');
    await chat.say(request(), reply());
    outcome = async () => refused('No');
    await chat.say(request({ id: 'r2' }), reply());
    expect(lines).toHaveLength(2);
  });
});

describe('a repetition of a request', () => {
  test('is not answered again', async () => {
    outcome = async () => refused('No');
    await Promise.all([chat.say(request(), reply()), chat.say(request(), reply())]);
    expect(shown).toEqual(['asker: No']);
    expect(heard).toHaveLength(1);
  });

  test('is forgotten after a while', async () => {
    await chat.say(request(), reply());
    nowMs += 16 * 60_000;
    await chat.say(request(), reply());
    expect(heard).toHaveLength(2);
  });
});

describe('when the store does not answer', () => {
  test('people can read all the same', async () => {
    threads = {
      recall: () => Promise.reject(new Error('no table')),
      remember: () => Promise.reject(new Error('no table')),
    };
    await chat.say(request({ thread: '1.1' }), reply());
    expect(shown).toEqual(['channel: All good']);
  });
});

describe('what was only overheard', () => {
  test.each([
    [
      'a question to the analyst',
      { ...ok('Let me see'), intent: { command: 'ask' as const, text: 'lunch?' } },
    ],
    ['nearly a command', refused('No such flag')],
    [
      'a command that is not answered yet',
      { ...ok('Not available yet'), intent: { command: 'forecast' as const } },
    ],
    [
      'a release that may have meant something else',
      { ...refused('Nobody'), intent: { command: 'release' as const } },
    ],
    ['a name that nothing has', { ...refused('Unknown'), intent: { command: 'health' as const } }],
  ])('stays unanswered: %s', async (_name, given) => {
    outcome = async () => given;
    await chat.say(request({ overheard: true, thread: '1.1' }), reply());
    expect(shown).toEqual([]);
  });

  test('is answered in the thread of an incident when it does not work', async () => {
    threads = { ...threads, recall: async () => ({ subject: {}, incident: 'i#1' }) };
    outcome = async () => ({ ...refused('Nobody has it'), intent: { command: 'release' } });
    await chat.say(request({ overheard: true, thread: '1.1' }), reply());
    expect(shown).toEqual(['asker: Nobody has it']);
  });

  test('is answered when it is a command', async () => {
    await chat.say(request({ overheard: true, thread: '1.1' }), reply());
    expect(shown).toEqual(['channel: All good']);
  });
});

describe('a click', () => {
  const click = (payload: Parameters<Chat['click']>[0]['payload']) =>
    chat.click({ id: 'c1', person, dest, message: '1.1', payload }, reply());

  test('on Acknowledge needs no words when it worked, and tells a refusal to the person alone', async () => {
    await click({ do: 'ack', incident: 'i#1' });
    expect(shown).toEqual([]);
    outcome = async () => refused('Ravi has it');
    await click({ do: 'ack', incident: 'i#1' });
    expect(shown).toEqual(['asker: Ravi has it']);
    expect(acted).toEqual([
      { kind: 'deed', deed: { kind: 'ack' }, incident: 'i#1', prefix: '/ecs' },
      { kind: 'deed', deed: { kind: 'ack' }, incident: 'i#1', prefix: '/ecs' },
    ]);
  });

  test('on a command answers it', async () => {
    await click({ do: 'run', intent: { command: 'health' } });
    expect(shown).toEqual(['channel: All good']);
  });
});

test('a follow-up is understood in its thread, and what it was about is kept', async () => {
  const kept: unknown[] = [];
  threads = {
    recall: async () => ({ subject: { service: 'web' }, incident: 'i#7' }),
    remember: async (...args) => void kept.push(args),
  };
  await chat.say(request({ thread: '1.1', zone: 'Europe/Berlin' }), reply());
  expect(heard).toEqual([
    [
      { words: 'health', thread: { service: 'web' }, zone: 'Europe/Berlin' },
      expect.objectContaining({ person, prefix: '/ecs' }),
      { incident: 'i#7' },
    ],
  ]);
  expect(kept).toEqual([[dest, '1.1', 'r1', { command: 'health', service: 'web' }]]);
});

describe('buttons that do something at once', () => {
  const click = (payload: ButtonPayload) =>
    chat.click({ id: 'c1', person, dest, message: '1.1', payload }, reply());
  test.each<ButtonPayload>([
    { do: 'mute', incident: 'i#1', forMs: 1 },
    { do: 'unmute', on: 'a/b/c' },
    { do: 'deed', kind: 'release', incident: 'i#1' },
  ])('%j is done and told', async (payload) => {
    await click(payload);
    expect(pressed).toEqual([payload]);
    expect(shown).toEqual(['channel: All good']);
  });

  test('an answer to a hook is proposed where everybody sees it', async () => {
    await click({ do: 'hook', incident: 'i#1', answer: 'ROLLBACK' });
    expect(pressed).toEqual([['i#1', 'ROLLBACK']]);
    expect(shown).toEqual(['channel: All good']);
  });
});
