import { expect, test } from 'vitest';
import { parseScenario } from '../../src/local/scenario/load.ts';
import { makeWorld } from '../../src/local/world/world.ts';
import { TestClock } from './chat-world.ts';

const SCENARIO = parseScenario(
  `
accounts:
  - id: "111122223333"
    regions: { us-east-1: { clusters: { prod: { services: { api: { desired: 1 } } } } } }
timeline:
  - { at: +10s, service: prod/api, eventName: SERVICE_TASK_START_IMPAIRED }
  - { at: +20s, throttle: "cloudwatch:GetMetricData", for: 30s }
`,
  'timeline.yaml',
);

function play(holdTimeline: boolean) {
  const clock = new TestClock();
  const world = makeWorld(SCENARIO, { clock, holdTimeline });
  const seen: unknown[] = [];
  world.onEvent((event) => {
    const detail = event['detail'];
    if (typeof detail === 'object' && detail !== null && 'eventName' in detail) seen.push(detail.eventName);
  });
  const throttled = () => world.throttledUntil('111122223333', 'us-east-1', 'cloudwatch:GetMetricData');
  const forward = (ms: number) => {
    clock.forward(ms);
    world.advance();
  };
  return { clock, world, seen, throttled, forward };
}

test('a held timeline counts from the moment it is started', () => {
  const { clock, world, seen, throttled, forward } = play(true);
  forward(25_000);
  expect(seen).toEqual([]);
  expect(throttled()).toBeUndefined();
  world.startTimeline?.(clock.now());
  world.startTimeline?.(clock.now() - 20_000);
  forward(9_999);
  expect(seen).toEqual([]);
  forward(1);
  expect(seen).toEqual(['SERVICE_TASK_START_IMPAIRED']);
  forward(10_000);
  expect(throttled()).toBe(clock.now() + 30_000);
  forward(30_000);
  expect(throttled()).toBeUndefined();
});

test('any other counts from the start of the world', () => {
  const { seen, throttled, forward } = play(false);
  forward(20_000);
  expect(seen).toEqual(['SERVICE_TASK_START_IMPAIRED']);
  expect(throttled()).toBeDefined();
});
