import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, names, ofType, type Play, play, SECOND } from './play.ts';

const SHOP = `
shop:
  desired: 2
  deployments: [ { revision: 7, at: -9d }, { revision: 8, at: -3m, state: IN_PROGRESS } ]
`;
const waits = (more = '') =>
  play(SHOP, `[ { at: +10s, service: core/shop, eventName: HOOK_AWAITING_ACTION }${more} ]`);

const newest = (played: Play) => played.service('shop').deployments.at(-1);

function answer(played: Play, action: 'CONTINUE' | 'ROLLBACK'): void {
  const deployment = newest(played);
  if (!deployment) throw new Error('no deployment');
  played.world.continueDeployment(played.service('shop'), deployment, action);
}

describe('a deployment at a pause hook', () => {
  test('waits: it neither replaces tasks nor completes', () => {
    const played = waits();
    played.pass(HOUR);
    expect(newest(played)).toMatchObject({ state: 'IN_PROGRESS', hook: { status: 'AWAITING_ACTION' } });
    expect(names(played.events)).toEqual(['HOOK_AWAITING_ACTION']);
  });

  test('goes on when told to, replaces the old tasks, completes and is steady', () => {
    const played = waits();
    played.pass(MINUTE);
    answer(played, 'CONTINUE');
    played.pass(5 * MINUTE);
    expect(newest(played)).toMatchObject({ revision: 8, state: 'COMPLETED' });
    const running = played.service('shop').tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING');
    expect(running.map(({ revision }) => revision)).toEqual([8, 8]);
    const told = names(played.events.filter((event) => !event['detail-type'].includes('Task')));
    expect(told).toEqual([
      'HOOK_AWAITING_ACTION',
      'HOOK_SUCCEEDED',
      'SERVICE_DEPLOYMENT_COMPLETED',
      'SERVICE_STEADY_STATE',
    ]);
  });

  test('goes back when told to, as a deployment of the revision before', () => {
    const played = waits();
    played.pass(MINUTE);
    answer(played, 'ROLLBACK');
    played.pass(5 * MINUTE);
    expect(played.service('shop').deployments.map(({ revision, state }) => [revision, state])).toEqual([
      [7, 'COMPLETED'],
      [8, 'FAILED'],
      [7, 'COMPLETED'],
    ]);
    const told = names(played.events.filter((event) => !event['detail-type'].includes('Task')));
    expect(told).toEqual([
      'HOOK_AWAITING_ACTION',
      'HOOK_FAILED',
      'SERVICE_DEPLOYMENT_IN_PROGRESS',
      'SERVICE_DEPLOYMENT_COMPLETED',
      'SERVICE_STEADY_STATE',
    ]);
  });

  test('goes back by itself when the time is up', () => {
    const event = {
      'detail-type': 'ECS Hook State Change',
      detail: {
        eventName: 'HOOK_AWAITING_ACTION',
        hookId: 'ecs-pause-1',
        expiresAt: '2026-11-20T09:10:00Z',
      },
    };
    const played = play(SHOP, `[ { at: +10s, service: core/shop, event: ${JSON.stringify(event)} } ]`);
    played.pass(9 * MINUTE);
    expect(newest(played)?.hook).toMatchObject({ id: 'ecs-pause-1', status: 'AWAITING_ACTION' });
    played.pass(2 * MINUTE);
    expect(names(ofType(played.events, 'ECS Hook State Change'))).toEqual([
      'HOOK_AWAITING_ACTION',
      'HOOK_TIMED_OUT',
    ]);
    expect(newest(played)).toMatchObject({ revision: 7 });
  });

  test('is answered once: what comes later changes nothing', () => {
    const played = waits();
    played.pass(MINUTE);
    answer(played, 'CONTINUE');
    answer(played, 'ROLLBACK');
    played.pass(5 * MINUTE);
    expect(names(ofType(played.events, 'ECS Hook State Change'))).toEqual([
      'HOOK_AWAITING_ACTION',
      'HOOK_SUCCEEDED',
    ]);
    expect(newest(played)).toMatchObject({ revision: 8, state: 'COMPLETED' });
  });

  test('can be answered by the timeline', () => {
    const played = waits(', { at: +40s, service: core/shop, eventName: HOOK_SUCCEEDED }');
    played.pass(5 * MINUTE);
    expect(newest(played)).toMatchObject({ revision: 8, state: 'COMPLETED' });
  });

  test('is taken over by a newer deployment', () => {
    const played = waits();
    played.pass(MINUTE);
    played.world.updateService(played.service('shop'), { forceNewDeployment: true });
    played.pass(5 * MINUTE);
    expect(newest(played)?.state).toBe('COMPLETED');
  });

  test('has been begun when none was under way', () => {
    const played = play(
      'shop: { desired: 1 }',
      '[ { at: +10s, service: core/shop, eventName: HOOK_AWAITING_ACTION } ]',
    );
    played.pass(10 * SECOND);
    expect(names(played.events)).toEqual(['SERVICE_DEPLOYMENT_IN_PROGRESS', 'HOOK_AWAITING_ACTION']);
    expect(played.service('shop').deployments).toHaveLength(2);
  });

  test('keeps the number of its tasks meanwhile', () => {
    const played = waits();
    played.pass(MINUTE);
    const [victim] = played.service('shop').tasks;
    if (victim) played.world.stopTask(played.service('shop'), victim, 'too slow');
    played.pass(5 * MINUTE);
    expect(played.service('shop').running).toBe(2);
    expect(newest(played)).toMatchObject({ state: 'IN_PROGRESS', hook: { status: 'AWAITING_ACTION' } });
  });
});

test('hook events have the fields that AWS documents, and name one deployment', () => {
  const played = waits();
  played.pass(MINUTE);
  answer(played, 'CONTINUE');
  const [asked, told] = ofType(played.events, 'ECS Hook State Change');
  const arn = /^arn:aws:ecs:us-east-1:111122223333:service-deployment\/core\/shop\/\w+$/;
  expect(asked?.resources[0]).toMatch(arn);
  expect(asked?.detail).toEqual({
    eventType: 'INFO',
    eventName: 'HOOK_AWAITING_ACTION',
    hookId: expect.stringMatching(/^ecs-pause-\w{43}$/),
    hookType: 'PAUSE',
    expiresAt: '2026-11-21T09:00:10Z',
    lifecycleStage: 'POST_SCALE_UP',
    clusterArn: 'arn:aws:ecs:us-east-1:111122223333:cluster/core',
    serviceArn: 'arn:aws:ecs:us-east-1:111122223333:service/core/shop',
    serviceDeploymentArn: asked?.resources[0],
    updatedAt: '2026-11-20T09:00:10.000Z',
  });
  expect(told?.detail).toMatchObject({
    eventName: 'HOOK_SUCCEEDED',
    hookId: asked?.detail['hookId'],
    serviceDeploymentArn: asked?.resources[0],
  });
});
