import { describe, expect, test } from 'vitest';
import { reasonKey } from '../../src/incidents/story.ts';
import { ACCOUNT, action, alarm, call, raw, taskStop, understood } from './events.ts';

const CLUSTER = (name: string) => `arn:aws:ecs:eu-west-1:${ACCOUNT}:cluster/${name}`;

interface Place {
  readonly service?: string;
  readonly cluster?: string;
  readonly region?: string;
}

const at = ({ service = 'web', cluster = 'core', region = 'eu-west-1' }: Place) => ({
  region,
  resources: [`arn:aws:ecs:${region}:${ACCOUNT}:service/${cluster}/${service}`],
});
const keyOf = (event: object) => reasonKey(understood(event));

/** A failure of a service with this reason. */
const failed = (reason: string, place: Place = {}, eventName = 'SERVICE_TASK_START_IMPAIRED') =>
  keyOf(
    raw({
      ...at(place),
      detail: { eventType: 'ERROR', eventName, reason, clusterArn: CLUSTER(place.cluster ?? 'core') },
    }),
  );

/** The failing stop of a task. */
const stopped = (detail: object, place: Place = {}) =>
  keyOf({
    ...taskStop({
      group: `service:${place.service ?? 'web'}`,
      clusterArn: CLUSTER(place.cluster ?? 'core'),
      stopCode: 'TaskFailedToStart',
      ...detail,
    }),
    region: place.region ?? 'eu-west-1',
  });
const OTHER = { service: 'api', cluster: 'edge' };

