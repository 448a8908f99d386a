import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Card, plainText } from '../../src/cards/card.ts';
import { incidentFactCard, incidentRootCard, incidentStoryCard } from '../../src/cards/incident-card.ts';
import { awayCard, escalationCard, handoverCard, reminderCard } from '../../src/cards/incident-notices.ts';
import { timelineCard } from '../../src/cards/timeline-card.ts';
import type { GroupMember } from '../../src/domain/incident.ts';
import { toBlockKit } from '../../src/slack/blocks/index.ts';
import { toAdaptiveCard } from '../../src/teams/cards/index.ts';
import { slackProblems } from '../slack/blocks/slack-rules.ts';
import { teamsProblems } from '../teams/cards/teams-rules.ts';
import { anyIncident } from './arbitrary-incident.ts';
import { buttons, labels, payloads, root, words } from './incident-roots.ts';
import { FINDINGS, incident, NOW, OLIVIA, RAVI } from './sample-data.ts';

const MINUTE = 60_000;
const acknowledged = { by: OLIVIA, atMs: NOW - 4 * MINUTE };

describe('an incident', () => {
  test.each([
    'Critical',
    'checkout-api',
    'prod-core · production · us-east-1',
    'tasks failed to start',
    '08:51 UTC',
    '3 times',
    'nobody yet',
  ])('tells %j in its root', (part) => {
    expect(words(root())).toContain(part);
  });

  test('can be taken while it is open, and only then', () => {
    const ack = (card: Card) =>
      buttons(card).filter((button) => button.kind === 'press' && button.payload.do === 'ack');
    expect(ack(root())).toHaveLength(1);
    expect(ack(root({ state: 'acknowledged', acknowledged }))).toEqual([]);
    expect(ack(root({ state: 'resolved', acknowledged, resolved: { atMs: NOW, how: 'steady' } }))).toEqual(
      [],
    );
  });

  test('names who has it', () => {
    expect(words(root({ state: 'acknowledged', acknowledged }))).toContain('Olivia Ng');
  });

  test('is calm once it is resolved, and says how long it lasted', () => {
    const card = root({ state: 'resolved', resolved: { atMs: NOW, how: 'the service is steady again.' } });
    expect(card).toMatchObject({ tone: 'good', title: 'Resolved: #12 checkout-api: deployment failed' });
    expect(words(card)).toContain('9 min');
  });

  test('of an unknown kind and without a service is still an alert', () => {
    const card = root({
      cause: 'BRAND_NEW',
      title: 'BRAND_NEW',
      target: { account: '1', region: 'us-east-1' },
    });
    expect(words(card)).toContain('BRAND_NEW');
    expect(buttons(card).map(({ label }) => label)).toEqual(['Acknowledge', 'Mute 1 h']);
  });

  test('older than half a day shows the date', () => {
    expect(words(root({ openedAtMs: NOW - 30 * 3_600_000 }))).toContain('19 Nov 03:00 UTC');
  });

  test('has a fact for its thread that fits on a line', () => {
    const fact = { key: 'k', atMs: NOW, text: 'Steady state', kind: 'better' as const };
    expect(incidentFactCard(fact, incident())).toMatchObject({
      title: 'Steady state',
      tone: 'good',
      compact: true,
    });
  });

  test('tells a long story from its end and counts the beginning', () => {
    const facts = Array.from({ length: 45 }, (_, n) => ({
      key: `${n}`,
      atMs: NOW + n,
      text: `fact ${n}`,
      kind: 'neutral' as const,
    }));
    const text = words(incidentStoryCard(incident({ facts }), { nowMs: NOW }));
    expect(text).toContain('15 earlier not shown');
    expect(text).toContain('fact 44');
    expect(text).not.toContain('fact 14');
  });
});

describe('who has an incident', () => {
  test('stands with since when, after how long, and who gave it to them', () => {
    const card = root({ state: 'acknowledged', acknowledged: { ...acknowledged, assignedBy: RAVI } });
    expect(words(card)).toContain('Olivia Ng since 08:56 UTC (after 5 min), given by Ravi Rao');
  });

  test('is told when it is over, with the time that it took', () => {
    const card = root({ state: 'resolved', acknowledged, resolved: { atMs: NOW, how: 'Steady again' } });
    expect(words(card)).toContain('It is over: Steady again.');
    expect(words(card)).toContain('Olivia Ng after 5 min');
    expect(words(card)).not.toContain('Evidence');
  });
});

