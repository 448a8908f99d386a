import { describe, expect, test } from 'vitest';
import { CATALOGUE_NAMES, type CatalogueEntry, catalogueEntry } from '../../src/incidents/catalogue.ts';
import { BUILT } from '../../src/intent/grammar.ts';

/** docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html and the pages of the other families. */
const INFO = [
  'SERVICE_STEADY_STATE',
  'TASKSET_STEADY_STATE',
  'CAPACITY_PROVIDER_STEADY_STATE',
  'SERVICE_DESIRED_COUNT_UPDATED',
  'TASKS_STOPPED',
  'SERVICE_DEPLOYMENT_IN_PROGRESS',
  'SERVICE_DEPLOYMENT_COMPLETED',
  'HOOK_IN_PROGRESS',
  'HOOK_SUCCEEDED',
  'HOOK_FAILED',
  'HOOK_TIMED_OUT',
  'DAEMON_DEPLOYMENT_PENDING',
  'DAEMON_DEPLOYMENT_IN_PROGRESS',
  'DAEMON_DEPLOYMENT_SUCCESSFUL',
  'DAEMON_DEPLOYMENT_STOPPED',
  'DAEMON_DEPLOYMENT_STOP_REQUESTED',
  'DAEMON_DEPLOYMENT_ROLLBACK_SUCCESSFUL',
  'TASK_STOPPED',
  'CLOUDWATCH_ALARM_OK',
  'CLOUDWATCH_ALARM_INSUFFICIENT_DATA',
  'API_UpdateService',
  'API_StopTask',
  'API_CreateService',
  'API_DeleteService',
  'DECKHAND_HEALTHY_AGAIN',
  'DECKHAND_SPOKE_BACK',
];

const SEVERITIES = {
  critical: ['SERVICE_DEPLOYMENT_FAILED', 'DAEMON_DEPLOYMENT_ROLLBACK_FAILED'],
  high: [
    'SERVICE_TASK_PLACEMENT_FAILURE',
    'SERVICE_TASK_CONFIGURATION_FAILURE',
    'SERVICE_TASK_START_IMPAIRED',
    'SERVICE_DAEMON_PLACEMENT_CONSTRAINT_VIOLATED',
    'DAEMON_TASK_START_IMPAIRED',
    'DAEMON_DEPLOYMENT_ROLLBACK_IN_PROGRESS',
    'SERVICE_HEALTH_UNKNOWN',
    'DECKHAND_TASKS_MISSING',
    'DECKHAND_CRASH_LOOP',
    'DECKHAND_DEPLOYMENT_STUCK',
    'DECKHAND_SPOKE_SILENT',
  ],
  medium: [
    'ECS_OPERATION_THROTTLED',
    'SERVICE_DISCOVERY_OPERATION_THROTTLED',
    'SERVICE_DISCOVERY_INSTANCE_UNHEALTHY',
    'VPC_LATTICE_TARGET_UNHEALTHY',
    'CLOUDWATCH_ALARM',
    'HOOK_AWAITING_ACTION',
    'CONTAINER_INSTANCE_HEALTH_IMPAIRED',
  ],
};
const FAILURES = Object.values(SEVERITIES).flat();

describe('the catalogue', () => {
  test.each([...INFO, ...FAILURES])('explains %s', (name) => {
    expect(CATALOGUE_NAMES).toContain(name);
  });

  test.each(Object.entries(SEVERITIES))('knows what is %s', (severity, names) => {
    const found = CATALOGUE_NAMES.filter((name) => {
      const entry = catalogueEntry(name, 'info');
      return entry.effect === 'failure' && entry.severity === severity;
    });
    expect(found.toSorted()).toEqual(names.toSorted());
  });

  test.each([
    'SERVICE_STEADY_STATE',
    'TASKSET_STEADY_STATE',
    'SERVICE_DEPLOYMENT_COMPLETED',
    'DAEMON_DEPLOYMENT_SUCCESSFUL',
    'DECKHAND_HEALTHY_AGAIN',
    'DECKHAND_SPOKE_BACK',
  ])('lets %s end an incident', (name) => {
    expect(catalogueEntry(name, 'info').effect).toBe('recovery');
  });

  test('has no two entries of one title', () => {
    const titles = CATALOGUE_NAMES.map((name) => catalogueEntry(name, 'info').title);
    expect(new Set(titles).size).toBe(titles.length);
  });
});

