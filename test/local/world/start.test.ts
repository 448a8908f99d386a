import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, play, playFile, START_MS } from './play.ts';

const definition = (played: ReturnType<typeof play>, reference: string) =>
  played.world.taskDefinition(reference, '111122223333', 'us-east-1');

describe('at the start', () => {
  test('a service of nothing but a name has one healthy Fargate task', () => {
    const played = play('shop: {}');
    const service = played.service('shop');
    expect(service).toMatchObject({
      launchType: 'FARGATE',
      strategy: 'REPLICA',
      controller: 'ECS',
      desired: 1,
      running: 1,
      pending: 0,
    });
    expect(service.tasks[0]).toMatchObject({ lastStatus: 'RUNNING', desiredStatus: 'RUNNING' });
    expect(service.deployments).toMatchObject([{ revision: 1, state: 'COMPLETED' }]);
    expect(service.events[0]?.message).toBe('(service shop) has reached a steady state.');
  });

  test('the counts are those of the tasks', () => {
    const service = play('shop: { desired: 6, running: 3, pending: 2 }').service('shop');
    const states = service.tasks.map((task) => task.lastStatus);
    expect(states.toSorted()).toEqual(['PENDING', 'PENDING', 'RUNNING', 'RUNNING', 'RUNNING']);
    expect([service.running, service.pending]).toEqual([3, 2]);
  });

  test('running is desired unless the file says otherwise', () => {
    const service = play('shop: { desired: 4, pending: 1 }').service('shop');
    expect([service.running, service.pending]).toEqual([4, 1]);
  });

  test('a DAEMON wants a task on each active instance, and EC2 tasks stand on instances', () => {
    const played = play(
      'agent: { launchType: EC2, strategy: DAEMON }',
      '[]',
      'instances: [ { zone: us-east-1c }, {}, { status: DRAINING } ]',
    );
    const service = played.service('agent');
    const instances = played.world.accounts[0]?.regions[0]?.clusters[0]?.instances ?? [];
    expect(service.desired).toBe(2);
    expect(service.tasks.map((task) => task.containerInstanceArn)).toEqual(
      instances.slice(0, 2).map(({ arn }) => arn),
    );
    expect(service.tasks[0]?.zone).toBe('us-east-1c');
  });

  test('capacity providers stand in the place of the launch type', () => {
    const service = play('shop: { desired: 8, capacityProviders: { FARGATE_SPOT: 3, FARGATE: 1 } }').service(
      'shop',
    );
    expect(service.launchType).toBe('FARGATE');
    expect(new Set(service.tasks.map((task) => task.capacityProvider))).toContain('FARGATE_SPOT');
  });

  test('targets are the tasks, the unhealthy ones with their reason', () => {
    const [group] = play(`
shop:
  desired: 3
  targetGroup: { loadBalancer: edge, targets: { healthy: 2, unhealthy: 1, reason: Target.Timeout, description: "Request timed out" } }`).service(
      'shop',
    ).targetGroups;
    expect(group).toMatchObject({
      name: 'shop',
      loadBalancerName: 'edge',
      type: 'application',
      healthCheckPath: '/',
    });
    expect(group?.targets.map(({ state }) => state)).toEqual(['healthy', 'healthy', 'unhealthy']);
    expect(group?.targets[2]).toMatchObject({ reason: 'Target.Timeout', description: 'Request timed out' });
    expect(group?.arn).toMatch(
      /^arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup\/shop\/[0-9a-f]{16}$/,
    );
    expect(group?.loadBalancerArn).toMatch(/:loadbalancer\/app\/edge\/[0-9a-f]{16}$/);
  });

  test('services behind one load balancer share it', () => {
    const played = play(
      'shop: { targetGroup: { loadBalancer: edge } }\ntill: { targetGroup: { loadBalancer: edge } }',
    );
    const [a, b] = ['shop', 'till'].map((name) => played.service(name).targetGroups[0]);
    expect(a?.loadBalancerArn).toBe(b?.loadBalancerArn);
    expect(a?.arn).not.toBe(b?.arn);
  });

  test('only the stopped tasks of the last hour are there, as they ended', () => {
    const service = play(`
shop:
  stoppedTasks:
    - { at: -61m, reason: old }
    - { at: -5m, zone: us-east-1f, stopCode: TaskFailedToStart, reason: "CannotPullContainerError: not found" }
    - { at: -4m, containers: [ { name: shop, exitCode: 137, reason: "OutOfMemoryError: killed" } ] }`).service(
      'shop',
    );
    const stopped = service.tasks.filter((task) => task.lastStatus === 'STOPPED');
    expect(stopped).toHaveLength(2);
    expect(stopped[0]).toMatchObject({
      zone: 'us-east-1f',
      stopCode: 'TaskFailedToStart',
      startedAtMs: undefined,
      stoppedAtMs: START_MS - 5 * MINUTE,
    });
    expect(stopped[0]?.containers[0]?.exitCode).toBeUndefined();
    expect(stopped[1]).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
    });
    expect(stopped[1]?.containers[0]).toMatchObject({ exitCode: 137, reason: 'OutOfMemoryError: killed' });
  });

  test('a failing deployment has the tasks of the one before, a progressing one has some of its own', () => {
    const deployments = (more: string) =>
      `deployments: [ { revision: 4, at: -9d }, { revision: 5, at: -6m, state: IN_PROGRESS${more} } ]`;
    const revisions = (yaml: string) =>
      play(yaml)
        .service('shop')
        .tasks.filter((task) => task.lastStatus === 'RUNNING')
        .map((task) => task.revision);
    expect(
      revisions(
        `shop:\n  desired: 4\n  ${deployments(', failedTasks: 2')}\n  stoppedTasks: [ { at: -2m, revision: 5 } ]`,
      ),
    ).toEqual([4, 4, 4, 4]);
    expect(revisions(`shop:\n  desired: 4\n  ${deployments('')}`)).toEqual([4, 4, 5, 5]);
  });

  test('certificate and endpoint are there for whoever looks from outside', () => {
    const service = play(
      'shop: { certificate: { host: a.example, expires: +1h }, endpoint: { url: "https://a.example/", status: 503 } }',
    ).service('shop');
    expect(service.certificate).toEqual({ host: 'a.example', expiresAtMs: START_MS + HOUR });
    expect(service.endpoint).toEqual({ url: 'https://a.example/', status: 503, latencyMs: 50 });
  });
});

