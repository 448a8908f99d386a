import type { Card } from '../../src/cards/card.ts';
import { correctionCard } from '../../src/cards/correction-card.ts';
import { type HealthLine, healthCard } from '../../src/cards/health-card.ts';
import { helpCard } from '../../src/cards/help-card.ts';
import { notBuiltCard } from '../../src/cards/not-built-card.ts';
import { progressCard } from '../../src/cards/progress-card.ts';
import { refusalCard } from '../../src/cards/refusal-card.ts';
import { serviceCard } from '../../src/cards/service-card.ts';
import { unknownNameCard } from '../../src/cards/unknown-name-card.ts';
import { whichServiceCard } from '../../src/cards/which-card.ts';
import { sentenceFor } from '../../src/domain/errors.ts';
import type { Health, ServiceRef } from '../../src/domain/fleet.ts';
import { NOW, service, TASK } from './sample-data.ts';

const ref = (
  name: string,
  cluster = 'prod-core',
  account = 'production',
  region = 'us-east-1',
): ServiceRef => ({
  service: name,
  cluster,
  account,
  region,
});
const line = (
  name: string,
  health: Health,
  reasons: string[],
  running: number,
  desired: number,
  place = ref(name),
): HealthLine => ({
  ref: place,
  health,
  reasons,
  running,
  desired,
  dataAgeMs: 95_000,
});

const troubled: HealthLine[] = [
  line(
    'search',
    'unknown',
    ['the role lacks cloudwatch:GetMetricData'],
    2,
    2,
    ref('search', 'prod-edge', 'production', 'eu-west-1'),
  ),
  line('checkout-api', 'critical', ['no healthy target', '5XX 130 in 5 min'], 3, 4),
  line('image_resizer', 'warning', ['memory 84 %'], 6, 6),
  line(
    'billing-worker',
    'critical',
    ['1 of 3 tasks running for 12 min without progress'],
    1,
    3,
    ref('billing-worker', 'payments', 'payments-prod', 'eu-west-1'),
  ),
];
const quiet = ['cart', 'catalog', 'gateway', 'login', 'mailer'].map((name) => line(name, 'good', [], 2, 2));

