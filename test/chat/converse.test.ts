import { beforeEach, describe, expect, test } from 'vitest';
import { type Action, type Perform } from '../../src/actions/perform.ts';
import { refusalCard } from '../../src/cards/refusal-card.ts';
import { type Converse, makeConverse } from '../../src/chat/converse.ts';
import { makeUnderstand } from '../../src/chat/understand.ts';
import type { Answer } from '../../src/commands/index.ts';
import { Denied, Unreachable } from '../../src/domain/errors.ts';
import type { MissingPart, ServiceRef } from '../../src/domain/fleet.ts';
import type { Deed, Incident } from '../../src/domain/incident.ts';
import type { Intent } from '../../src/domain/intent.ts';
import type { Person } from '../../src/domain/person.ts';
import { keepLog } from '../kept-log.ts';

const ref = (service: string, cluster = 'core'): ServiceRef => ({
  account: 'production',
  region: 'eu-west-1',
  cluster,
  service,
});
const asking = {
  person: { platform: 'slack', id: 'U1', tenant: 'T1', name: 'Olivia' },
  prefix: '/ecs',
} as const;
const incident = (number: number, service: string): Incident => ({
  id: `production/eu-west-1/core/${service}#${number}`,
  number,
  target: ref(service),
  severity: 'high',
  cause: 'X',
  title: 'Trouble',
  state: 'open',
  openedAtMs: 0,
  lastSeenAtMs: 0,
  count: 1,
  facts: [],
  version: 1,
});

const RAVI: Person = { platform: 'slack', id: 'U2', tenant: 'T1', name: 'Ravi', standing: 'member' };

let names: () => Promise<{ refs: readonly ServiceRef[]; missing: readonly MissingPart[] }>;
let asked: number;
let ran: Intent[];
let did: Action[];
let answer: () => Promise<Answer>;
let result: Awaited<ReturnType<Perform>>;
let open: readonly Incident[];
let converse: Converse;
let lines: readonly string[];

beforeEach(() => {
  asked = 0;
  ran = [];
  did = [];
  open = [incident(7, 'checkout-api')];
  names = async () => ({
    refs: [ref('checkout-api'), ref('web', 'core'), ref('web', 'shop')],
    missing: [],
  });
  answer = async () => ({ card: refusalCard('Fine.'), data: { x: 1 }, verdict: 'unhealthy' });
  result = { done: true, card: refusalCard('You have it.') };
  const kept = keepLog();
  lines = kept.lines;
  converse = makeConverse({
    understand: makeUnderstand({
      names: () => {
        asked += 1;
        return names();
      },
      accounts: ['production'],
      now: () => 0,
    }),
    commands: async (intent) => {
      ran.push(intent);
      return answer();
    },
    perform: async (action) => {
      did.push(action);
      return result;
    },
    incidents: {
      byNumber: async (number) => open.find((one) => one.number === number),
      byId: async (id) => open.find((one) => one.id === id),
      open: async () => open,
      recentlyClosed: async () => [],
    },
    finders: {
      slack: async (said) => {
        if (said === 'U2' || said === 'ravi') return { person: RAVI };
        if (said === 'guest') return { person: { ...RAVI, name: 'Gil', standing: 'guest' } };
        return said === 'sam' ? { several: ['Sam A', 'Sam B'] } : { nobody: true };
      },
    },
    log: kept.log,
  });
});

const hear = (words: string, thread?: { incident: string }) => converse.hear({ words }, asking, thread);

describe('a command', () => {
  test('is run, and its answer is for everybody', async () => {
    expect(await hear('health checkout-api')).toMatchObject({
      intent: { command: 'health', service: 'checkout-api' },
      audience: 'channel',
      verdict: 'unhealthy',
      data: { x: 1 },
    });
    expect(ran).toEqual([{ command: 'health', service: 'checkout-api' }]);
  });

  test('that names nothing does not wait for the fleet', async () => {
    names = () => new Promise(() => {});
    await hear('help');
    await hear('alerts open');
    expect(asked).toBe(0);
    expect(ran).toHaveLength(2);
  });

  test('that sends again is done at once, and its answer goes to the asker: the channel may be the paused one', async () => {
    expect(await hear('outbox resume slack:C1')).toMatchObject({ audience: 'asker', verdict: 'ok' });
    expect(did).toEqual([{ kind: 'resume_outbox', channel: 'slack:C1', prefix: '/ecs' }]);
    expect(ran).toEqual([]);
  });

  test('that fails tells the asker alone, in the words of the error', async () => {
    answer = () => Promise.reject(new Denied('You lack a right.'));
    expect(await hear('health')).toMatchObject({
      intent: { command: 'health' },
      audience: 'asker',
      verdict: 'failed',
      error: { code: 'denied', message: 'You lack a right.' },
    });
  });

  test('that breaks says nothing of its insides, and the log does', async () => {
    answer = () => Promise.reject(new TypeError('x is not a function'));
    const outcome = await hear('health');
    expect(outcome.error?.code).toBe('internal');
    expect(JSON.stringify(outcome.card)).not.toContain('not a function');
    expect(lines.join('')).toContain('x is not a function');
  });

  test('over a fleet that cannot be listed says why', async () => {
    names = () => Promise.reject(new Unreachable('AWS does not answer.'));
    expect(await hear('health checkout-api')).toMatchObject({
      verdict: 'failed',
      error: { code: 'unreachable', message: 'AWS does not answer.' },
    });
  });
});