const OTHERS: readonly (readonly [string, 'info' | 'warn' | 'error'])[] = [
  ['SERVICE_NEW_TROUBLE', 'error'],
  ['SERVICE_NEW_TROUBLE', 'warn'],
  ['SERVICE_NEW_THING', 'info'],
  ['API_CreateTaskSet', 'info'],
  ['TASK_RUNNING', 'info'],
  ['HOOK_FAILED', 'error'],
  ['HOOK_TIMED_OUT', 'error'],
];

describe.each([...CATALOGUE_NAMES.map((name) => [name, 'info'] as const), ...OTHERS])(
  '%s (%s)',
  (name, level) => {
    const entry = catalogueEntry(name, level);

    test('is told in short sentences that end', () => {
      const sentences = [
        entry.meaning,
        entry.impact,
        ...entry.causes,
        ...entry.remedy.map((step) => step.text),
      ];
      for (const sentence of sentences) {
        expect(sentence).toMatch(/^[A-Z].*\.$/);
        expect(sentence.length).toBeLessThanOrEqual(160);
      }
      expect(entry.title).toMatch(/^[A-Z]/);
      expect(entry.title).not.toMatch(/\.$/);
      expect(entry.title.length).toBeLessThanOrEqual(50);
    });

    test('names causes, what to do and the page that documents it', () => {
      expect(between(entry.causes, 2, 4)).toBe(true);
      expect(between(entry.remedy, 2, 4)).toBe(true);
      expect(entry.source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/[\w./-]+\.html$/);
    });

    test('advises only what Deckhand understands', () => {
      const words = entry.remedy.flatMap(({ command }) => command?.split(' ')[0] ?? []);
      const unknown = words.filter((word) => !BUILT.some((spec) => spec.name === word));
      expect(unknown).toEqual([]);
    });
  },
);

function between(
  list: CatalogueEntry['causes'] | CatalogueEntry['remedy'],
  least: number,
  most: number,
): boolean {
  return list.length >= least && list.length <= most;
}

describe('what nobody has documented', () => {
  test('is told all the same', () => {
    expect(catalogueEntry('SERVICE_NEW_TROUBLE', 'error')).toMatchObject({
      effect: 'failure',
      severity: 'high',
      title: 'Service new trouble',
    });
    expect(catalogueEntry('SERVICE_NEW_TROUBLE', 'warn')).toMatchObject({
      effect: 'failure',
      severity: 'medium',
    });
    expect(catalogueEntry('SERVICE_NEW_THING', 'info').effect).toBe('context');
    expect(catalogueEntry('constructor', 'error').title).toBe('Constructor');
  });

  test('is quiet when tasks and instances come and go', () => {
    expect(catalogueEntry('TASK_RUNNING', 'info').effect).toBe('quiet');
    expect(catalogueEntry('CONTAINER_INSTANCE_REGISTERING', 'info').effect).toBe('quiet');
  });

  test('is context when it is a call', () => {
    expect(catalogueEntry('API_CreateTaskSet', 'info')).toMatchObject({
      effect: 'context',
      title: 'CreateTaskSet was called',
    });
    expect(catalogueEntry('API_CreateTaskSet', 'warn').effect).toBe('context');
  });
});

test('a hook whose function failed is a failure, one that a person answered is none', () => {
  expect(catalogueEntry('HOOK_FAILED', 'error')).toMatchObject({ effect: 'failure', severity: 'medium' });
  expect(catalogueEntry('HOOK_FAILED', 'info').effect).toBe('context');
});
