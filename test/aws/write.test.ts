import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeSessions } from '../../src/aws/sessions.ts';
import { makeAwsWriter, sessionPolicy, sourceIdentity, type WriteTarget } from '../../src/aws/write.ts';
import { systemClock } from '../../src/domain/time.ts';
import { desiredOf, openWriteWorld, type WriteWorld } from '../actions/write-world.ts';

let world: WriteWorld;
let unnamed: string[];
beforeEach(async () => {
  world = await openWriteWorld();
  unnamed = [];
});
afterEach(async () => {
  await world.close();
});

const arnOf = (service: string) => `arn:aws:ecs:us-east-1:111122223333:service/shop/${service}`;
const target = (change: Partial<WriteTarget> = {}): WriteTarget => ({
  account: world.account,
  region: 'us-east-1',
  cluster: 'shop',
  arn: arnOf('web'),
  by: { platform: 'slack', id: 'U012AB3CD' },
  write: 'w1',
  ...change,
});
const writer = () =>
  makeAwsWriter({
    sessions: makeSessions({ env: () => undefined, clock: systemClock }),
    onUnnamed: (account) => unnamed.push(account),
  });

describe('a write to AWS', () => {
  it('goes out once, in a session of one action on one ARN in the name of the person', async () => {
    const { deployment } = await writer().updateService(target(), { desired: 5 });
    expect(desiredOf(world, 'web')).toBe(5);
    expect(deployment).not.toBe('');
    expect(unnamed).toEqual([]);
    const rows = world.aws.meter.report().rows;
    expect(rows.filter(({ operation }) => operation === 'AssumeRole')).toMatchObject([
      { calls: 1, outcome: 'ok' },
    ]);
  });

  it('is refused by AWS for any other service or action in such a session', async () => {
    const { account } = world;
    const roleArn = account.auth.kind === 'role' ? account.auth.roleArn : '';
    const answer = await new STSClient({ region: 'us-east-1' }).send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: 'deckhand-w1',
        ExternalId: world.aws.externalId,
        Policy: sessionPolicy('ecs:UpdateService', arnOf('web')),
        SourceIdentity: sourceIdentity({ platform: 'slack', id: 'U012AB3CD' }),
      }),
    );
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = answer.Credentials ?? {};
    const ecs = new ECSClient({
      region: 'us-east-1',
      credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
    });
    const update = (service: string) =>
      ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: arnOf(service), desiredCount: 3 }));
    await expect(update('ledger')).rejects.toThrow(/not authorized.*no session policy allows/);
    expect(world.changes).toEqual([]);
    await update('web');
    expect(world.changes).toHaveLength(1);
    expect(answer.SourceIdentity).toBe('slack-U012AB3CD');
  });

  it('that the account does not allow is Denied, and names what lacks', async () => {
    Object.assign(world.world.accounts[0] ?? {}, { deny: ['ecs:UpdateService'] });
    await expect(writer().updateService(target(), { desired: 5 })).rejects.toThrow(/lack ecs:UpdateService/);
    expect(world.changes).toEqual([]);
  });
});

describe('sourceIdentity', () => {
  it('holds only what STS takes, 64 characters at most', () => {
    expect(sourceIdentity({ platform: 'teams', id: '4c7f01a2-1d5e-4ef1-bb2e-0d86de526cf1' })).toBe(
      'teams-4c7f01a2-1d5e-4ef1-bb2e-0d86de526cf1',
    );
    expect(sourceIdentity({ platform: 'teams', id: `29:${'x y/'.repeat(40)}` })).toMatch(
      /^[\w+=,.@-]{2,64}$/,
    );
  });
});
