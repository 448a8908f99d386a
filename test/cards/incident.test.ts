import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Button, type Card, plainText } from '../../src/cards/card.ts';
import {
  type IncidentRootOptions,
  incidentFactCard,
  incidentRootCard,
  incidentStoryCard,
} from '../../src/cards/incident-card.ts';
import { awayCard, escalationCard, handoverCard, reminderCard } from '../../src/cards/incident-notices.ts';
import { timelineCard } from '../../src/cards/timeline-card.ts';
import { toText } from '../../src/cli/text/index.ts';
import type { Findings, GroupMember, Incident } from '../../src/domain/incident.ts';
import { toBlockKit } from '../../src/slack/blocks/index.ts';
import { toAdaptiveCard } from '../../src/teams/cards/index.ts';
import { slackProblems } from '../slack/blocks/slack-rules.ts';
import { teamsProblems } from '../teams/cards/teams-rules.ts';
import { anyIncident } from './arbitrary-incident.ts';
import { FINDINGS, incident, NOW, OLIVIA, OOM_STOP, RAVI, START_FAILURE } from './sample-data.ts';

const MINUTE = 60_000;
const root = (over: Partial<Incident> = {}, options: Partial<IncidentRootOptions> = {}): Card =>
  incidentRootCard(incident(over), { nowMs: NOW, ...options });
const labels = (card: Card) => buttons(card).map(({ label }) => label);
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

describe('the likely cause', () => {
  const cause = (over: Partial<Incident>) => {
    const at = root(over).blocks.findIndex(
      (block) => block.kind === 'text' && plainText(block.text).startsWith('Likely cause'),
    );
    return root(over)
      .blocks.slice(at, at + (at < 0 ? 0 : 2))
      .map((block) => words({ ...root(), blocks: [block] }));
  };
  const found = (over: Partial<Findings>): Findings => ({ ...FINDINGS, ...over });

  test('of a failed deployment is what it changed, and the last words of the task that died', () => {
    const [why, line] = cause({ findings: FINDINGS });
    expect(why).toContain('revision 41 → 42, deployed 08:48 UTC: shop/checkout 1.41.0 → 1.42.0.');
    expect(why).toContain('app exited with code 1');
    expect(why).not.toContain('envoy');
    expect(line).toContain('FATAL config: DATABASE_URL is not set');
  });

  test('is the task that was killed, without a deployment', () => {
    const [why] = cause({ cause: 'TASK_STOPPED', findings: { atMs: NOW, health: [], stops: [OOM_STOP] } });
    expect(why).toContain('app exited with code 137 (killed): OutOfMemoryError');
  });

  test.each([
    ['SpotInterruption', 'Your Spot Task was interrupted.', 143, 'Your Spot Task was interrupted.'],
    [
      'ServiceSchedulerInitiated',
      'Task failed ELB health checks in (target-group x)',
      137,
      'failed ELB health',
    ],
    ['SpotInterruption', undefined, 143, 'its Spot capacity was taken back'],
    ['ServiceSchedulerInitiated', 'Scaling activity', 3, 'exited with code 3'],
  ])(
    'of a task that %s ended is why (%s), not how its containers were stopped',
    (stopCode, reason, exitCode, said) => {
      const stop = {
        taskId: '1a',
        atMs: NOW,
        stopCode,
        containers: [{ name: 'app', exitCode }],
        ...(reason === undefined ? {} : { reason }),
      };
      const [why] = cause({ cause: 'X', findings: { atMs: NOW, health: [], stops: [stop] } });
      expect(why).toContain(said);
    },
  );

  test('ends with the line that reports an error, not with what was logged after it', () => {
    const last = (...lastLines: string[]) =>
      cause({
        cause: 'X',
        findings: {
          atMs: NOW,
          health: [],
          stops: [{ ...OOM_STOP, containers: [{ name: 'app', exitCode: 1, lastLines }] }],
        },
      })[1];
    const error = "KeyError: 'TAX_SERVICE_URL'";
    expect(last('Traceback:', error, '10:22 INFO order placed', '{"level":"info","msg":"0 errors"}')).toMatch(
      new RegExp(`  ${error}$`),
    );
    expect(last('one', 'two', ' ')).toMatch(/  two$/);
  });

  test('does not repeat the reason that AWS gave', () => {
    const reason = 'OutOfMemoryError: Container killed due to memory usage';
    const findings = { atMs: NOW, health: [], stops: [OOM_STOP] };
    expect(words(root({ cause: 'X', reason, findings }))).not.toContain('Reason:');
    expect(words(root({ cause: 'X', reason }))).toContain('Reason:');
  });

  test('is the worst about its health where no task has died', () => {
    expect(cause({ cause: 'X', findings: { atMs: NOW, health: ['CPU 97 %', 'memory 91 %'] } })[0]).toContain(
      'CPU 97 %.',
    );
  });

  test('is no load where there is no room or a setting is wrong', () => {
    const findings = { atMs: NOW, health: ['CPU 97 %'] };
    expect(cause({ cause: 'SERVICE_TASK_PLACEMENT_FAILURE', findings })).toEqual([]);
    expect(cause({ cause: 'SERVICE_TASK_CONFIGURATION_FAILURE', findings })).toEqual([]);
  });

  test('is not made up', () => {
    expect(cause({})).toEqual([]);
    expect(cause({ findings: { atMs: NOW, health: [] } })).toEqual([]);
  });

  test('is a deployment when what fails to start began right after it', () => {
    const impaired = { cause: 'SERVICE_TASK_START_IMPAIRED', openedAtMs: FINDINGS.deployment.atMs + MINUTE };
    const offers = (over: Partial<Incident>) =>
      labels(root(over)).filter((label) => /Roll back|Scale/.test(label));
    expect(offers({ ...impaired, findings: FINDINGS })).toEqual(['Roll back']);
    expect(offers({ ...impaired, cause: 'CLOUDWATCH_ALARM', findings: FINDINGS })).toEqual(['Roll back']);
    expect(offers({ ...impaired, cause: 'CLOUDWATCH_ALARM', findings: found({ stops: [] }) })).toEqual([
      'Scale to 6',
    ]);
    const old = { ...FINDINGS.deployment, atMs: NOW - 24 * 60 * MINUTE };
    expect(offers({ ...impaired, findings: found({ deployment: old }) })).toEqual(['Scale to 6']);
    const same = { ...FINDINGS.deployment, from: FINDINGS.deployment.to };
    expect(offers({ ...impaired, findings: found({ deployment: same }) })).toEqual(['Scale to 6']);
  });
});

