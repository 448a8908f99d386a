import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, ofType, type Play, play, SECOND, START_MS, type Told } from './play.ts';

const CRASHING = `
shop:
  desired: 3
  running: 2
  deployments: [ { revision: 7, at: -9d }, { revision: 8, at: -10m, state: IN_PROGRESS, failedTasks: 2 } ]
  stoppedTasks:
    - { at: -4m, stopCode: EssentialContainerExited, containers: [ { exitCode: 137, reason: "OutOfMemoryError: killed" } ] }
    - { at: -2m, stopCode: EssentialContainerExited, containers: [ { exitCode: 137, reason: "OutOfMemoryError: killed" } ] }
  logs:
    - { at: -1h, every: 20s, line: "INFO order {n}" }
    - { at: -125s, lines: [ "Traceback (most recent call last):", "MemoryError" ] }
`;

const idOf = ({ resources }: Told) => resources[0]?.split('/').at(-1) ?? '';

function tasks(played: Play): Map<string, Told[]> {
  const byTask = new Map<string, Told[]>();
  for (const event of ofType(played.events, 'ECS Task State Change')) {
    byTask.set(idOf(event), [...(byTask.get(idOf(event)) ?? []), event]);
  }
  return byTask;
}

function deadTasks(played: Play): Told[][] {
  return [...tasks(played).values()].filter((all) =>
    all.some(({ detail }) => detail.lastStatus === 'STOPPED'),
  );
}

function stream(played: Play, taskId: string) {
  return played.world
    .logs('111122223333', 'us-east-1', '/ecs/shop', START_MS - HOUR, START_MS + 10 * HOUR)
    .filter((line) => line.stream === `ecs/shop/${taskId}`);
}

describe('a task that dies while the program runs', () => {
  test('is told step by step with rising versions, STOPPED twice on Fargate', () => {
    const played = play(CRASHING);
    played.pass(10 * MINUTE);
    const [steps = []] = deadTasks(played);
    expect(steps.map(({ detail }) => detail.lastStatus)).toEqual([
      'PROVISIONING',
      'PENDING',
      'RUNNING',
      'DEPROVISIONING',
      'STOPPED',
      'STOPPED',
    ]);
    const versions = steps.map(({ detail }) => Number(detail['version']));
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
    expect(new Set(versions).size).toBe(versions.length);
    const [first, again] = steps.slice(-2);
    expect(again?.detail['stoppedAt']).toBe(first?.detail['stoppedAt']);
  });

  test('says why, in full', () => {
    const played = play(CRASHING);
    played.pass(10 * MINUTE);
    const end = deadTasks(played)[0]?.at(-1);
    expect(end?.detail).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ name: 'shop', exitCode: 137, reason: 'OutOfMemoryError: killed' }],
      group: 'service:shop',
      taskDefinitionArn: 'arn:aws:ecs:us-east-1:111122223333:task-definition/shop:8',
      desiredStatus: 'STOPPED',
    });
    const texts = Object.entries(end?.detail ?? {}).filter(([, value]) => typeof value === 'string');
    expect(texts.map(([name]) => name)).toEqual(
      expect.arrayContaining([
        'availabilityZone',
        'executionStoppedAt',
        'stoppingAt',
        'startedAt',
        'createdAt',
      ]),
    );
  });

  test('leaves the last lines of the death that it is like in its own stream, before its end', () => {
    const played = play(CRASHING);
    played.pass(10 * MINUTE);
    const dead = deadTasks(played);
    expect(dead.length).toBeGreaterThan(2);
    for (const steps of dead) {
      const endMs = Date.parse(String(steps.at(-1)?.detail['stoppedAt']));
      const lines = stream(played, idOf(steps[0] as Told));
      const words = lines.map(({ message }) => message);
      expect(words.at(-1)).toMatch(/^(MemoryError|INFO order \d+)$/);
      expect(lines.every(({ atMs }) => atMs <= endMs)).toBe(true);
    }
    const all = dead.flatMap((steps) => stream(played, idOf(steps[0] as Told)).map(({ message }) => message));
    expect(all).toContain('MemoryError');
  });

  test('changes nothing about lines that were read before', () => {
    const played = play(CRASHING);
    played.pass(MINUTE);
    const read = () =>
      played.world.logs('111122223333', 'us-east-1', '/ecs/shop', START_MS - HOUR, START_MS + 30 * SECOND);
    const before = read();
    played.pass(10 * MINUTE);
    expect(read()).toEqual(before);
  });
});

describe('a task that died before the program started', () => {
  test('has what the log tells just before its end in its own stream', () => {
    const played = play(CRASHING);
    const ids = played.service('shop').tasks.filter(({ stoppedAtMs }) => stoppedAtMs !== undefined);
    expect(ids).toHaveLength(2);
    for (const { id } of ids) expect(stream(played, id).length).toBeGreaterThan(0);
    const last = ids.toSorted((a, b) => (a.stoppedAtMs ?? 0) - (b.stoppedAtMs ?? 0)).at(-1);
    const told = stream(played, last?.id ?? '').map(({ message }) => message);
    expect(told).toContain('Traceback (most recent call last):');
    expect(told).toContain('MemoryError');
    for (const line of stream(played, last?.id ?? '')) {
      expect(line.atMs).toBeGreaterThanOrEqual(last?.createdAtMs ?? Number.NaN);
    }
  });
});

describe('a raw event about a task', () => {
  test('that is STOPPED comes true, for the reasons that it gives', () => {
    const event = {
      'detail-type': 'ECS Task State Change',
      detail: {
        lastStatus: 'STOPPED',
        stopCode: 'SpotInterruption',
        containers: [{ name: 'shop', exitCode: 143 }],
      },
    };
    const played = play(
      'shop: { desired: 2, targetGroup: { name: shop } }',
      `[ { at: +5s, service: core/shop, event: ${JSON.stringify(event)} } ]`,
    );
    played.pass(5 * SECOND);
    expect(played.events).toHaveLength(1);
    expect(played.events[0]?.detail).toMatchObject({
      lastStatus: 'STOPPED',
      desiredStatus: 'STOPPED',
      stopCode: 'SpotInterruption',
      stoppedReason: 'Your Spot Task was interrupted.',
    });
    expect(played.service('shop').running).toBe(1);
    played.pass(5 * MINUTE);
    expect(played.service('shop').running).toBe(2);
  });
});
