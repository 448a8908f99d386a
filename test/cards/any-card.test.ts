import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Card } from '../../src/cards/card.ts';
import { decodePayload, encodePayload } from '../../src/cards/payload.ts';
import { toText } from '../../src/cli/text/index.ts';
import { toBlockKit } from '../../src/slack/blocks/index.ts';
import { toAdaptiveCard } from '../../src/teams/cards/index.ts';
import { find, slackProblems } from '../slack/blocks/slack-rules.ts';
import { teamsProblems } from '../teams/cards/teams-rules.ts';
import { anyCard } from './arbitrary-card.ts';

const RUNS = { numRuns: 40 };

test('any card stays within what Slack accepts, with and without the newest blocks', () => {
  fc.assert(
    fc.property(anyCard, (card) => {
      expect(slackProblems(toBlockKit(card))).toEqual([]);
      expect(slackProblems(toBlockKit(card, { withoutNewest: true }))).toEqual([]);
    }),
    RUNS,
  );
});

test('any card stays within what Teams accepts', () => {
  fc.assert(
    fc.property(anyCard, (card) => {
      expect(teamsProblems(toAdaptiveCard(card, { messageKey: 'inc/1/root' }))).toEqual([]);
      expect(teamsProblems(toAdaptiveCard(card, { messageKey: 'inc/1/root', simple: true }))).toEqual([]);
    }),
    RUNS,
  );
});

test('no control character, escape sequence or text direction override leaves any renderer', () => {
  const forbidden = /(?![\t\n])\p{Cc}|[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]|\p{Surrogate}/u;
  fc.assert(
    fc.property(anyCard, (card) => {
      expect(toText(card)).not.toMatch(forbidden);
      const shown = [toBlockKit(card), toAdaptiveCard(card)].flatMap(textsIn);
      expect(shown.filter((text) => forbidden.test(text))).toEqual([]);
    }),
    RUNS,
  );
});

test('every button that is drawn carries its payload unchanged', () => {
  fc.assert(
    fc.property(anyCard, (card) => {
      const sent = new Set(payloadsOf(card).map(encodePayload));
      const values = find(toBlockKit(card).blocks, 'value').filter((value) => typeof value === 'string');
      for (const value of values) expect(sent).toContain(value);
      for (const payload of find(toAdaptiveCard(card), 'p')) expect(sent).toContain(payload);
    }),
    RUNS,
  );
});

test('a payload survives its way through a button', () => {
  const payload = {
    do: 'run',
    intent: { command: 'health', only: 'critical', cluster: 'prod-core' },
  } as const;
  expect(decodePayload(encodePayload(payload))).toEqual(payload);
});

/** Everything a reader sees or hears. */
function textsIn(drawn: unknown): string[] {
  const keys = ['text', 'title', 'value', 'fallback', 'fallbackText', 'speak'];
  return keys.flatMap((key) => find(withoutData(drawn), key)).filter((each) => typeof each === 'string');
}

/** Buttons carry their payload as data; it is JSON for us, not text for a reader. */
function withoutData(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, each: unknown) =>
      key === 'data' || (key === 'value' && isJson(each)) ? undefined : each,
    ),
  );
}

function isJson(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('{"do":');
}

function payloadsOf(card: Card) {
  const buttons = card.blocks.flatMap((block) => {
    if (block.kind === 'actions') return block.buttons;
    return block.kind === 'list' ? block.items.flatMap(({ button }) => button ?? []) : [];
  });
  return buttons.flatMap((button) => (button.kind === 'press' ? [button.payload] : []));
}