describe('what was not understood', () => {
  test('is corrected to the asker, and nothing runs', async () => {
    const outcome = await hear('health --onyl critical');
    expect(outcome).toMatchObject({ audience: 'asker', verdict: 'failed', error: { code: 'bad_request' } });
    expect(JSON.stringify(outcome.card)).toContain('/ecs health --only critical');
    expect(ran).toEqual([]);
  });

  test('as a name that several have asks which, with a button for each', async () => {
    const outcome = await hear('service web');
    expect(outcome).toMatchObject({ audience: 'asker', verdict: 'failed' });
    const card = JSON.stringify(outcome.card);
    expect(card).toContain('"cluster":"core"');
    expect(card).toContain('"cluster":"shop"');
    expect(card).not.toContain('ambiguous');
  });

  test('as a name that nothing has suggests what is near, and tells what could not be listed', async () => {
    names = async () => ({
      refs: [ref('checkout-api')],
      missing: [
        {
          account: 'staging',
          region: 'eu-west-1',
          action: 'ecs:ListClusters',
          why: 'It says no.',
          kind: 'denied',
        },
      ],
    });
    const outcome = await hear('service checkout-apples');
    expect(outcome).toMatchObject({ error: { code: 'not_found' }, intent: { unknown: {} } });
    expect(JSON.stringify(outcome.card)).toContain('It says no.');
  });

  test('as a name that may stand where nothing could be read does not say that there is none', async () => {
    names = async () => ({
      refs: [],
      missing: [
        { account: 'staging', region: 'eu-west-1', action: 'ecs:ListClusters', why: 'No.', kind: 'denied' },
      ],
    });
    const unread = JSON.stringify((await hear('service web')).card);
    expect(unread).toContain('I see no service web now');
    expect(unread).not.toContain('Nothing that I watch');
    names = async () => ({ refs: [], missing: [] });
    expect(JSON.stringify((await hear('service web')).card)).toContain('Nothing that I watch');
  });
});

const deed = (what: Deed) => ({
  kind: 'deed',
  deed: what,
  incident: 'production/eu-west-1/core/checkout-api#7',
  prefix: '/ecs',
});

describe('ack', () => {
  const taken = [deed({ kind: 'ack' })];

  test.each(['ack checkout-api', 'ack #7', 'ack checkout'])('%s takes the open incident', async (words) => {
    expect(await hear(words)).toMatchObject({ intent: { command: 'ack' }, audience: 'asker', verdict: 'ok' });
    expect(did).toEqual(taken);
    expect(ran).toEqual([]);
  });

  test('in the thread of an incident takes that one', async () => {
    await hear('ack', { incident: 'production/eu-west-1/core/checkout-api#7' });
    expect(did).toEqual(taken);
  });

  test.each([
    ['ack', 'Which incident? Say it in the incident'],
    ['ack #99', 'There is no incident #99.'],
    ['ack web --cluster core', 'web has no open incident.'],
  ])('%s takes nothing and says what to do', async (words, sentence) => {
    const outcome = await hear(words);
    expect(outcome.error?.message).toContain(sentence);
    expect(outcome.error?.message).toContain('`/ecs alerts open` lists what is open.');
    expect(did).toEqual([]);
  });

  test('that is refused is no success', async () => {
    result = { done: false, card: refusalCard('Ravi has it.') };
    expect(await hear('ack #7')).toMatchObject({
      verdict: 'failed',
      audience: 'asker',
      error: { message: 'Ravi has it.' },
    });
  });
});

