import { describe, expect, test } from 'vitest';
import { type Block, type Button, type Card, plainText } from '../../src/cards/card.ts';
import { type HealthCardInput, type HealthLine, healthCard } from '../../src/cards/health-card.ts';
import { incidentsCard } from '../../src/cards/incidents-card.ts';
import { consoleUrl } from '../../src/cards/place.ts';
import { formatCpu, formatLatency, formatMemory, formatPercent } from '../../src/cards/quantity.ts';
import { refusalCard } from '../../src/cards/refusal-card.ts';
import { serviceCard } from '../../src/cards/service-card.ts';
import { whichServiceCard } from '../../src/cards/which-card.ts';
import { toText } from '../../src/cli/text/index.ts';
import { NotFound, sentenceFor } from '../../src/domain/errors.ts';
import type { Health } from '../../src/domain/fleet.ts';
import { incident, NOW, OLIVIA, service, TASK } from './sample-data.ts';

const line = (name: string, kind: Health): HealthLine => ({
  ref: { account: 'production', region: 'us-east-1', cluster: 'prod-core', service: name },
  health: kind,
  reasons: kind === 'good' ? [] : [`${name} reason`],
  running: 1,
  desired: 2,
  dataAgeMs: 60_000,
});
const lines = (count: number, kind: Health) =>
  Array.from({ length: count }, (_, n) => line(`${kind}-${n}`, kind));

function healthOf(over: Partial<HealthCardInput>): Card {
  const services = over.services ?? [];
  const count = (kind: Health) => services.filter((each) => each.health === kind).length;
  const counts = {
    good: count('good'),
    warning: count('warning'),
    critical: count('critical'),
    unknown: count('unknown'),
  };
  return healthCard({ scopeLabel: 'all accounts', counts, services, missing: [], command: '/ecs', ...over });
}

describe('health', () => {
  test('lists the worst first, whatever order they came in', () => {
    const card = healthOf({
      services: [
        line('w', 'warning'),
        line('u', 'unknown'),
        line('b', 'critical'),
        line('a', 'critical'),
        ...lines(9, 'good'),
      ],
    });
    expect(items(card).map((item) => plainText(item.text).split(' ')[0])).toEqual(['a', 'b', 'w', 'u']);
    expect(card.tone).toBe('critical');
  });

  test('counts what it does not list, by health, with a button for each', () => {
    const card = healthOf({
      services: [...lines(14, 'critical'), ...lines(5, 'warning'), ...lines(90, 'good')],
      scope: { account: 'production' },
    });
    expect(items(card)).toHaveLength(12);
    expect(words(card)).toContain('and 7 more (2 critical, 5 warning)');
    expect(intents(card)).toContainEqual({ command: 'health', account: 'production', only: 'critical' });
    expect(intents(card)).toContainEqual({ command: 'health', account: 'production', only: 'warning' });
  });

  test('is one calm line when all is good', () => {
    const card = healthOf({ services: lines(40, 'good') });
    expect(card).toMatchObject({ tone: 'good', title: 'All 40 services are good: all accounts' });
    expect(items(card)).toEqual([]);
  });

  test('is not calm when a part could not be read', () => {
    const missing = [
      {
        account: 'production',
        region: 'eu-west-1',
        action: 'ecs:ListClusters',
        why: 'denied',
        kind: 'denied' as const,
      },
    ];
    const card = healthOf({ services: lines(4, 'good'), missing });
    expect(card.tone).toBe('unknown');
    expect(words(card)).toContain('ecs:ListClusters');
    expect(card.summary).toContain('1 part could not be read');
  });

  test('says how old the oldest data is and where it is from', () => {
    const services = [{ ...line('a', 'critical'), dataAgeMs: 3 * 3_600_000 }, line('b', 'good')];
    expect(words(healthOf({ services }))).toContain('Data up to 3 h old · production us-east-1');
  });

  test('of an empty fleet says what to do', () => {
    expect(words(healthOf({}))).toContain('accounts list');
  });
});

describe('service', () => {
  const card = serviceCard({
    service: service(),
    health: 'critical',
    reasons: ['no healthy target'],
    nowMs: NOW,
    taskDefinition: TASK,
    scaling: { min: 2, max: 10, policies: [] },
  });

  test.each([
    '3 of 4 running, 1 pending',
    '0.5 vCPU · 1 GiB',
    'checkout:4f2a9c1',
    '2 to 10 tasks',
    '/ecs/checkout-api',
    'no healthy target',
    '3 failed tasks',
    'began 22 min ago',
    'payments',
    '2 healthy, 1 unhealthy',
  ])('tells %j', (part) => {
    expect(words(card)).toContain(part);
  });

  test('what is not known is not made up', () => {
    const bare = words(
      serviceCard({ service: { ...service(), metrics: {} }, health: 'unknown', reasons: [], nowMs: NOW }),
    );
    expect(bare).not.toContain('Scaling');
    expect(bare).not.toContain('vCPU');
    expect(bare).not.toContain('Used now');
  });

  test('a tag that is no web address is not made a link', () => {
    const tagged = serviceCard({
      service: { ...service(), tags: { runbook: 'javascript:alert(1)' } },
      health: 'good',
      reasons: [],
      nowMs: NOW,
    });
    expect(JSON.stringify(tagged)).toContain('"value":"javascript:alert(1)"');
  });
});