describe('one reason of several services', () => {
  const pull = (what: string, why: string) =>
    `CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref ${what}: ${why}`;
  const ecr = '111122223333.dkr.ecr.eu-west-1.amazonaws.com';

  test('Spot capacity taken back', () => {
    const key = stopped({ stopCode: 'SpotInterruption', stoppedReason: 'Your Spot Task was interrupted.' });
    expect(key).toBeDefined();
    expect(
      stopped({ stopCode: 'TerminationNotice', stoppedReason: 'Your Spot Task was interrupted.' }, OTHER),
    ).toBe(key);
    expect(stopped({ stopCode: 'SpotInterruption' }, { region: 'us-east-1' })).not.toBe(key);
  });

  test('a zone or its hosts', () => {
    const inZone = (availabilityZone: string, place: Place = {}) =>
      stopped({ stopCode: 'InfrastructureHealth', availabilityZone }, place);
    expect(inZone('eu-west-1a')).toBeDefined();
    expect(inZone('eu-west-1a', OTHER)).toBe(inZone('eu-west-1a'));
    expect(inZone('eu-west-1b', OTHER)).not.toBe(inZone('eu-west-1a'));
    expect(failed('Availability Zone eu-west-1a is impaired')).toBe(inZone('eu-west-1a'));
    expect(failed('A power outage in zone eu-west-1a')).toBe(inZone('eu-west-1a'));
    const terminated = (id: string) => stopped({ stoppedReason: `Host EC2 (instance ${id}) terminated.` });
    expect(terminated('i-0123456789abcdef0')).toBeDefined();
    expect(terminated('i-0123456789abcdef0')).not.toBe(terminated('i-0fedcba9876543210'));
  });

  test('a registry that does not deliver, whatever the image', () => {
    const one = stopped({ stoppedReason: pull(`${ecr}/web:4f2a`, '503 Service Unavailable') });
    expect(one).toContain(ecr);
    expect(
      stopped({ containers: [{ reason: pull(`${ecr}/team/api@sha256:00ff`, 'i/o timeout') }] }, OTHER),
    ).toBe(one);
    expect(stopped({ stoppedReason: pull('ghcr.io/acme/web:1', 'i/o timeout') })).not.toBe(one);
    const hub = stopped({ stoppedReason: pull('registry-1.docker.io/library/nginx:1', 'toomanyrequests') });
    expect(
      stopped({ stoppedReason: pull('docker.io/library/redis:7', '429 Too Many Requests') }, OTHER),
    ).toBe(hub);
  });

  test('no room in a cluster, or on Fargate in a region', () => {
    const cpu = failed('RESOURCE:CPU');
    expect(
      failed('unable to place a task because no container instance met all of its requirements', {
        service: 'api',
      }),
    ).toBe(cpu);
    expect(failed('RESOURCE:CPU', OTHER)).not.toBe(cpu);
    const fargate = failed('RESOURCE:FARGATE');
    expect(failed('Capacity is unavailable at this time. Please try again later', OTHER)).toBe(fargate);
    expect(fargate).not.toBe(cpu);
  });

  test('throttling of ECS and of Cloud Map, each for itself', () => {
    const ecs = failed('x', {}, 'ECS_OPERATION_THROTTLED');
    expect(failed('another operation', OTHER, 'ECS_OPERATION_THROTTLED')).toBe(ecs);
    expect(failed('x', OTHER, 'SERVICE_DISCOVERY_OPERATION_THROTTLED')).not.toBe(ecs);
  });

  test('an endpoint that nobody can reach', () => {
    const url = 'https://secretsmanager.eu-west-1.amazonaws.com/';
    const auth = stopped({
      stoppedReason: `ResourceInitializationError: unable to pull secrets or registry auth: RequestError: send request failed caused by: Post "${url}": dial tcp 52.1.2.3:443: i/o timeout`,
    });
    expect(auth).toContain('secretsmanager');
    expect(
      stopped(
        {
          stoppedReason:
            'ResourceInitializationError: failed to fetch secret from secrets manager: context deadline exceeded',
        },
        OTHER,
      ),
    ).toBe(auth);
    expect(
      stopped({
        stoppedReason:
          'unable to pull secrets or registry auth: Get "https://api.ecr.eu-west-1.amazonaws.com/": i/o timeout',
      }),
    ).toContain('api.ecr');
  });

  test('a dependency that refuses, by name or address', () => {
    const db = stopped({
      containers: [
        {
          exitCode: 1,
          reason: 'could not connect to postgres://app:x@db.internal:5432/shop: connection refused',
        },
      ],
    });
    expect(db).toContain('db.internal:5432');
    expect(db).not.toContain('app:x');
    expect(
      stopped({ containers: [{ exitCode: 2, reason: 'connect ECONNREFUSED db.internal:5432' }] }, OTHER),
    ).toBe(db);
    expect(
      stopped({
        containers: [{ exitCode: 2, reason: 'read tcp 10.0.1.7:41234->10.0.3.9:6379: i/o timeout' }],
      }),
    ).toContain('10.0.3.9:6379');
  });

  test.each([
    ['Registry images.acme.io is unreachable.', 'images.acme.io'],
    ['DNS resolution failed for orders.db.internal', 'orders.db.internal'],
    ['java.net.ConnectException: Connection refused: queue.svc.local', 'queue.svc.local'],
  ])('a host that is named in passing: %s', (reason, host) => {
    expect(failed(reason)).toContain(`|${host}`);
    expect(failed(reason, OTHER)).toBe(failed(reason));
  });

  test('a secret that nobody may read any more', () => {
    const denied = (name: string, place: Place = {}) =>
      stopped(
        {
          stoppedReason: `failed to fetch secret arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name} from secrets manager: AccessDeniedException`,
        },
        place,
      );
    expect(denied('shop/db-AbCdEf')).toContain('shop/db-abcdef');
    expect(denied('shop/db-AbCdEf', OTHER)).toBe(denied('shop/db-AbCdEf'));
    expect(denied('shop/mail-AbCdEf')).not.toBe(denied('shop/db-AbCdEf'));
  });

  test('a reason of AWS that is more than a phrase, without the names of the services', () => {
    const text = (service: string, id: string) =>
      `(service ${service}) Timeout waiting for network interface provisioning to complete (request ${id}).`;
    const one = failed(text('web', '6f1c2b1e-0c1d-4b0a-9a57-2f6de1a0b001'));
    expect(one).toBeDefined();
    expect(failed(text('api', 'a01c2b1e-0c1d-4b0a-9a57-2f6de1a0b0ff'), OTHER)).toBe(one);
    const subnet = (id: string) => failed(`The subnet ${id} has insufficient free addresses available`);
    expect(subnet('subnet-0a1b2c3d')).not.toBe(subnet('subnet-0f9e8d7c'));
  });
});