describe('what is done to an incident by hand', () => {
  const thread = { incident: 'production/eu-west-1/core/checkout-api#7' };
  const { standing: _standing, ...ravi } = RAVI;

  test.each<[string, Deed]>([
    ['release #7', { kind: 'release' }],
    ['resolve checkout-api', { kind: 'resolve' }],
    ['note #7 the pool is exhausted', { kind: 'note', text: 'the pool is exhausted' }],
    ['assign #7 @ravi', { kind: 'assign', to: ravi }],
    ['assign checkout-api slack:U2', { kind: 'assign', to: ravi }],
    ['assign checkout-api <@U2|ravi>', { kind: 'assign', to: ravi }],
    ['assign #7 me', { kind: 'assign', to: asking.person }],
  ])('%s', async (words, expected) => {
    expect(await hear(words)).toMatchObject({ verdict: 'ok', audience: 'asker' });
    expect(did).toEqual([deed(expected)]);
    expect(ran).toEqual([]);
  });

  test('by its number does not wait for the fleet', async () => {
    names = () => new Promise(() => {});
    await hear('note #7 the pool is exhausted');
    await hear('release #7');
    expect(did).toHaveLength(2);
  });

  test('needs no name in the thread of the incident', async () => {
    await hear('resolve', thread);
    await hear('note it was the pool', thread);
    expect(did).toEqual([deed({ kind: 'resolve' }), deed({ kind: 'note', text: 'it was the pool' })]);
  });

  test.each([
    ['assign #7 @nobody', 'I find nobody called nobody here.'],
    ['assign #7 @sam', 'Several people are called sam: Sam A, Sam B.'],
    ['assign #7 @guest', 'Gil is no full member here'],
    ['assign #7 teams:aad-1', 'I cannot tell who teams:aad-1 is from here'],
  ])('%s does nothing and says whom it cannot find', async (words, sentence) => {
    const outcome = await hear(words);
    expect(outcome.verdict).toBe('failed');
    expect(outcome.error?.message).toContain(sentence);
    expect(did).toEqual([]);
  });

  test('goes to whom Teams mentioned by name', async () => {
    const said = { words: 'assign #7 <at>Zoe Q</at>' };
    const zoe: Person = { platform: 'teams', id: 'aad-9', tenant: 'T1', name: 'Zoe Q' };
    await converse.hear(said, { ...asking, mentions: [zoe] });
    expect(did).toEqual([deed({ kind: 'assign', to: zoe })]);
  });
});

describe('mutes', () => {
  test('are of a place, the one service of a name, for everybody to see', async () => {
    result = { done: true, isPublic: true, card: refusalCard('Muted.') };
    expect(await hear('mute checkout-api 2h')).toMatchObject({ verdict: 'ok', audience: 'channel' });
    await hear('unmute core');
    const place = { account: 'production', cluster: 'core', service: 'checkout-api' };
    expect(did).toEqual([
      { kind: 'mute', place, end: { forMs: 7_200_000 }, prefix: '/ecs' },
      { kind: 'unmute', place: { cluster: 'core' }, prefix: '/ecs' },
    ]);
  });

  test('of a name that several have are asked about first; mute list only reads', async () => {
    expect(await hear('mute web 2h')).toMatchObject({ verdict: 'failed', intent: { ambiguous: {} } });
    await hear('mute list');
    expect(did).toEqual([]);
    expect(ran).toEqual([{ command: 'mute', action: 'list' }]);
  });

  test('by a button are about the service of its incident', async () => {
    const payload = { do: 'mute', incident: open[0]?.id ?? '', forMs: 3_600_000 } as const;
    await converse.press(payload, asking);
    expect(did).toEqual([
      { kind: 'mute', place: ref('checkout-api'), end: { forMs: 3_600_000 }, prefix: '/ecs' },
    ]);
  });
});

describe('alerts timeline', () => {
  const thread = { incident: 'production/eu-west-1/core/checkout-api#7' };
  test.each([
    ['alerts timeline #7', undefined],
    ['alerts timeline checkout-api', undefined],
    ['alerts timeline', thread],
  ])('%s is read for everybody by the number of its incident', async (words, within) => {
    expect(await hear(words, within)).toMatchObject({ audience: 'channel' });
    expect(ran).toMatchObject([{ command: 'alerts', action: 'timeline', incident: 7 }]);
    expect(did).toEqual([]);
  });
});

test('buttons that take something back name whom it goes to and who has to have it', async () => {
  const id = 'production/eu-west-1/core/checkout-api#7';
  await converse.press(
    { do: 'deed', kind: 'assign', incident: id, to: 'slack:U2', held: 'slack:U1' },
    asking,
  );
  expect(did).toMatchObject([{ kind: 'deed', deed: { kind: 'assign', to: { id: 'U2' } }, held: 'slack:U1' }]);
});

test('where nobody else is spoken to, commands are written without an address', async () => {
  const { error } = await converse.hear({ words: 'ack #99' }, { ...asking, prefix: '' });
  expect(error?.message).toContain('`alerts open` lists what is open.');
});
