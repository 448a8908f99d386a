import {
  ClusterNotFoundException,
  DescribeClustersCommand,
  DescribeContainerInstancesCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  InvalidParameterException,
  ListClustersCommand,
  ListContainerInstancesCommand,
  ListServicesByNamespaceCommand,
  ListServicesCommand,
  ListTagsForResourceCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  NamespaceNotFoundException,
  RegisterTaskDefinitionCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { ACCOUNT, handWorld, NOW } from './hand-world.ts';
import { refusal, startLoopback } from './loopback.ts';

async function ecsOver(world = handWorld()) {
  const loopback = await startLoopback(world);
  return { world, ...loopback, ecs: new ECSClient(await loopback.asSpoke()) };
}

describe('clusters', () => {
  test('are listed and described, unknown ones as failures', async () => {
    const { ecs } = await ecsOver();
    const { clusterArns } = await ecs.send(new ListClustersCommand({}));
    expect(clusterArns).toEqual([`arn:aws:ecs:eu-west-1:${ACCOUNT}:cluster/prod`]);
    const { clusters, failures } = await ecs.send(
      new DescribeClustersCommand({ clusters: ['prod', 'gone'] }),
    );
    expect(clusters?.[0]).toMatchObject({
      clusterName: 'prod',
      activeServicesCount: 12,
      runningTasksCount: 24,
    });
    expect(failures).toEqual([{ arn: `arn:aws:ecs:eu-west-1:${ACCOUNT}:cluster/gone`, reason: 'MISSING' }]);
  });

  test('another region is empty', async () => {
    const { asSpoke } = await ecsOver();
    const ecs = new ECSClient({ ...(await asSpoke()), region: 'us-east-2' });
    expect((await ecs.send(new ListClustersCommand({}))).clusterArns).toEqual([]);
  });
});

describe('services', () => {
  test('come ten a page unless more are asked for', async () => {
    const { ecs } = await ecsOver();
    const first = await ecs.send(new ListServicesCommand({ cluster: 'prod' }));
    expect(first.serviceArns).toHaveLength(10);
    const second = await ecs.send(new ListServicesCommand({ cluster: 'prod', nextToken: first.nextToken }));
    expect(second.serviceArns).toHaveLength(2);
    expect(second.nextToken).toBeUndefined();
    const all = await ecs.send(new ListServicesCommand({ cluster: 'prod', maxResults: 100 }));
    expect(all.serviceArns).toHaveLength(12);
  });

  test('a page of 101 is refused, as is a token of another query', async () => {
    const { ecs } = await ecsOver();
    const list = (input: object) => ecs.send(new ListServicesCommand({ cluster: 'prod', ...input }));
    expect(await refusal(list({ maxResults: 101 }))).toBeInstanceOf(InvalidParameterException);
    const { nextToken } = await list({});
    expect(await refusal(list({ nextToken: 'made-up' }))).toBeInstanceOf(InvalidParameterException);
    expect(await refusal(list({ nextToken, launchType: 'FARGATE' }))).toBeInstanceOf(
      InvalidParameterException,
    );
  });

  test('an unknown cluster is ClusterNotFoundException', async () => {
    const { ecs } = await ecsOver();
    const error = await refusal(ecs.send(new ListServicesCommand({ cluster: 'gone' })));
    expect(error).toBeInstanceOf(ClusterNotFoundException);
    expect(error.message).toBe('Cluster not found.');
  });

  test('eleven in one DescribeServices are refused, none too', async () => {
    const { ecs } = await ecsOver();
    const services = Array.from({ length: 11 }, (_, i) => `service-${String(i).padStart(2, '0')}`);
    const error = await refusal(ecs.send(new DescribeServicesCommand({ cluster: 'prod', services })));
    expect(error).toBeInstanceOf(InvalidParameterException);
    expect(error.message).toContain('less than or equal to 10');
    const absent = await refusal(
      ecs.send(new DescribeServicesCommand({ cluster: 'prod', services: undefined })),
    );
    expect(absent).toBeInstanceOf(InvalidParameterException);
    expect(absent.message).toContain("'services'");
  });

  test('are described with deployments, events, dates and, when asked, tags', async () => {
    const { ecs } = await ecsOver();
    const { services, failures } = await ecs.send(
      new DescribeServicesCommand({
        cluster: 'prod',
        services: ['service-00', 'service-01', 'nope'],
        include: ['TAGS'],
      }),
    );
    const [first, second] = services ?? [];
    expect(first).toMatchObject({
      serviceName: 'service-00',
      desiredCount: 2,
      launchType: 'FARGATE',
      tags: [{ key: 'team', value: 'payments' }],
    });
    expect(first?.deployments?.map((each) => [each.status, each.rolloutState, each.runningCount])).toEqual([
      ['PRIMARY', 'IN_PROGRESS', 1],
      ['ACTIVE', 'COMPLETED', 1],
    ]);
    expect(first?.events?.[0]?.createdAt).toEqual(new Date(NOW - 60_000));
    expect(first?.loadBalancers?.[0]?.targetGroupArn).toContain(':targetgroup/service-00/');
    expect(second?.deployments).toHaveLength(1);
    expect(second?.capacityProviderStrategy).toContainEqual({
      capacityProvider: 'FARGATE_SPOT',
      weight: 3,
      base: 0,
    });
    expect(failures?.[0]?.reason).toBe('MISSING');
  });

  test('without include there are no tags; ListTagsForResource has them', async () => {
    const { ecs } = await ecsOver();
    const { services } = await ecs.send(
      new DescribeServicesCommand({ cluster: 'prod', services: ['service-00'] }),
    );
    expect(services?.[0]?.tags).toBeUndefined();
    const { tags } = await ecs.send(
      new ListTagsForResourceCommand({ resourceArn: services?.[0]?.serviceArn }),
    );
    expect(tags).toEqual([{ key: 'team', value: 'payments' }]);
  });

  test('a namespace that is not there is named so', async () => {
    const { ecs } = await ecsOver();
    const error = await refusal(ecs.send(new ListServicesByNamespaceCommand({ namespace: 'internal' })));
    expect(error).toBeInstanceOf(NamespaceNotFoundException);
  });
});

describe('tasks', () => {
  test('stopped ones are shown for one hour', async () => {
    const { ecs } = await ecsOver(handWorld({ services: 1 }));
    const running = await ecs.send(new ListTasksCommand({ cluster: 'prod', serviceName: 'service-00' }));
    expect(running.taskArns).toHaveLength(2);
    const stopped = await ecs.send(new ListTasksCommand({ cluster: 'prod', desiredStatus: 'STOPPED' }));
    expect(stopped.taskArns).toHaveLength(1);
    const tasks = [...(running.taskArns ?? []), ...(stopped.taskArns ?? []), `d00${'0'.repeat(29)}`];
    const described = await ecs.send(new DescribeTasksCommand({ cluster: 'prod', tasks }));
    expect(described.tasks?.map((task) => task.lastStatus)).toEqual(['RUNNING', 'RUNNING', 'STOPPED']);
    expect(described.tasks?.[0]).toMatchObject({
      group: 'service:service-00',
      cpu: '512',
      startedBy: 'ecs-svc/4100',
    });
    expect(described.tasks?.[2]?.stopCode).toBe('EssentialContainerExited');
    expect(described.failures).toEqual([
      { arn: expect.stringContaining(':task/prod/d00'), reason: 'MISSING' },
    ]);
  });

  test('a hundred and one in one call are refused', async () => {
    const { ecs } = await ecsOver();
    const tasks = Array.from({ length: 101 }, (_, i) => `${i}`);
    const error = await refusal(ecs.send(new DescribeTasksCommand({ cluster: 'prod', tasks })));
    expect(error).toBeInstanceOf(InvalidParameterException);
  });

  test('StopTask reaches the world with its reason', async () => {
    const { ecs, world } = await ecsOver();
    await ecs.send(new StopTaskCommand({ cluster: 'prod', task: `a00${'0'.repeat(29)}`, reason: 'stuck' }));
    expect(world.changes).toEqual([{ service: 'service-00', task: `a00${'0'.repeat(29)}`, reason: 'stuck' }]);
    const error = await refusal(ecs.send(new StopTaskCommand({ cluster: 'prod', task: 'gone' })));
    expect(error.message).toBe('The referenced task was not found.');
  });
});

describe('task definitions and instances', () => {
  test('a revision by name, the newest of a family, and a family that is not there', async () => {
    const { ecs } = await ecsOver();
    const revision = async (taskDefinition: string) =>
      (await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }))).taskDefinition;
    expect((await revision('service-00:41'))?.containerDefinitions?.[0]?.image).toBe(
      'registry.example/service-00:41',
    );
    expect((await revision('service-00'))?.revision).toBe(42);
    expect((await refusal(revision('nope'))).name).toBe('ClientException');
    const { taskDefinitionArns } = await ecs.send(
      new ListTaskDefinitionsCommand({ familyPrefix: 'service-00' }),
    );
    expect(taskDefinitionArns?.map((arn) => arn.split(':').at(-1))).toEqual(['41', '42']);
  });

  test('container instances', async () => {
    const { ecs } = await ecsOver();
    const { containerInstanceArns } = await ecs.send(new ListContainerInstancesCommand({ cluster: 'prod' }));
    const { containerInstances } = await ecs.send(
      new DescribeContainerInstancesCommand({ cluster: 'prod', containerInstances: containerInstanceArns }),
    );
    expect(containerInstances?.[0]).toMatchObject({
      ec2InstanceId: 'i-0123456789abcdef0',
      agentConnected: true,
    });
  });
});