describe('the buttons', () => {
  test('are six at most, the ones that act first', () => {
    expect(labels(root({ findings: FINDINGS }))).toEqual([
      'Acknowledge',
      'Roll back',
      'Details',
      'Mute 1 h',
      'Runbook',
      'AWS console',
    ]);
  });

  test('answer a hook while it waits, and no longer', () => {
    const hook = { id: 'h', deploymentArn: 'arn', expiresAtMs: NOW + MINUTE };
    const waiting = root({ cause: 'HOOK_AWAITING_ACTION', hook, findings: FINDINGS });
    expect(labels(waiting).slice(0, 3)).toEqual(['Continue', 'Roll back', 'Acknowledge']);
    expect(payloads(waiting).slice(0, 2)).toEqual([
      { do: 'hook', incident: 'i1', answer: 'CONTINUE' },
      { do: 'hook', incident: 'i1', answer: 'ROLLBACK' },
    ]);
    const late = root({ hook: { ...hook, expiresAtMs: NOW }, findings: FINDINGS });
    expect(labels(late)).not.toContain('Continue');
    expect(words(late)).toContain('The time to answer was up');
  });

  test('mute for an hour what is not muted', () => {
    expect(payloads(root())).toContainEqual({ do: 'mute', incident: 'i1', forMs: 60 * MINUTE });
    const muted = root({}, { mutedUntilMs: NOW + MINUTE });
    expect(labels(muted)).not.toContain('Mute 1 h');
    expect(words(muted)).toContain('muted until 09:01 UTC');
    expect(labels(root({}, { mutedUntilMs: NOW - MINUTE }))).toContain('Mute 1 h');
  });

  test('lead to the runbook of the service, else of its route', () => {
    const url = (card: Card) =>
      buttons(card).flatMap((each) => (each.label === 'Runbook' && each.kind === 'link' ? each.url : []));
    const runbookUrl = 'https://wiki.example/route';
    expect(url(root({}, { runbookUrl }))).toEqual([runbookUrl]);
    expect(url(root({ findings: FINDINGS }, { runbookUrl }))).toEqual([FINDINGS.runbookUrl]);
  });

  test('of what is over or part of another incident only lead to pages', () => {
    const resolved = { atMs: NOW, how: 'x' };
    const over = { state: 'resolved' as const, resolved, findings: FINDINGS };
    expect(labels(root(over))).toEqual(['AWS console']);
    expect(labels(root({ ...over, merged: { into: 'i9', number: 9 } }))).toEqual(['AWS console']);
    expect(words(root({ ...over, merged: { into: 'i9', number: 9 } }))).toContain('Part of #9');
  });
});

describe('a group', () => {
  const member = (service: string, over: Partial<GroupMember> = {}): GroupMember => ({
    target: { ...incident().target, service },
    incident: service,
    number: 1,
    atMs: NOW,
    count: 1,
    isOver: false,
    ...over,
  });
  const listed = (card: Card) =>
    card.blocks.flatMap((block) =>
      block.kind === 'list' ? block.items.map(({ text }) => plainText(text).split(' ')[0]) : [],
    );

  test('lists its services, the worst first and those that are well again last', () => {
    const card = root({
      members: [member('b'), member('c', { isOver: true, count: 9 }), member('a'), member('d', { count: 5 })],
    });
    expect(card.title).toBe('#12 deployment failed in 4 services');
    expect(listed(card)).toEqual(['d', 'a', 'b', 'c']);
    expect(words(card)).toContain('3 of 4 services still fail');
    expect(labels(card)).toEqual(['Acknowledge', 'Mute 1 h', 'AWS console']);
  });

  test('of many services counts those that it does not list', () => {
    const card = root({ members: Array.from({ length: 20 }, (_, n) => member(`s${n}`)) });
    expect(listed(card)).toHaveLength(12);
    expect(words(card)).toContain('and 8 more');
  });

  test('says what its places have in common, and of each service where it is', () => {
    const far = { account: 'payments', region: 'eu-west-1', cluster: 'core', service: 'ledger' };
    const card = root({ members: [member('a'), member('ledger', { target: far })] });
    expect(words(card)).toContain('several accounts');
    expect(words(card)).toContain('core · payments · eu-west-1');
    expect(labels(card)).not.toContain('AWS console');
  });
});

test('a test alert says everywhere that it is none', () => {
  const card = root({ isTest: true });
  expect(card.title).toContain('TEST');
  expect(labels(root({ isTest: true, findings: FINDINGS }))).toEqual(['Acknowledge']);
  expect(card.summary).toContain('no real alert');
  expect(words(card)).toContain('It is no real alert');
  const fact = { key: 'k', atMs: NOW, text: 'x', kind: 'neutral' as const };
  expect(incidentFactCard(fact, incident({ isTest: true })).summary).toContain('TEST');
});

test('any incident is something that Slack and Teams accept, with at most six buttons', () => {
  fc.assert(
    fc.property(anyIncident, fc.boolean(), (one, isMuted) => {
      const card = incidentRootCard(one, { nowMs: NOW, ...(isMuted && { mutedUntilMs: NOW + 1 }) });
      expect(slackProblems(toBlockKit(card))).toEqual([]);
      expect(slackProblems(toBlockKit(card, { withoutNewest: true }))).toEqual([]);
      expect(teamsProblems(toAdaptiveCard(card))).toEqual([]);
      expect(buttons(card).length).toBeLessThanOrEqual(6);
    }),
    { numRuns: 60 },
  );
});

test('what is told about any incident is something that Slack and Teams accept', () => {
  const mentions = [
    { kind: 'mention', platform: 'slack', of: 'group', id: 'S012AB3CD', name: 'crew' } as const,
  ];
  fc.assert(
    fc.property(anyIncident, fc.array(anyIncident, { maxLength: 30 }), (one, others) => {
      const step = { afterMs: MINUTE, step: 2, mentions };
      const entries = others.map(({ title, reason = '' }) => ({
        atMs: NOW,
        text: title,
        detail: reason,
        kind: 'worse' as const,
      }));
      const cards = [
        reminderCard(one, step),
        escalationCard(one, { ...step, told: [one.title] }),
        awayCard({ fromMs: 0, toMs: NOW, opened: others, resolved: others, stillOpen: others }),
        handoverCard(others, { nowMs: NOW }),
        timelineCard(one, entries, { nowMs: NOW }),
      ];
      for (const card of cards) {
        expect(slackProblems(toBlockKit(card))).toEqual([]);
        expect(teamsProblems(toAdaptiveCard(card))).toEqual([]);
      }
    }),
    { numRuns: 25 },
  );
});