describe('the evidence', () => {
  test('tells tasks that died alike in one line, and those that did not in others', () => {
    const text = words(root({ findings: { ...FINDINGS, stops: [OOM_STOP, START_FAILURE, START_FAILURE] } }));
    expect(text).toContain('2 tasks: app exited with code 1, last 08:57 UTC');
    expect(text).toContain('Task 1a2b3c4d at 08:58 UTC: app exited with code 137');
  });

  test('does not say again what stands above as the reason or the likely cause', () => {
    const times = (text: string, what: string) => text.split(what).length - 1;
    const one = words(root({ cause: 'X', findings: { atMs: NOW, health: ['CPU 97 %', 'memory 91 %'] } }));
    expect(times(one, 'CPU 97 %')).toBe(1);
    expect(times(one, 'memory 91 %')).toBe(1);
    const stops = [OOM_STOP, { ...OOM_STOP, taskId: '2b', atMs: NOW - 9 * MINUTE }];
    const alike = words(root({ cause: 'X', findings: { atMs: NOW, health: [], stops } }));
    expect(times(alike, 'OutOfMemoryError')).toBe(1);
    expect(alike).toContain('2 tasks ended like this, last 08:58 UTC');
    const deployed = words(root({ findings: FINDINGS }));
    expect(times(deployed, '41 → 42')).toBe(1);
    const reason = 'Alarm: CPU 97 % for 15 min';
    expect(
      times(words(root({ cause: 'SERVICE_TASK_PLACEMENT_FAILURE', reason, findings: FINDINGS })), 'CPU 97 %'),
    ).toBe(1);
  });

  test('tells since when nothing has progressed where that is not since the beginning', () => {
    const text = (over: Partial<Incident>) => words(root({ findings: FINDINGS, ...over }));
    expect(text({ openedAtMs: NOW - 20 * MINUTE })).toContain('running, no progress since 08:51 UTC');
    const since = text({ openedAtMs: NOW, sinceMs: NOW - 9 * MINUTE });
    expect(since).not.toContain('no progress');
    expect(since).toMatch(/Since +08:51 UTC/);
  });

  test('of a group is that of the service whose it is, and its count of tasks is not the group’s', () => {
    const member = (service: string) => ({
      target: { ...incident().target, service },
      incident: service,
      number: 1,
      atMs: NOW,
      count: 1,
      isOver: false,
    });
    const text = words(root({ findings: FINDINGS, members: [member('checkout-api'), member('web')] }));
    expect(text).toContain('Evidence of checkout-api');
    expect(text).not.toContain('of 4 running');
  });

  test('of a deployment of the same revision does not tell of a change', () => {
    const deployment = { ...FINDINGS.deployment, from: FINDINGS.deployment.to };
    const text = words(root({ cause: 'HOOK_AWAITING_ACTION', findings: { ...FINDINGS, deployment } }));
    expect(text).toContain('Deployment of revision 42, the same as before, began');
  });

  test('holds the words of the load balancer, the trend in words and its own age', () => {
    const text = words(root({ findings: FINDINGS }));
    expect(text).toContain('Health checks failed with these codes: [503]');
    expect(text).toContain('CPU: 35 % → 97 % over 3 h, now 96 %');
    expect(text).toContain('As of 08:59 UTC');
  });
});

describe('what helps', () => {
  const remedy = ['Add instances.', 'Move something.'];
  const said = (over: Partial<Incident>) =>
    words(root({ cause: 'SERVICE_TASK_PLACEMENT_FAILURE', ...over }, { remedy }));

  test('is said in words where no button does it', () => {
    expect(said({})).toContain('What helps: Add instances. Move something.');
  });

  test.each<[string, Partial<Incident>]>([
    ['a rollback is on offer', { cause: 'SERVICE_DEPLOYMENT_FAILED' }],
    ['more tasks are on offer', { findings: { atMs: NOW, health: [], suggestedCount: 6 } }],
    ['somebody is asked', { cause: 'HOOK_AWAITING_ACTION', hook: { id: 'h', deploymentArn: 'arn' } }],
    ['it is over', { state: 'resolved', resolved: { atMs: NOW, how: 'x' } }],
    ['it is a test', { isTest: true }],
  ])('is not said where %s', (_name, over) => {
    expect(said(over)).not.toContain('What helps');
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
    expect(card.title).toBe('#12 4 services: deployment failed');
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

/** Everything a card says, unwrapped. */
function words(card: Card): string {
  return toText(card);
}

function buttons(card: Card): Button[] {
  return card.blocks.flatMap((block) => (block.kind === 'actions' ? [...block.buttons] : []));
}

function payloads(card: Card) {
  return buttons(card).flatMap((button) => (button.kind === 'press' ? [button.payload] : []));
}