describe('no reason that others could share', () => {
  test.each([
    'ECS deployment circuit breaker: tasks failed to start.',
    'ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1.',
    'ECS deployment ecs-svc/123 failed: alarm detected.',
    '(service web) is unable to consistently start tasks successfully.',
    'Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:x) due to (reason Request timed out)',
    '(service web) (port 8080) is unhealthy in (target-group x) due to (reason Health checks failed with these codes: [503])',
    'Task failed to start',
    'something failed',
    'unable to place a task because no container instance met all of its requirements. The closest is missing an attribute required by your task',
  ])('is in: %s', (reason) => {
    expect(failed(reason)).toBeUndefined();
  });

  test.each([
    ['exit codes', { stopCode: 'EssentialContainerExited', containers: [{ exitCode: 1 }] }],
    [
      'memory',
      { containers: [{ exitCode: 137, reason: 'OutOfMemoryError: Container killed due to memory usage' }] },
    ],
    [
      'a health check of its own',
      { stopCode: 'ServiceSchedulerInitiated', stoppedReason: 'Task failed container health checks' },
    ],
    [
      'a tag that does not exist',
      { stoppedReason: 'CannotPullContainerError: failed to resolve ref ghcr.io/acme/web:9: not found' },
    ],
    [
      'an entry point',
      {
        containers: [
          { reason: 'CannotStartContainerError: exec: "run": executable file not found in $PATH' },
        ],
      },
    ],
    ['its own port', { containers: [{ exitCode: 1, reason: 'connect ECONNREFUSED 127.0.0.1:8080' }] }],
    [
      'its own log group',
      {
        stoppedReason:
          'ResourceInitializationError: failed to validate logger args: the log group does not exist in this region',
      },
    ],
  ])('is in a stop by %s', (_name, detail) => {
    expect(stopped(detail)).toBeUndefined();
  });

  test('is in what is no failure, an alarm, a call, or an event of no service', () => {
    expect(
      stopped({
        stopCode: 'UserInitiated',
        stoppedReason: 'Timeout waiting for network interface provisioning to complete',
      }),
    ).toBeUndefined();
    expect(keyOf(action('SERVICE_STEADY_STATE', { type: 'INFO', reason: 'RESOURCE:CPU' }))).toBeUndefined();
    expect(keyOf(alarm('ALARM', { state: { value: 'ALARM', reason: 'RESOURCE:FARGATE' } }))).toBeUndefined();
    expect(keyOf(call('UpdateService', { errorCode: 'ThrottlingException' }))).toBeUndefined();
    expect(
      keyOf(
        raw({ resources: [], detail: { eventType: 'ERROR', eventName: 'X', reason: 'RESOURCE:FARGATE' } }),
      ),
    ).toBeUndefined();
  });

  test('is in a test', () => {
    const event = understood(action('SERVICE_TASK_START_IMPAIRED', { reason: 'RESOURCE:FARGATE' }));
    expect(reasonKey(event)).toBeDefined();
    expect(reasonKey({ ...event, isTest: true })).toBeUndefined();
  });

  test('is in what Deckhand says in words of its own, unless those name one', () => {
    const inferred = {
      ...understood(
        action('DECKHAND_CRASH_LOOP', { reason: 'Four tasks have ended within five minutes again' }),
      ),
      source: 'deckhand' as const,
    };
    expect(reasonKey(inferred)).toBeUndefined();
    expect(reasonKey({ ...inferred, reason: 'Your Spot Task was interrupted.' })).toBeDefined();
  });
});
