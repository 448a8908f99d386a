import { describe, expect, test } from 'vitest';
import { MINUTE, playFile, SECOND, START_MS } from './play.ts';

const fleet = (timeline = '[]', deny = '[]') => `
accounts:
  - id: "111122223333"
    deny: ${deny}
    regions:
      us-east-1: { clusters: { core: { services: { shop: {} } } } }
      eu-west-1: { down: true }
  - id: "444455556666"
    regions: { us-east-1: { clusters: { core: { services: { till: {} } } } } }
timeline: ${timeline}
`;

function signs(yaml: string, ms: number) {
  const played = playFile(yaml, 'test', MINUTE);
  played.pass(ms);
  return played.events.filter(({ source }) => source === 'deckhand.canary');
}

const places = (events: ReturnType<typeof signs>) => [
  ...new Set(events.map(({ account, region }) => `${account}/${region}`)),
];

describe('signs of life', () => {
  test('come from every account and region that is up, in the shape of a scheduled event', () => {
    const [first, ...more] = signs(fleet(), 3 * MINUTE + 30 * SECOND);
    expect(first).toEqual({
      version: '0',
      id: expect.any(String),
      'detail-type': 'Deckhand Canary',
      source: 'deckhand.canary',
      account: '111122223333',
      time: '2026-11-20T09:00:01Z',
      region: 'us-east-1',
      resources: ['arn:aws:events:us-east-1:111122223333:rule/deckhand-canary'],
      detail: {},
    });
    expect(places([first, ...more].filter((each) => each !== undefined))).toEqual([
      '111122223333/us-east-1',
      '444455556666/us-east-1',
    ]);
    expect(more).toHaveLength(7);
    expect(new Set(more.map(({ id }) => id)).size).toBe(7);
  });

  test('stop for a while where the timeline throttles the events of an account and region', () => {
    const timeline =
      '[ { at: +90s, service: 444455556666/core/till, throttle: "events:PutEvents", for: 5m } ]';
    const seconds = signs(fleet(timeline), 10 * MINUTE)
      .filter(({ account }) => account === '444455556666')
      .map(({ time }) => (Date.parse(time) - START_MS) / SECOND);
    expect(seconds).toEqual([1, 61, 421, 481, 541]);
  });

  test('never come from an account that may not pass events on, as nothing does', () => {
    const timeline = '[ { at: +30s, service: 111122223333/core/shop, eventName: SERVICE_STEADY_STATE } ]';
    const yaml = fleet(timeline, '[ "events:PutEvents" ]');
    expect(places(signs(yaml, 5 * MINUTE))).toEqual(['444455556666/us-east-1']);
    const played = playFile(yaml);
    played.pass(MINUTE);
    expect(played.events).toEqual([]);
    expect(played.world.isSilent('111122223333', 'us-east-1')).toBe(true);
    expect(played.world.isSilent('444455556666', 'us-east-1')).toBe(false);
  });

  test('are not sent by a world that was not asked for them', () => {
    const played = playFile(fleet());
    played.pass(10 * MINUTE);
    expect(played.events).toEqual([]);
  });
});

test('an event of another service is sent as it is given, from where the service is', () => {
  const event = {
    source: 'aws.cloudwatch',
    'detail-type': 'CloudWatch Alarm State Change',
    resources: ['arn:aws:cloudwatch:us-east-1:444455556666:alarm:slow'],
    detail: { alarmName: 'slow', state: { value: 'ALARM' } },
  };
  const at = '+1s, service: 444455556666/core/till';
  const played = playFile(fleet(`[ { at: ${at}, event: ${JSON.stringify(event)} } ]`));
  played.pass(SECOND);
  expect(played.events).toEqual([
    {
      version: '0',
      id: expect.any(String),
      ...event,
      account: '444455556666',
      region: 'us-east-1',
      time: '2026-11-20T09:00:01Z',
    },
  ]);
});

test('throttling beside a service is of its account and region alone', () => {
  const played = playFile(
    fleet('[ { at: +1s, service: 444455556666/core/till, throttle: "ecs:ListTasks", for: 1m } ]'),
  );
  played.pass(2 * SECOND);
  expect(played.world.throttledUntil('444455556666', 'us-east-1', 'ecs:ListTasks')).toBeDefined();
  expect(played.world.throttledUntil('111122223333', 'us-east-1', 'ecs:ListTasks')).toBeUndefined();
});