describe('UpdateService', () => {
  test('changes the count in the world and answers with it', async () => {
    const { ecs, world } = await ecsOver();
    const { service } = await ecs.send(
      new UpdateServiceCommand({ cluster: 'prod', service: 'service-00', desiredCount: 5 }),
    );
    expect(service?.desiredCount).toBe(5);
    expect(world.changes).toEqual([{ service: 'service-00', desired: 5 }]);
  });

  test.each([
    ['a daemon has no count', { service: 'service-02', desiredCount: 3 }, 'daemon scheduling strategy'],
    [
      'CODE_DEPLOY deploys by itself',
      { service: 'service-03', forceNewDeployment: true },
      'Use AWS CodeDeploy',
    ],
    ['a count is not negative', { service: 'service-00', desiredCount: -1 }, 'greater than or equal to 0'],
    [
      'a revision must exist',
      { service: 'service-00', taskDefinition: 'service-00:99' },
      'TaskDefinition not found.',
    ],
    ['a service must exist', { service: 'nope', desiredCount: 1 }, 'Service not found.'],
  ])('%s', async (_name, input, text) => {
    const { ecs, world } = await ecsOver();
    const error = await refusal(ecs.send(new UpdateServiceCommand({ cluster: 'prod', ...input })));
    expect(error.message).toContain(text);
    expect(world.changes).toEqual([]);
  });
});

test('an operation that is not served is UnknownOperationException', async () => {
  const { ecs } = await ecsOver();
  const error = await refusal(
    ecs.send(new RegisterTaskDefinitionCommand({ family: 'x', containerDefinitions: [] })),
  );
  expect(error.name).toBe('UnknownOperationException');
});
