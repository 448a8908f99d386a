import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseConfigFile } from '../../src/config/file.ts';

const read = (content: string) => parseConfigFile('deckhand.yaml', content);
const problems = (content: string): readonly string[] => {
  const parsed = read(content);
  return 'problems' in parsed ? parsed.problems : [];
};
const value = (content: string) => {
  const parsed = read(content);
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  return parsed.value;
};

describe('routes in deckhand.yaml', () => {
  it('may be as short as ever, and have names by their order', () => {
    expect(
      value(
        'routes: [ { match: "a/b/c", severity: high, to: "slack:C1" }, { to: "teams:19:x@thread.tacv2" } ]',
      ).routes,
    ).toEqual([
      { id: 'file-1', match: 'a/b/c', severity: 'high', to: 'slack:C1' },
      { id: 'file-2', match: '*', severity: 'medium', to: 'teams:19:x@thread.tacv2' },
    ]);
  });

  it('say when it is quiet, when to remind and whom to call', () => {
    const { routes } = value(`
routes:
  - to: slack:C1
    runbook: https://wiki.example/checkout
    quiet: { from: "22:00", to: "07:00", zone: Europe/Amsterdam, days: [fri, sat] }
    remindMinutes: 5
    escalate:
      - { afterMinutes: 10, mention: ["slack:S0614TZR7", "teams:4c7f01a2"] }
      - { afterMinutes: 20, to: "slack:C2", pagerDuty: { keyEnv: PAGERDUTY_KEY } }
      - { afterMinutes: 30, webhook: { url: "https://hooks.example/x", secretEnv: HOOK_SECRET } }
`);
    expect(routes[0]).toMatchObject({
      quiet: {
        from: '22:00',
        to: '07:00',
        zone: 'Europe/Amsterdam',
        days: ['fri', 'sat'],
        letThrough: 'critical',
      },
      remindMinutes: 5,
    });
    expect(routes[0]?.escalate).toHaveLength(3);
  });

  it.each([
    ['{ to: "C1" }', 'routes[0].to: expected slack:C012AB3CD'],
    ['{ to: slack:C1, match: "a/b/c/d" }', 'routes[0].match: expected account/cluster/service'],
    ['{ to: slack:C1, severity: bad }', 'routes[0].severity: expected one of critical, high'],
    [
      '{ to: slack:C1, quiet: { from: "25:00", to: "07:00", zone: UTC } }',
      'routes[0].quiet.from: expected a time of day',
    ],
    ['{ to: slack:C1, quiet: { from: 22, to: "07:00", zone: UTC } }', 'routes[0].quiet.from'],
    ['{ to: slack:C1, quiet: { from: "22:00", to: "22:00", zone: UTC } }', 'a whole day is 00:00 to 24:00'],
    [
      '{ to: slack:C1, quiet: { from: "22:00", to: "07:00", zone: Amsterdam } }',
      'routes[0].quiet.zone: expected the name of a time zone',
    ],
    [
      '{ to: slack:C1, quiet: { from: "22:00", to: "07:00", zone: UTC, days: [someday] } }',
      'routes[0].quiet.days[0]: expected one of sun',
    ],
    ['{ to: slack:C1, remindMinutes: -1 }', 'routes[0].remindMinutes: expected a number of minutes'],
    [
      '{ to: slack:C1, escalate: [ { afterMinutes: 0 } ] }',
      'routes[0].escalate[0].afterMinutes: expected a number of minutes from 1',
    ],
    [
      '{ to: slack:C1, escalate: [ { afterMinutes: 5, mention: [olivia] } ] }',
      'routes[0].escalate[0].mention[0]: expected slack:U012AB3CD',
    ],
    [
      '{ to: slack:C1, escalate: [ { afterMinutes: 5, pagerDuty: { keyEnv: "r-3f9a secret" } } ] }',
      'not the secret itself',
    ],
    [
      '{ to: slack:C1, escalate: [ { afterMinutes: 5, webhook: { url: "http://hooks.example" } } ] }',
      'routes[0].escalate[0].webhook.url: expected an address that begins with https://',
    ],
    ['{ to: slack:C1, escalate: [ { afterMinutes: 5, page: x } ] }', 'there is no setting called page'],
  ])('that read %s are refused with the path and what was expected', (route, sentence) => {
    const found = problems(`routes: [ ${route} ]`);
    expect(found.join('\n')).toContain(sentence);
    expect(found.join('\n')).not.toContain('3f9a');
  });
});

describe('maintenance in deckhand.yaml', () => {
  it('is once or again and again', () => {
    const { maintenance } = value(`
maintenance:
  - { match: production/core, from: "2026-11-21T22:00:00Z", until: "2026-11-22T02:00:00+01:00", why: upgrade }
  - { match: "*/batch", at: "02:00", minutes: 90, zone: Europe/Amsterdam, days: [sun] }
`);
    expect(maintenance).toEqual([
      {
        match: 'production/core',
        fromMs: Date.parse('2026-11-21T22:00:00Z'),
        untilMs: Date.parse('2026-11-22T01:00:00Z'),
        why: 'upgrade',
      },
      { match: '*/batch', at: '02:00', minutes: 90, zone: 'Europe/Amsterdam', days: ['sun'] },
    ]);
  });

  it('that ends before it begins, or is neither, is refused', () => {
    const backwards = '{ match: a, from: "2026-11-22T02:00:00Z", until: "2026-11-21T22:00:00Z" }';
    expect(problems(`maintenance: [ ${backwards} ]`).join()).toContain(
      'maintenance[0].until: expected a time after from',
    );
    expect(problems('maintenance: [ { match: a, minutes: 5 } ]').join()).toContain(
      'maintenance[0]: expected { match, from, until }',
    );
  });
});

it('reminders have their defaults one by one', () => {
  expect(value('').reminders).toEqual({
    remindMinutes: 10,
    escalateMinutes: 20,
    atMost: 3,
    severity: 'high',
  });
  expect(value('reminders: { remindMinutes: 5 }').reminders).toMatchObject({
    remindMinutes: 5,
    escalateMinutes: 20,
  });
  expect(problems('reminders: { remindMinutes: 0 }').join()).toContain('reminders.remindMinutes: expected');
});

it('secrets of webhooks are names of variables', () => {
  expect(value('webhooks: { pagerDutySecretEnv: PAGERDUTY_WEBHOOK_SECRET }').webhooks).toEqual({
    pagerDutySecretEnv: 'PAGERDUTY_WEBHOOK_SECRET',
  });
  expect(problems('webhooks: { secretEnv: "abc=" }').join()).toContain('not the secret itself');
});

it('the example shows every setting of a route', () => {
  const file = new URL('../../docs/deckhand.example.yaml', import.meta.url);
  const { routes, maintenance } = value(readFileSync(file, 'utf8'));
  expect(Object.keys(routes[0] ?? {}).toSorted()).toEqual([
    'escalate',
    'id',
    'match',
    'quiet',
    'remindMinutes',
    'runbook',
    'severity',
    'to',
  ]);
  expect(routes[0]?.escalate?.flatMap((step) => Object.keys(step))).toEqual(
    expect.arrayContaining(['afterMinutes', 'mention', 'pagerDuty', 'to', 'webhook']),
  );
  expect(maintenance).toHaveLength(2);
});
