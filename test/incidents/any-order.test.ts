import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Incident } from '../../src/domain/incident.ts';
import { ACCOUNT, type RawEvent, raw, understood } from './events.ts';
import { type IncidentWorld, openWorld, settled } from './world.ts';

const START_MS = Date.parse('2026-11-20T06:00:00Z');
const SERVICES = ['api', 'web', 'jobs', 'cart'];

/** What may happen to a service at a minute. */
interface Step {
  readonly service: string;
  readonly minute: number;
  readonly what: keyof typeof KINDS;
}

/** Failures with and without a reason that others can share, good news, context, tasks that fail, alarms. */
const KINDS = {
  impaired: (step: Step) => serviceAction(step, 'WARN', 'SERVICE_TASK_START_IMPAIRED'),
  failed: (step: Step) => serviceAction(step, 'ERROR', 'SERVICE_DEPLOYMENT_FAILED'),
  noRoom: (step: Step) => serviceAction(step, 'ERROR', 'SERVICE_TASK_PLACEMENT_FAILURE', 'RESOURCE:MEMORY'),
  strange: (step: Step) => serviceAction(step, 'ERROR', 'SERVICE_NOT_KNOWN_YET'),
  steady: (step: Step) => serviceAction(step, 'INFO', 'SERVICE_STEADY_STATE'),
  completed: (step: Step) => serviceAction(step, 'INFO', 'SERVICE_DEPLOYMENT_COMPLETED'),
  progress: (step: Step) => serviceAction(step, 'INFO', 'SERVICE_DEPLOYMENT_IN_PROGRESS'),
  spot: (step: Step) =>
    stopped(step, { stopCode: 'SpotInterruption', stoppedReason: 'Spot capacity taken back' }),
  crash: (step: Step) => stopped(step, { containers: [{ name: 'app', exitCode: 1 }] }),
  alarm: (step: Step) => alarm(step, 'ALARM'),
  alarmOver: (step: Step) => alarm(step, 'OK'),
} satisfies Record<string, (step: Step) => RawEvent>;

const timeOf = ({ minute }: Step) => new Date(START_MS + minute * 60_000).toISOString();

function serviceAction(step: Step, eventType: string, eventName: string, reason?: string): RawEvent {
  const time = timeOf(step);
  return raw({
    time,
    resources: [`arn:aws:ecs:eu-west-1:${ACCOUNT}:service/core/${step.service}`],
    detail: { eventType, eventName, createdAt: time, ...(reason === undefined ? {} : { reason }) },
  });
}

function stopped(step: Step, detail: object): RawEvent {
  const taskArn = `arn:aws:ecs:eu-west-1:${ACCOUNT}:task/core/${step.service}-${step.what}-${step.minute}`;
  return raw({
    'detail-type': 'ECS Task State Change',
    time: timeOf(step),
    resources: [taskArn],
    detail: {
      clusterArn: `arn:aws:ecs:eu-west-1:${ACCOUNT}:cluster/core`,
      taskArn,
      group: `service:${step.service}`,
      lastStatus: 'STOPPED',
      desiredStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [],
      version: 5,
      ...detail,
    },
  });
}

function alarm(step: Step, value: string): RawEvent {
  const dimensions = { ClusterName: 'core', ServiceName: step.service };
  return raw({
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    time: timeOf(step),
    resources: [`arn:aws:cloudwatch:eu-west-1:${ACCOUNT}:alarm:cpu-${step.service}`],
    detail: {
      alarmName: `cpu-${step.service}`,
      state: { value, reason: 'Threshold crossed', timestamp: timeOf(step) },
      configuration: { metrics: [{ metricStat: { metric: { namespace: 'AWS/ECS', dimensions } } }] },
    },
  });
}

const ALL = Object.keys(KINDS) as (keyof typeof KINDS)[];
/** What several services share, and what ends it. */
const SHARED = ['noRoom', 'spot', 'steady', 'completed'] as const;

const historyOf = (kinds: readonly (keyof typeof KINDS)[], lastMinute: number) =>
  fc.uniqueArray(
    fc.record({
      service: fc.constantFrom(...SERVICES),
      minute: fc.integer({ min: 0, max: lastMinute }),
      what: fc.constantFrom(...kinds),
    }),
    { minLength: 1, maxLength: 40, selector: ({ service, minute, what }) => `${service} ${minute} ${what}` },
  );

const history = fc.oneof(historyOf(ALL, 240), historyOf(ALL, 40), historyOf(SHARED, 60));

/** All incidents there are, whatever their numbers; without those that became part of another of their own service. */
async function allOf({ incidents, store }: IncidentWorld): Promise<readonly unknown[]> {
  const found: Incident[] = [];
  for (let number = 1; (await store.slotOf(number)) !== undefined; number += 1) {
    const incident = await incidents.byNumber(number);
    if (incident !== undefined) found.push(incident);
  }
  const slot = (id: string) => id.slice(0, id.lastIndexOf('#'));
  return found
    .filter(({ id, merged }) => merged === undefined || slot(merged.into) !== slot(id))
    .map(settled)
    .map((one) => JSON.stringify(one))
    .toSorted();
}

async function play(batches: readonly (readonly RawEvent[])[]): Promise<readonly unknown[]> {
  const world = openWorld({ want: async () => undefined });
  const replicas = [world.incidents, world.replica()];
  for (const [at, batch] of batches.entries()) {
    const replica = replicas[at % replicas.length] ?? world.incidents;
    await replica.absorb(batch.map((event) => understood(event)));
  }
  for (const replica of replicas) await replica.idle();
  for (const replica of replicas) await replica.sweep();
  for (const replica of replicas) await replica.idle();
  return allOf(world);
}

/** A group that was one for a moment only: the replica that told so first was late with it. */
const MOMENTARY: Step[] = [
  { service: 'jobs', minute: 1, what: 'noRoom' },
  { service: 'web', minute: 1, what: 'noRoom' },
  { service: 'api', minute: 0, what: 'impaired' },
  { service: 'web', minute: 0, what: 'noRoom' },
  { service: 'web', minute: 0, what: 'impaired' },
  { service: 'api', minute: 6, what: 'noRoom' },
];

describe('any history of events', () => {
  test('gives the same incidents shuffled, repeated and in any batches, over two replicas', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.infiniteStream(fc.nat()), async (steps, random) => {
        const dice = random[Symbol.iterator]();
        const roll = (sides: number) => (dice.next().value as number) % sides;
        const events = steps.toSorted((a, b) => a.minute - b.minute).map((step) => KINDS[step.what](step));
        const inOrder = await play(events.map((event) => [event]));
        const repeated = [...events, ...events.filter(() => roll(3) === 0)];
        const shuffled = repeated
          .map((event) => ({ event, place: roll(1_000_000) }))
          .toSorted((a, b) => a.place - b.place)
          .map(({ event }) => event);
        const batches: RawEvent[][] = [];
        while (shuffled.length > 0) batches.push(shuffled.splice(0, 1 + roll(10)));
        expect(await play(batches)).toEqual(inOrder);
      }),
      { numRuns: 300 },
    );
  }, 120_000);

  test('that is played as one batch gives what single events give', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const events = steps.map((step) => KINDS[step.what](step));
        expect(await play([events])).toEqual(await play(events.map((event) => [event])));
      }),
      { numRuns: 100, examples: [[MOMENTARY]] },
    );
  }, 120_000);
});
