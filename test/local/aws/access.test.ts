import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import {
  AccessDeniedException,
  DescribeServicesCommand,
  ECSClient,
  ListClustersCommand,
  ListServicesCommand,
  ListTasksCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  MalformedPolicyDocumentException,
  STSClient,
} from '@aws-sdk/client-sts';
import { describe, expect, test } from 'vitest';
import { ACCOUNT, handWorld, OTHER_ACCOUNT } from './hand-world.ts';
import { assume, refusal, startLoopback } from './loopback.ts';

const SERVICE = { cluster: 'prod', service: 'service-00' };

describe('identity', () => {
  test('the hub’s key is the hub’s account, an assumed role the account it is in', async () => {
    const { aws, asHub, asSpoke } = await startLoopback(handWorld());
    const who = async (settings: object) => new STSClient(settings).send(new GetCallerIdentityCommand({}));
    expect((await who(asHub)).Account).toBe(aws.hub.accountId);
    expect(await who(await asSpoke())).toMatchObject({
      Account: ACCOUNT,
      Arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deckhand-spoke/olivia`,
    });
    expect((await who(await asSpoke(OTHER_ACCOUNT))).Account).toBe(OTHER_ACCOUNT);
  });

  test('an unknown key is refused in each protocol’s words', async () => {
    const { asHub } = await startLoopback(handWorld());
    const settings = { ...asHub, credentials: { accessKeyId: 'AKIA2222222222222222', secretAccessKey: 'x' } };
    const ofEcs = await refusal(new ECSClient(settings).send(new ListClustersCommand({})));
    expect(ofEcs.name).toBe('UnrecognizedClientException');
    const ofSts = await refusal(new STSClient(settings).send(new GetCallerIdentityCommand({})));
    expect(ofSts.name).toBe('InvalidClientTokenId');
    expect(ofSts.$metadata?.httpStatusCode).toBe(403);
  });

  test('a wrong secret is a wrong signature', async () => {
    const { asHub } = await startLoopback(handWorld());
    const settings = { ...asHub, credentials: { ...asHub.credentials, secretAccessKey: 'wrong' } };
    const error = await refusal(new ECSClient(settings).send(new ListClustersCommand({})));
    expect(error.name).toBe('InvalidSignatureException');
  });

  test('made-up local credentials see the account that has the cluster', async () => {
    const { asHub } = await startLoopback(handWorld());
    const settings = { ...asHub, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
    const { services } = await new ECSClient(settings).send(
      new DescribeServicesCommand({ cluster: 'prod', services: ['service-00'] }),
    );
    expect(services?.[0]?.serviceArn).toContain(ACCOUNT);
  });

  test('a session that is over is expired, on the system’s clock', async () => {
    let now = Date.now();
    const { asSpoke } = await startLoopback(handWorld(), { systemNow: () => now });
    const settings = await asSpoke();
    await new ECSClient(settings).send(new ListClustersCommand({}));
    now += 3_600_001;
    const error = await refusal(new ECSClient(settings).send(new ListClustersCommand({})));
    expect(error.name).toBe('ExpiredTokenException');
    const ofElb = await refusal(
      new ElasticLoadBalancingV2Client(settings).send(new DescribeTargetGroupsCommand({})),
    );
    expect(ofElb.name).toBe('ExpiredToken');
  });
});

describe('AssumeRole', () => {
  async function asking(input: object) {
    const { aws, asHub } = await startLoopback(handWorld());
    const right = { RoleArn: aws.roleArnFor(ACCOUNT), RoleSessionName: 'olivia', ExternalId: aws.externalId };
    return new STSClient(asHub).send(new AssumeRoleCommand({ ...right, ...input }));
  }

  test('the wrong or no external id is AccessDenied, as is a role that is not there', async () => {
    const wrong = await refusal(asking({ ExternalId: 'guessed' }));
    expect(wrong.name).toBe('AccessDenied');
    expect(wrong.message).toContain(
      `is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::${ACCOUNT}:role/`,
    );
    expect((await refusal(asking({ ExternalId: undefined }))).name).toBe('AccessDenied');
    expect((await refusal(asking({ RoleArn: 'arn:aws:iam::999999999999:role/admin' }))).name).toBe(
      'AccessDenied',
    );
  });

  test('a session lasts 15 minutes to one hour', async () => {
    expect((await refusal(asking({ DurationSeconds: 899 }))).name).toBe('ValidationError');
    expect((await refusal(asking({ DurationSeconds: 3601 }))).message).toContain('MaxSessionDuration');
    expect((await asking({ DurationSeconds: 900 })).Credentials?.SessionToken).toBeTruthy();
  });

  test('SourceIdentity comes back; a policy that is no JSON is malformed', async () => {
    expect((await asking({ SourceIdentity: 'olivia' })).SourceIdentity).toBe('olivia');
    expect(await refusal(asking({ Policy: '{' }))).toBeInstanceOf(MalformedPolicyDocumentException);
  });
});

describe('permission', () => {
  test('a denied action answers AWS’s sentence, as the class of each SDK', async () => {
    const { asSpoke } = await startLoopback(
      handWorld({ deny: ['ecs:List*', 'cloudwatch:*', 'elasticloadbalancing:DescribeTargetGroups'] }),
    );
    const settings = await asSpoke();
    const user = `User: arn:aws:sts::${ACCOUNT}:assumed-role/deckhand-spoke/olivia is not authorized to perform`;
    const ofEcs = await refusal(new ECSClient(settings).send(new ListClustersCommand({})));
    expect(ofEcs).toBeInstanceOf(AccessDeniedException);
    expect(ofEcs.message).toBe(
      `${user}: ecs:ListClusters on resource: * because no identity-based policy allows the ecs:ListClusters action`,
    );
    const ofElb = await refusal(
      new ElasticLoadBalancingV2Client(settings).send(new DescribeTargetGroupsCommand({})),
    );
    expect([ofElb.name, ofElb.$metadata?.httpStatusCode]).toEqual(['AccessDenied', 403]);
    const ofCloudwatch = await refusal(new CloudWatchClient(settings).send(new ListMetricsCommand({})));
    expect(ofCloudwatch.name).toBe('AccessDenied');
    expect(ofCloudwatch.message).toContain('cloudwatch:ListMetrics');
    const described = await new ECSClient(settings).send(
      new DescribeServicesCommand({ cluster: 'prod', services: ['service-00'] }),
    );
    expect(described.services).toHaveLength(1);
  });

  test('a session policy leaves one action on one service', async () => {
    const { aws, asHub } = await startLoopback(handWorld());
    const credentials = await assume(aws, asHub, ACCOUNT, {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'ecs:UpdateService',
          Resource: `arn:aws:ecs:*:${ACCOUNT}:service/prod/service-00`,
        },
      ],
    });
    const ecs = new ECSClient({ ...asHub, credentials });
    await ecs.send(new UpdateServiceCommand({ ...SERVICE, desiredCount: 3 }));
    const other = await refusal(
      ecs.send(new UpdateServiceCommand({ ...SERVICE, service: 'service-01', desiredCount: 3 })),
    );
    expect(other.message).toContain(
      'service/prod/service-01 because no session policy allows the ecs:UpdateService action',
    );
    expect(await refusal(ecs.send(new ListServicesCommand({ cluster: 'prod' })))).toBeInstanceOf(
      AccessDeniedException,
    );
  });

  test('a session policy leaves StopTask on one task, and the trail tells what was taken and what refused', async () => {
    const { aws, asHub, asSpoke } = await startLoopback(handWorld());
    const { taskArns = [] } = await new ECSClient(await asSpoke()).send(
      new ListTasksCommand({ cluster: 'prod' }),
    );
    const [one = '', other = ''] = taskArns;
    expect(other).not.toBe('');
    const credentials = await assume(aws, asHub, ACCOUNT, {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'ecs:StopTask', Resource: one }],
    });
    const ecs = new ECSClient({ ...asHub, credentials });
    const refused = await refusal(ecs.send(new StopTaskCommand({ cluster: 'prod', task: other })));
    expect(refused.message).toContain(`${other} because no session policy allows the ecs:StopTask action`);
    expect(await refusal(ecs.send(new UpdateServiceCommand({ ...SERVICE, desiredCount: 3 })))).toBeInstanceOf(
      AccessDeniedException,
    );
    await ecs.send(new StopTaskCommand({ cluster: 'prod', task: one }));
    const caller = `arn:aws:sts::${ACCOUNT}:assumed-role/deckhand-spoke/olivia`;
    const event = { region: 'eu-west-1', caller, sourceIdentity: undefined };
    const service = `arn:aws:ecs:eu-west-1:${ACCOUNT}:service/prod/service-00`;
    expect(aws.trail).toEqual([
      { ...event, action: 'ecs:StopTask', resources: [other], outcome: 'AccessDeniedException' },
      { ...event, action: 'ecs:UpdateService', resources: [service], outcome: 'AccessDeniedException' },
      { ...event, action: 'ecs:StopTask', resources: [one], outcome: 'ok' },
    ]);
  });

  test('an answer may be lost on order, before the effect or after it', async () => {
    const { aws, asSpoke } = await startLoopback(handWorld());
    const ecs = new ECSClient(await asSpoke());
    const update = () => ecs.send(new UpdateServiceCommand({ ...SERVICE, desiredCount: 3 }));
    for (const effect of ['before', 'after'] as const) {
      aws.failNext('UpdateService', { kind: 'reset', effect });
      await expect(update()).rejects.toThrow(/socket hang up|ECONNRESET/);
    }
    aws.failNext('UpdateService', { kind: 'status', status: 503, effect: 'after' });
    expect((await refusal(update())).$metadata?.httpStatusCode).toBe(503);
    expect(aws.trail.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
    await update();
    expect(aws.trail).toHaveLength(3);
  });

  test('a session policy may be bound to a cluster, and a Deny in it wins', async () => {
    const { aws, asHub } = await startLoopback(handWorld());
    const cluster = `arn:aws:ecs:eu-west-1:${ACCOUNT}:cluster/prod`;
    const credentials = await assume(aws, asHub, ACCOUNT, {
      Statement: [
        {
          Effect: 'Allow',
          Action: ['ecs:List*', 'ecs:Update*'],
          Resource: '*',
          Condition: { ArnEquals: { 'ecs:cluster': cluster } },
        },
        { Effect: 'Deny', Action: 'ecs:UpdateService', Resource: '*' },
      ],
    });
    const ecs = new ECSClient({ ...asHub, credentials });
    expect((await ecs.send(new ListServicesCommand({ cluster: 'prod' }))).serviceArns).toHaveLength(10);
    expect(await refusal(ecs.send(new ListClustersCommand({})))).toBeInstanceOf(AccessDeniedException);
    expect(await refusal(ecs.send(new UpdateServiceCommand({ ...SERVICE })))).toBeInstanceOf(
      AccessDeniedException,
    );
  });
});