describe('a list of incidents', () => {
  test('has what nobody has first, each with a button', () => {
    const card = incidentsCard({
      incidents: [
        incident({ number: 1, state: 'resolved', resolved: { atMs: NOW, how: 'x' } }),
        incident({ number: 2, state: 'acknowledged', acknowledged: { by: OLIVIA, atMs: NOW } }),
        incident({ number: 3, severity: 'medium' }),
        incident({ number: 4 }),
      ],
      which: 'all',
      nowMs: NOW,
    });
    expect(items(card).map((item) => plainText(item.text).slice(0, 2))).toEqual(['#4', '#3', '#2', '#1']);
    expect(items(card).map((item) => item.button !== undefined)).toEqual([true, true, false, false]);
  });

  test('counts those that are not shown', () => {
    const incidents = Array.from({ length: 40 }, (_, n) => incident({ number: n }));
    expect(words(incidentsCard({ incidents, which: 'open', nowMs: NOW }))).toContain('and 25 more');
  });
});

describe('a question which service is meant', () => {
  test('labels each button by what tells it from the others', () => {
    const at = (name: string, region: string) => ({
      account: 'production',
      cluster: 'prod-core',
      service: name,
      region,
    });
    const card = whichServiceCard({
      name: 'api',
      candidates: [
        at('checkout-api', 'us-east-1'),
        at('checkout-api', 'eu-west-1'),
        at('search-api', 'us-east-1'),
      ],
      intentFor: (ref) => ({ command: 'health', ...ref }),
    });
    expect(buttons(card).map(({ label }) => label)).toEqual(['eu-west-1', 'us-east-1', 'search-api']);
  });
});

describe('an error', () => {
  test('of ours is told in its own words, what to type as code', () => {
    const card = refusalCard(sentenceFor(new NotFound('No service x. `health` lists them.')).message);
    expect(card.title).toBe('No service x');
    expect(JSON.stringify(card.blocks)).toContain('{"kind":"code","text":"health"}');
  });

  test('that nobody foresaw does not show what the vendor said', () => {
    expect(sentenceFor(new Error('secret token'))).toMatchObject({ code: 'internal' });
    expect(JSON.stringify(sentenceFor(new Error('secret token')))).not.toContain('secret');
  });

  test('that is one long sentence keeps all of it', () => {
    const long = `${'word '.repeat(60)}end.`;
    expect(words(refusalCard(long))).toContain('end.');
  });
});

test.each([
  [
    { account: 'a', region: 'us-east-1', cluster: 'c', service: 's' },
    'https://console.aws.amazon.com/ecs/v2/clusters/c/services/s/health?region=us-east-1',
  ],
  [
    { account: 'a', region: 'cn-north-1', cluster: 'c d' },
    'https://console.amazonaws.cn/ecs/v2/clusters/c%20d/services?region=cn-north-1',
  ],
  [{ account: 'a', region: 'us-east-1' }, undefined],
])('the console page of %j', (target, url) => {
  expect(consoleUrl(target)).toBe(url);
});

test('quantities have a unit and no more digits than they need', () => {
  expect([
    formatPercent(91.4),
    formatPercent(0.42),
    formatPercent(0),
    formatLatency(849.6),
    formatLatency(1240),
    formatCpu(256),
    formatCpu(1024),
    formatMemory(768),
    formatMemory(2048),
  ]).toEqual(['91 %', '0.4 %', '0 %', '850 ms', '1.2 s', '0.25 vCPU', '1 vCPU', '768 MiB', '2 GiB']);
});

/** Everything a card says, unwrapped. */
function words(card: Card): string {
  return toText(card);
}

function items(card: Card) {
  return card.blocks.flatMap((block: Block) => (block.kind === 'list' ? block.items : []));
}

function buttons(card: Card): Button[] {
  return card.blocks.flatMap((block) => {
    if (block.kind === 'actions') return [...block.buttons];
    return block.kind === 'list' ? block.items.flatMap(({ button }) => button ?? []) : [];
  });
}

function intents(card: Card) {
  return buttons(card).flatMap((button) =>
    button.kind === 'press' && button.payload.do === 'run' ? [button.payload.intent] : [],
  );
}