describe('task definitions', () => {
  const SHOP = `
shop:
  task: { cpu: 512, memoryMiB: 2048 }
  containers: [ { name: web, image: "repo/web:c" }, { name: side, image: "side:1", essential: false, logGroup: null } ]
  deployments: [ { revision: 3, at: -9d, image: "repo/web:a" }, { revision: 5, at: -2d } ]
`;

  test('have the image of their deployment, the newest that of the container', () => {
    const played = play(SHOP);
    const images = (revision: number) =>
      definition(played, `shop:${revision}`)?.containers.map(({ image }) => image);
    expect(images(3)).toEqual(['repo/web:a', 'side:1']);
    expect(images(5)).toEqual(['repo/web:c', 'side:1']);
  });

  test('are there for every revision up to the newest, each with an image of its own', () => {
    const played = play(SHOP);
    const images = [1, 2, 3, 4, 5].map(
      (revision) => definition(played, `shop:${revision}`)?.containers[0]?.image,
    );
    expect(new Set(images).size).toBe(5);
    for (const image of images) expect(image).toMatch(/^repo\/web:/);
    expect(definition(played, 'shop:6')).toBeUndefined();
    expect(definition(played, 'shop:0')).toBeUndefined();
  });

  test('are found by ARN, by family and revision, and by family alone', () => {
    const played = play(SHOP);
    const arn = played.service('shop').deployments[1]?.taskDefinitionArn ?? '';
    expect(definition(played, arn)).toEqual(definition(played, 'shop:5'));
    expect(definition(played, 'shop')).toEqual(definition(played, 'shop:5'));
    expect(definition(played, 'nobody:1')).toBeUndefined();
    expect(definition(played, 'shop')).toMatchObject({
      cpu: 512,
      memoryMiB: 2048,
      family: 'shop',
      revision: 5,
    });
  });

  test('of one service name in two clusters are two families', () => {
    const played = playFile(`
accounts: [ { id: "111122223333", regions: { us-east-1: { clusters: { a: { services: { shop: {} } }, b: { services: { shop: {} } } } } } } ]`);
    const clusters = played.world.accounts[0]?.regions[0]?.clusters ?? [];
    expect(
      clusters.map(({ services }) => services[0]?.deployments[0]?.taskDefinitionArn.split('/').at(-1)),
    ).toEqual(['a-shop:1', 'b-shop:1']);
  });
});

describe('ids', () => {
  test('are the same in every run', () => {
    const yaml = 'shop: { desired: 5, targetGroup: {} }';
    expect(play(yaml).service('shop')).toEqual(play(yaml).service('shop'));
  });

  test('are all different', () => {
    const service = play('shop: { desired: 400 }').service('shop');
    expect(new Set(service.tasks.map(({ id }) => id)).size).toBe(400);
  });
});