/** One card of every kind, in the states that look different. The keys are paths below `test/golden`. */
export const SAMPLES: Readonly<Record<string, Card>> = {
  'health/troubled': healthCard({
    scopeLabel: 'all accounts',
    counts: { good: 5, warning: 1, critical: 2, unknown: 1 },
    services: [...quiet, ...troubled],
    missing: [
      {
        account: 'production',
        region: 'eu-west-1',
        action: 'cloudwatch:GetMetricData',
        why: 'denied: the role lacks cloudwatch:GetMetricData',
        kind: 'denied',
      },
      {
        account: 'sandbox',
        region: 'ap-southeast-2',
        action: 'ecs:ListClusters',
        why: 'no answer from ap-southeast-2',
        kind: 'unreachable',
      },
    ],
    command: '/ecs',
  }),
  'health/all-good': healthCard({
    scopeLabel: 'all accounts',
    counts: { good: 5, warning: 0, critical: 0, unknown: 0 },
    services: quiet,
    missing: [],
    command: '/ecs',
  }),
  'health/many': healthCard({
    scopeLabel: 'cluster prod-core',
    scope: { account: 'production', region: 'us-east-1', cluster: 'prod-core' },
    counts: { good: 240, warning: 30, critical: 20, unknown: 0 },
    services: Array.from({ length: 50 }, (_, n) =>
      line(
        `service-${String(n + 1).padStart(2, '0')}`,
        n < 20 ? 'critical' : 'warning',
        [n < 20 ? 'CPU 97 %' : 'CPU 83 %'],
        2,
        2,
      ),
    ),
    missing: [],
    command: '@Deckhand',
  }),
  'health/one-service': healthCard({
    scopeLabel: 'checkout-api',
    counts: { good: 1, warning: 0, critical: 0, unknown: 0 },
    services: [line('checkout-api', 'good', [], 4, 4)],
    missing: [],
    command: '/ecs',
  }),
  'health/nothing-watched': healthCard({
    scopeLabel: 'all accounts',
    counts: { good: 0, warning: 0, critical: 0, unknown: 0 },
    services: [],
    missing: [],
    command: '/ecs',
  }),
  'health/nothing-readable': healthCard({
    scopeLabel: 'account sandbox',
    counts: { good: 0, warning: 0, critical: 0, unknown: 0 },
    services: [],
    missing: [
      {
        account: 'sandbox',
        region: 'us-east-1',
        action: 'ecs:ListClusters',
        why: 'denied: the role lacks ecs:ListClusters',
        kind: 'denied',
      },
    ],
    command: '/ecs',
  }),
  'service/deploying': serviceCard({
    service: service(),
    health: 'critical',
    reasons: ['no healthy target', '1 of 4 tasks missing for 18 min, 3 failed tasks'],
    nowMs: NOW,
    taskDefinition: TASK,
    scaling: {
      min: 2,
      max: 10,
      policies: [{ name: 'cpu70', kind: 'target_tracking', metric: 'cpu', target: 70 }],
    },
  }),
  'service/unknown-parts': serviceCard({
    service: {
      ...service(),
      metrics: {},
      metricsAtMs: undefined,
      events: [],
      deployments: [],
      tags: {},
      targetGroups: [],
    },
    health: 'unknown',
    reasons: [],
    nowMs: NOW,
    scaling: null,
    missing: [
      {
        account: 'production',
        region: 'us-east-1',
        action: 'ecs:DescribeTaskDefinition',
        why: 'denied: the role lacks ecs:DescribeTaskDefinition',
        kind: 'denied',
      },
    ],
  }),
  'health/only-critical-none': healthCard({
    scopeLabel: 'all accounts',
    counts: { good: 5, warning: 1, critical: 0, unknown: 0 },
    services: [],
    missing: [],
    only: 'critical',
    command: '/ecs',
  }),
  'correction/flag': correctionCard({
    text: 'health has no flag --onyl.',
    suggestions: ['health --only critical'],
    command: '/ecs',
  }),
  'help/all': helpCard({
    command: '/ecs',
    entries: [
      {
        usage: 'health [service|cluster|account]',
        example: 'health --only critical',
        about: 'What is wrong, worst first.',
      },
      {
        usage: 'service NAME',
        example: 'service checkout-api',
        about: 'Tasks, deployments, image, targets and scaling.',
      },
      { usage: 'alerts [open|mine|all]', example: 'alerts open', about: 'Incidents and who has them.' },
    ],
    sentences: ['how is checkout doing?'],
  }),
  'help/one': helpCard({
    command: '@Deckhand',
    topic: 'service',
    entries: [
      {
        usage: 'service NAME',
        example: 'service checkout-api',
        about: 'Tasks, deployments, image, targets and scaling.',
      },
    ],
  }),
  'which/two-regions': whichServiceCard({
    name: 'api',
    candidates: [
      ref('checkout-api'),
      ref('checkout-api', 'prod-core', 'production', 'eu-west-1'),
      ref('search-api', 'prod-edge'),
    ],
    intentFor: (one) => ({ command: 'health', ...one }),
  }),
  'unknown-name/typo': unknownNameCard({
    kind: 'service',
    name: 'chekout-api',
    suggestions: [
      {
        name: 'checkout-api',
        where: 'prod-core · production · eu-west-1',
        intent: { command: 'service', service: 'checkout-api' },
      },
    ],
    command: '/ecs',
  }),
  'unknown-name/nothing-near': unknownNameCard({
    kind: 'cluster',
    name: 'zzz',
    suggestions: [],
    command: '/ecs',
  }),
  'refusal/denied': refusalCard(
    'You may not scale checkout-api. Ask an admin for a grant: `grants add @Ravi prod-core/* scale`.',
  ),
  'refusal/throttled': refusalCard('AWS asks me to slow down. Try again in a minute.'),
  'refusal/internal': refusalCard(sentenceFor(new TypeError('x is not a function')).message),
  'refusal/flag': refusalCard('health has no flag --onyl. Did you mean --only?'),
  'not-built/scale': notBuiltCard({
    name: 'scale',
    command: '/ecs',
    instead: [{ example: 'service checkout-api', about: 'How many tasks run and how many are wanted.' }],
  }),
  'progress/steps': progressCard({
    title: 'Reading 412 services',
    elapsedMs: 6000,
    steps: [
      { text: 'production us-east-1', state: 'done' },
      { text: 'payments-prod eu-west-1', state: 'doing' },
      { text: 'sandbox ap-southeast-2', state: 'failed' },
      { text: 'legacy us-west-2', state: 'waiting' },
    ],
  }),
};
