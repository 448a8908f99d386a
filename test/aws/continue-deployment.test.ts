import { ContinueServiceDeploymentCommand, ECSClient } from '@aws-sdk/client-ecs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, it } from 'vitest';
import { makeSessions } from '../../src/aws/sessions.ts';
import { makeAwsWriter, sessionPolicy } from '../../src/aws/write.ts';
import { NotFound } from '../../src/domain/errors.ts';
import { systemClock } from '../../src/domain/time.ts';
import { overLoopback, REGION } from './over-loopback.ts';

const MINUTE = 60_000;

async function waiting(deny: readonly string[] = []) {
  const loopback = await overLoopback(
    {
      web: {
        desired: 2,
        deployments: [
          { revision: 7, at: '-9d' },
          { revision: 8, at: '-3m', state: 'IN_PROGRESS' },
        ],
      },
      api: {},
    },
    { deny, timeline: [{ at: '+10s', service: 'core/web', eventName: 'HOOK_AWAITING_ACTION' }] },
  );
  const { account, world, pass } = loopback;
  const told: unknown[] = [];
  world.onEvent((event) => {
    const { detail } = event as { readonly detail: { readonly eventName?: string } };
    if (detail.eventName?.startsWith('HOOK_')) told.push(detail.eventName);
  });
  pass(MINUTE);
  const [paused] = await loopback.connections.deployments(account, REGION).underWay('core', 'web');
  const writer = makeAwsWriter({
    sessions: makeSessions({ env: () => undefined, clock: systemClock }),
    onUnnamed: () => undefined,
  });
  const arn = paused?.arn ?? '';
  const hook = paused?.hooks[0]?.id ?? '';
  return {
    ...loopback,
    arn,
    hook,
    told,
    answer: (action: 'CONTINUE' | 'ROLLBACK', to: { arn?: string; hook?: string } = {}) =>
      writer.continueDeployment(
        {
          account,
          region: REGION,
          cluster: 'core',
          arn: to.arn ?? arn,
          by: { platform: 'slack', id: 'U012AB3CD' },
          write: 'w7',
        },
        { hook: to.hook ?? hook, action },
      ),
    newest: () => world.region(account.id ?? '', REGION)?.clusters[0]?.services[0]?.deployments.at(-1),
  };
}

it('a paused deployment that is continued goes on and completes', async () => {
  const { answer, pass, newest, told } = await waiting();
  await answer('CONTINUE');
  pass(5 * MINUTE);
  expect(newest()).toMatchObject({ revision: 8, state: 'COMPLETED' });
  expect(told).toEqual(['HOOK_AWAITING_ACTION', 'HOOK_SUCCEEDED']);
});

it('a paused deployment that is rolled back goes back, and says so when asked', async () => {
  const { answer, pass, newest, told, connections, account, arn } = await waiting();
  await answer('ROLLBACK');
  const status = async () => (await connections.deployments(account, REGION).describe([arn]))[0]?.status;
  expect(await status()).toBe('ROLLBACK_IN_PROGRESS');
  pass(5 * MINUTE);
  expect(newest()).toMatchObject({ revision: 7, state: 'COMPLETED' });
  expect(told).toEqual(['HOOK_AWAITING_ACTION', 'HOOK_FAILED']);
  expect(await status()).toBe('ROLLBACK_SUCCESSFUL');
});

it('a second answer, another hook and another deployment find nothing that waits', async () => {
  const { answer, arn, told } = await waiting();
  await expect(answer('CONTINUE', { hook: 'ecs-pause-other' })).rejects.toThrow(NotFound);
  await expect(answer('CONTINUE', { arn: `${arn}0` })).rejects.toThrow(NotFound);
  await answer('CONTINUE');
  await expect(answer('ROLLBACK')).rejects.toThrow(/given already, or the time was up/);
  expect(told).toEqual(['HOOK_AWAITING_ACTION', 'HOOK_SUCCEEDED']);
});

it('the session of an answer is of this action on this deployment, in the name of the person', async () => {
  const { answer, aws, arn } = await waiting();
  await answer('CONTINUE');
  expect(aws.trail.at(-1)).toMatchObject({
    action: 'ecs:ContinueServiceDeployment',
    resources: [arn],
    sourceIdentity: 'slack-U012AB3CD',
    outcome: 'ok',
  });
});

it('a session for another deployment is refused', async () => {
  const { account, aws, arn, hook } = await waiting();
  const answer = await new STSClient({ region: REGION }).send(
    new AssumeRoleCommand({
      RoleArn: account.auth.kind === 'role' ? account.auth.roleArn : '',
      RoleSessionName: 'deckhand-w7',
      ExternalId: aws.externalId,
      Policy: sessionPolicy('ecs:ContinueServiceDeployment', `${arn}0`),
    }),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = answer.Credentials ?? {};
  const ecs = new ECSClient({
    region: REGION,
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
  });
  const call = ecs.send(
    new ContinueServiceDeploymentCommand({ serviceDeploymentArn: arn, hookId: hook, action: 'CONTINUE' }),
  );
  await expect(call).rejects.toThrow(/no session policy allows the ecs:ContinueServiceDeployment action/);
});

it('an account that does not allow it names what lacks', async () => {
  const { answer } = await waiting(['ecs:ContinueServiceDeployment']);
  await expect(answer('CONTINUE')).rejects.toThrow(/lack ecs:ContinueServiceDeployment/);
});
