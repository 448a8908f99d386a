import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServiceRef } from '../../src/domain/fleet.ts';
import { HEALTHS } from '../../src/domain/fleet.ts';
import type { Intent } from '../../src/domain/intent.ts';
import type { ActionSpec, Argument, CommandSpec } from '../../src/intent/command-spec.ts';
import { GRAMMAR } from '../../src/intent/grammar.ts';
import { makeNameIndex } from '../../src/intent/names.ts';
import { parse } from '../../src/intent/parse.ts';
import { printIntent } from '../../src/intent/print.ts';
import { FLEET, NOW } from './fleet.ts';

/** Names that are words of the grammar, of sentences, numbers or lengths of time, as some companies have them. */
const AWKWARD = [
  'all',
  'open',
  'cpu',
  'errors',
  'in',
  'the',
  'why',
  '4',
  '007',
  '2h',
  'suggested',
  'me',
  'task',
  'today',
  'deploy',
  'cluster',
  'service',
  'on',
  'list',
  'now',
  'add',
  'health',
  'scale',
  'ack',
  'please',
  'only',
  'a_b',
  'A.b',
];
const INVENTORY: readonly ServiceRef[] = [
  ...FLEET,
  ...AWKWARD.map((service) => ({
    account: 'My Company',
    region: 'ap-south-1',
    cluster: `c ${service}`,
    service,
  })),
];

const INDEX = makeNameIndex(INVENTORY);

const some = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: undefined });
/** `{}` or one field, without a key that holds nothing. */
const maybe = (values: fc.Arbitrary<Partial<Intent>>) => fc.oneof(fc.constant({}), values);

const refs = fc.constantFrom(...INVENTORY);
const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const phrase = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => {
  // What no person can type inside of quotes, or what chat apps take for markup.
  return text.trim() === text && !/["'`<>&\\]/.test(text) && text !== '';
});

/** Where something is, as fully as somebody might say it: unique, so that nothing is ambiguous. */
const placed: fc.Arbitrary<Partial<Intent>> = fc.oneof(
  refs.map((ref) => ({ ...ref })),
  refs
    .filter((ref) => INVENTORY.filter((other) => other.service === ref.service).length === 1)
    .map(({ service }) => ({ service })),
);
const scoped: fc.Arbitrary<Partial<Intent>> = fc.oneof(
  placed,
  fc.constant({}),
  refs.map(({ cluster }) => ({ cluster })),
  refs.map(({ account }) => ({ account })),
  refs.map(({ cluster, region }) => ({ cluster, region })),
);
const duration = fc.integer({ min: 1, max: 10_000_000 }).map((seconds) => seconds * 1000);

const field = (argument: Argument): fc.Arbitrary<Partial<Intent>> => {
  switch (argument) {
    case 'service':
      return placed;
    case 'place':
      return scoped.filter((scope) => Object.keys(scope).length > 0);
    case 'scope':
    case 'said_scope':
      return scoped;
    case 'incident':
      return fc.oneof(
        placed,
        fc.nat(9999).map((incident) => ({ incident })),
        fc.constant({}),
      );
    case 'metric':
      return maybe(
        fc
          .constantFrom('cpu', 'memory', 'latency', 'requests', 'errors' as const)
          .map((metric) => ({ metric })),
      );
    case 'count':
      return fc.oneof(
        fc.nat(500).map((count) => ({ count })),
        fc.constant({ count: 'suggested' as const }),
        fc
          .integer({ min: -50, max: 50 })
          .filter((delta) => delta !== 0)
          .map((delta) => ({ delta })),
      );
    case 'duration':
      return duration.map((durationMs) => ({ durationMs }));
    case 'look_back':
      return fc.oneof(
        maybe(duration.map((sinceMs) => ({ sinceMs }))),
        fc.constant({ since: 'deploy' as const }),
      );
    case 'task':
      return fc.stringMatching(/^[0-9a-f]{32}$/).map((task) => ({ task }));
    case 'user':
      return fc.constantFrom('olivia', 'U012AB3CD', 'me', 'Olivia B', 'slack:U1').map((user) => ({ user }));
    case 'maybe_user':
      return fc.constant({});
    case 'cron':
      return fc.constantFrom('0 9 * * 1-5', '*/10 * * * *', '0 0 1 JAN MON').map((cron) => ({ cron }));
    case 'zone':
      return maybe(fc.constantFrom('Europe/Amsterdam', 'UTC', 'America/New_York').map((zone) => ({ zone })));
    case 'csv':
      return maybe(fc.constant({ text: 'csv' }));
    case 'note':
      return fc
        .tuple(
          fc.oneof(
            placed,
            fc.nat(99).map((incident) => ({ incident })),
            fc.constant({}),
          ),
          phrase,
        )
        .map(([subject, text]) => ({ ...subject, text }));
    case 'text':
      return phrase.map((text) => ({ text }));
    case 'maybe_text':
      return maybe(phrase.map((text) => ({ text })));
    case 'command':
      return maybe(fc.constantFrom(...GRAMMAR.map((spec) => spec.name)).map((action) => ({ action })));
    default:
      return argument satisfies never;
  }
};

