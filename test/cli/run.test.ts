import { beforeEach, describe, expect, test } from 'vitest';
import type { Card } from '../../src/cards/card.ts';
import type { Converse, Outcome } from '../../src/chat/converse.ts';
import { makeUnderstand, type Said } from '../../src/chat/understand.ts';
import { readArguments } from '../../src/cli/arguments.ts';
import { type CliDeps, printError, runCli } from '../../src/cli/run.ts';
import { BadRequest, Denied } from '../../src/domain/errors.ts';
import { printIntent } from '../../src/intent/print.ts';

const card: Card = {
  title: 'Health',
  tone: 'good',
  summary: 'All good',
  blocks: [{ kind: 'text', text: 'Nothing to see' }],
};
const ref = (service: string, cluster = 'core') => ({
  account: 'production',
  region: 'eu-west-1',
  cluster,
  service,
});

let printed: string[];
let outcome: Outcome;
let heard: Said[];
let deps: CliDeps;

beforeEach(() => {
  printed = [];
  heard = [];
  outcome = {
    intent: { command: 'health' },
    card,
    data: { counts: { good: 1 } },
    audience: 'channel',
    verdict: 'ok',
  };
  const converse: Converse = {
    hear: async (said) => {
      heard.push(said);
      return outcome;
    },
    run: async () => outcome,
    act: async () => outcome,
    press: async () => outcome,
    answerHook: async () => outcome,
  };
  deps = {
    understand: makeUnderstand({
      names: async () => ({
        refs: [ref('checkout-api'), ref('web', 'core'), ref('web', 'shop')],
        missing: [],
      }),
      accounts: ['production'],
      now: () => 0,
    }),
    converse,
    commandOf: printIntent,
    print: (text) => void printed.push(text),
    lines: lines(),
    width: undefined,
    person: { platform: 'cli', id: 'olivia', tenant: '-', name: 'olivia' },
  };
});

async function* lines(...given: readonly string[]): AsyncGenerator<string> {
  yield* given;
}
const run = (...args: readonly string[]) => runCli(readArguments(args), deps);
const printedJson = (): unknown => JSON.parse(printed.join('\n'));

describe('arguments', () => {
  test('one is a sentence, several are tokens', async () => {
    await run('how is checkout doing?');
    await run('health', '--only', 'critical');
    expect(heard.map(({ words }) => words)).toEqual([
      'how is checkout doing?',
      ['health', '--only', 'critical'],
    ]);
  });

  test('our own switches are taken out, wherever they stand', () => {
    expect(readArguments(['--json', 'health', '--scenario', 'f.yaml', '--fresh'])).toEqual({
      words: ['health', '--fresh'],
      json: true,
      intent: false,
      stdin: false,
      scenario: 'f.yaml',
    });
    expect(readArguments(['health', '--scenario=f.yaml']).scenario).toBe('f.yaml');
  });

  test.each([
    [['--scenario'], '--scenario needs a file'],
    [['--scenario', '--json'], '--scenario needs a file'],
    [['--scenario='], '--scenario needs a file'],
    [['health', '--stdin'], '--stdin goes with --intent'],
  ])('%j is refused', (args, sentence) => {
    expect(() => readArguments(args)).toThrow(sentence);
  });
});

describe('--json', () => {
  test('prints one object of intent, card and data', async () => {
    expect(await run('health', '--json')).toBe(0);
    expect(printed).toHaveLength(1);
    expect(printedJson()).toEqual({
      intent: { command: 'health' },
      card,
      data: { counts: { good: 1 } },
    });
  });

  test('prints an error with its stable code and the sentence', async () => {
    outcome = { ...outcome, verdict: 'failed', error: { code: 'denied', message: 'Not you.' } };
    expect(await run('health', '--json')).toBe(2);
    expect(printedJson()).toEqual({ error: { code: 'denied', message: 'Not you.' } });
  });

  test('prints one line, whatever the sentence holds', async () => {
    outcome = { ...outcome, verdict: 'failed', error: { code: 'internal', message: 'a\nb' } };
    await run('health', '--json');
    expect(printed[0]).not.toContain('\n');
  });
});

test('without it prints the card as text', async () => {
  await run('health');
  expect(printed.join('\n')).toContain('Nothing to see');
});

describe('the exit code', () => {
  test.each([
    ['ok', 0],
    ['unhealthy', 1],
    ['incomplete', 2],
    ['failed', 2],
  ] as const)('of %s is %i', async (verdict, code) => {
    outcome = { ...outcome, verdict };
    expect(await run('health')).toBe(code);
    expect(await run('health', '--json')).toBe(code);
  });
});

describe('--intent', () => {
  test('prints the Intent alone and asks nothing', async () => {
    expect(await run('--intent', 'health checkout api')).toBe(0);
    expect(printedJson()).toEqual({ command: 'health', service: 'checkout-api' });
    expect(heard).toEqual([]);
  });

  test('of a name that several have lists them all, and is no success', async () => {
    expect(await run('--intent', 'service', 'web')).toBe(2);
    expect(printedJson()).toMatchObject({
      command: 'service',
      ambiguous: { service: [ref('web', 'core'), ref('web', 'shop')] },
    });
  });

  test('of a name that nothing has suggests what is near, and is no success', async () => {
    expect(await run('--intent', 'service', 'chekoutt-apiii')).toBe(2);
    expect(printedJson()).toMatchObject({ command: 'service', unknown: { service: 'chekoutt-apiii' } });
  });

  test('of what is no command is ask, with the whole sentence', async () => {
    expect(await run('--intent', 'what is for lunch?')).toBe(0);
    expect(printedJson()).toEqual({ command: 'ask', text: 'what is for lunch?' });
  });

  test('of an unknown flag is an error', async () => {
    expect(await run('--intent', 'health', '--nope')).toBe(2);
    expect(printedJson()).toMatchObject({ error: { code: 'bad_request' } });
  });
});

describe('--intent --stdin', () => {
  test('prints exactly one line for each, whatever it holds; the worst decides the exit code', async () => {
    deps = {
      ...deps,
      lines: lines(
        'health',
        '{"say":"alerts open"}',
        '{"say":"errors","thread":{"service":"web","cluster":"core","account":"production"}}',
        '',
        '{"say":7}',
        '{"say":"x","extra":1}',
        '{"half":',
        'service web',
        '[1]',
      ),
    };
    expect(await run('--intent', '--stdin')).toBe(2);
    expect(printed).toHaveLength(9);
    const all = printed.map((line) => JSON.parse(line));
    expect(all.slice(0, 3)).toEqual([
      { command: 'health' },
      { command: 'alerts', action: 'open' },
      { command: 'errors', service: 'web', cluster: 'core', account: 'production' },
    ]);
    for (const refused of all.slice(4, 7)) expect(refused).toMatchObject({ error: { code: 'bad_request' } });
    expect(all[7]).toHaveProperty('ambiguous');
    expect(all[8]).toMatchObject({ command: 'ask' });
  });

  test('of good lines alone is a success', async () => {
    deps = { ...deps, lines: lines('health', 'alerts') };
    expect(await run('--intent', '--stdin')).toBe(0);
  });
});

test('any error is printed as the command line prints errors', () => {
  expect(printError(new Denied('Not you.'), true, deps)).toBe(2);
  expect(printError(new BadRequest('No such file.'), false, deps)).toBe(2);
  printError(new Error('internals'), true, deps);
  expect(printed[0]).toBe('{"error":{"code":"denied","message":"Not you."}}');
  expect(printed[1]).toBe('No such file.');
  expect(printed[2]).not.toContain('internals');
});