const flagged = (spec: CommandSpec): fc.Arbitrary<Partial<Intent>> =>
  fc
    .record({
      only: some(fc.constantFrom(...HEALTHS)),
      priority: some(fc.constantFrom('high', 'medium', 'low' as const)),
      grep: some(phrase),
      limit: some(fc.integer({ min: 1, max: 10_000 })),
      container: some(word),
      fresh: some(fc.constant(true as const)),
      diagnose: some(fc.constant(true as const)),
    })
    .map((all) =>
      Object.fromEntries(Object.entries(all).filter(([name]) => spec.flags.some((flag) => flag === name))),
    );

const intents: fc.Arbitrary<Intent> = fc.constantFrom(...GRAMMAR).chain((spec) => {
  const actions: (ActionSpec | undefined)[] = spec.actions.filter((action) => action.word !== 'all');
  if (spec.action !== 'required') actions.push(undefined);
  return fc.constantFrom(...actions).chain((action) => {
    const takes = action?.takes ?? spec.takes;
    const free = takes.some((one) => one === 'text' || one === 'maybe_text' || one === 'note');
    return fc.tuple(...takes.map(field), free ? fc.constant({}) : flagged(spec)).map((parts) => {
      const merged = Object.assign({ command: spec.name, action: action?.word }, ...parts) as Intent; // parts are Partial<Intent>
      // Keys without a value would not survive JSON either.
      return Object.fromEntries(
        Object.entries(merged).filter(([, value]) => value !== undefined),
      ) as unknown as Intent;
    });
  });
});

describe('printIntent', () => {
  it('writes every intent so that it is understood as itself', () => {
    fc.assert(
      fc.property(intents, (intent) => {
        expect(parse(printIntent(intent), { inventory: INVENTORY, index: INDEX, nowMs: NOW })).toEqual({
          intent,
        });
      }),
      { numRuns: 3000 },
    );
  });

  it('means the same in a thread about something else', () => {
    const thread = FLEET[0];
    const named = intents.filter((intent) => intent.service !== undefined && intent.cluster !== undefined);
    fc.assert(
      fc.property(named, (intent) => {
        expect(
          parse(printIntent(intent), {
            inventory: INVENTORY,
            index: INDEX,
            nowMs: NOW,
            ...(thread && { thread }),
          }),
        ).toEqual({
          intent,
        });
      }),
    );
  });

  it('writes commands as people would', () => {
    expect(printIntent({ command: 'health', cluster: 'shop', only: 'critical' })).toBe(
      'health --cluster shop --only critical',
    );
    expect(printIntent({ command: 'scale', service: 'toy', delta: 2 })).toBe('scale toy +2');
    expect(printIntent({ command: 'mute', service: 'toy', durationMs: 5_400_000 })).toBe('mute toy 1h30m');
    expect(printIntent({ command: 'logs', service: 'toy', grep: 'a b' })).toBe('logs toy --grep "a b"');
    expect(printIntent({ command: 'ask', text: 'why?' })).toBe('why?');
  });
});

describe('parse', () => {
  const fragments = fc.oneof(
    fc.constantFrom(...GRAMMAR.flatMap((spec) => [spec.name, ...spec.actions.map((action) => action.word)])),
    fc.constantFrom(...INVENTORY.flatMap((ref) => [ref.service, ref.cluster, ref.account, ref.region])),
    fc.constantFrom(
      '--only',
      '--since',
      '--grep=',
      '--',
      '—',
      '-2',
      '+0',
      '#12',
      '<@U1|x>',
      '<at>',
      '“',
      '"',
      '`',
      '/',
      'in',
      'all',
      '?',
      '2h',
      'add',
    ),
    fc.string({ unit: 'grapheme' }),
  );
  const threads = fc.option(
    refs.map((ref): Partial<ServiceRef> => ref),
    { nil: {} },
  );

  it('never throws, and always answers with exactly one of intent and correction', () => {
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 8 }), threads, (words, thread) => {
        for (const input of [words.join(' '), words]) {
          const result = parse(input, { inventory: INVENTORY, index: INDEX, nowMs: NOW, thread });
          expect(result.intent === undefined).toBe(result.correction !== undefined);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps a sentence that it does not understand as it was said', () => {
    fc.assert(
      fc.property(fc.array(fragments, { minLength: 1, maxLength: 8 }), (words) => {
        const sentence = words.join(' ');
        const { intent } = parse(sentence, { inventory: INVENTORY, index: INDEX, nowMs: NOW });
        const kept = intent?.command === 'ask' ? intent.text : sentence.trim();
        expect(kept).toBe(sentence.trim());
      }),
    );
  });

  it('names only services, clusters, accounts and regions that exist', () => {
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 6 }), (words) => {
        const { intent } = parse(words.join(' '), { inventory: INVENTORY, index: INDEX, nowMs: NOW });
        const kinds = ['service', 'cluster', 'account', 'region'] as const;
        const invented = kinds.filter(
          (kind) => intent?.[kind] !== undefined && !INVENTORY.some((ref) => ref[kind] === intent[kind]),
        );
        expect(invented).toEqual([]);
      }),
    );
  });

  it('suggests only commands that are understood', () => {
    fc.assert(
      fc.property(fc.array(fragments, { maxLength: 5 }), (words) => {
        const { correction } = parse(words.join(' '), { inventory: INVENTORY, index: INDEX, nowMs: NOW });
        for (const suggestion of correction?.suggestions ?? []) {
          expect(
            parse(suggestion, { inventory: INVENTORY, index: INDEX, nowMs: NOW }).intent?.command,
          ).not.toBe('ask');
        }
      }),
      { numRuns: 1000 },
    );
  });
});
