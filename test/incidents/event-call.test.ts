import { describe, expect, test } from 'vitest';
import { parseMessage } from '../../src/incidents/event.ts';
import { ACCOUNT, call, understood } from './events.ts';

const arn = (resource: string) => `arn:aws:ecs:eu-west-1:${ACCOUNT}:${resource}`;
const role = (session: string, name = 'Admin') => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${name}/${session}`,
  principalId: `AROAEXAMPLE:${session}`,
  sessionContext: {
    sessionIssuer: { type: 'Role', userName: name, arn: `arn:aws:iam::${ACCOUNT}:role/${name}` },
  },
});

test('a call by a person says who, through what, where and what', () => {
  const event = understood(
    call('UpdateService', {
      requestParameters: {
        cluster: 'core',
        service: 'web',
        desiredCount: 4,
        taskDefinition: arn('task-definition/web:42'),
        forceNewDeployment: true,
        networkConfiguration: { awsvpcConfiguration: {} },
        loadBalancers: [],
      },
    }),
  );
  expect(event).toMatchObject({
    name: 'API_UpdateService',
    source: 'cloudtrail',
    level: 'info',
    cluster: 'core',
    service: 'web',
    caller: { name: 'olivia', through: 'the AWS CLI' },
    reason: 'desired count 4, task definition web:42, new deployment forced, network settings changed',
  });
});

test('a refused call is a warning and says so', () => {
  const event = understood(call('DeleteService', { errorCode: 'AccessDenied', responseElements: null }));
  expect(event).toMatchObject({ level: 'warn', reason: 'refused with AccessDenied' });
});

describe('the place of a call', () => {
  test.each([
    ['names', 'UpdateService', { cluster: 'core', service: 'web' }, null, 'core', 'web'],
    [
      'ARNs',
      'UpdateService',
      { cluster: arn('cluster/core'), service: arn('service/core/web') },
      null,
      'core',
      'web',
    ],
    [
      'the ARN of the service alone',
      'UpdateService',
      { service: arn('service/core/web') },
      null,
      'core',
      'web',
    ],
    ['no cluster, which is the default one', 'UpdateService', { service: 'web' }, null, 'default', 'web'],
    ['a new service', 'CreateService', { cluster: 'core', serviceName: 'web' }, null, 'core', 'web'],
    [
      'a task whose service the answer names',
      'StopTask',
      { cluster: 'core', task: 'abc' },
      { task: { group: 'service:web', taskArn: arn('task/core/abc') } },
      'core',
      'web',
    ],
    ['a task alone', 'StopTask', { task: arn('task/core/abc') }, null, 'core', undefined],
    [
      'a deployment',
      'ContinueServiceDeployment',
      { serviceDeploymentArn: arn('service-deployment/core/web/x') },
      null,
      'core',
      'web',
    ],
    ['a cluster', 'PutClusterCapacityProviders', { cluster: 'core' }, null, 'core', undefined],
    ['nothing', 'PutAccountSetting', { name: 'x' }, null, undefined, undefined],
  ])('is told by %s', (_name, eventName, requestParameters, responseElements, cluster, service) => {
    const event = understood(call(eventName, { requestParameters, responseElements }));
    expect({ cluster: event.cluster, service: event.service }).toEqual({ cluster, service });
  });
});

describe('who called', () => {
  test.each([
    ['an IAM user', { type: 'IAMUser', userName: 'ravi' }, 'ravi'],
    ['the session of a role', role('ravi@example.com'), 'ravi@example.com'],
    [
      'the source identity of a session',
      { ...role('tmp-17'), sessionContext: { sourceIdentity: 'ravi' } },
      'ravi',
    ],
    ['the role of a session that an SDK named', role('botocore-session-1700000000', 'deployer'), 'deployer'],
    ['the role of an instance', role('i-0123456789abcdef0', 'runner'), 'runner'],
    ['the root user', { type: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root` }, 'the root user'],
    ['a user of Identity Center', { type: 'IdentityCenterUser', onBehalfOf: { userId: 'u-1' } }, 'u-1'],
    ['a federated user', { type: 'SAMLUser', userName: 'ravi' }, 'ravi'],
    ['another account', { type: 'AWSAccount', accountId: '444455556666' }, '444455556666'],
    ['nobody that is named', {}, 'somebody'],
  ])('is %s', (_name, userIdentity, name) => {
    expect(understood(call('StopTask', { userIdentity })).caller?.name).toBe(name);
  });
});

describe('through what somebody called', () => {
  test.each([
    ['the console', 'Mozilla/5.0 (X11; Linux x86_64)'],
    ['the console', 'AWS Internal'],
    ['the console', 'console.amazonaws.com'],
    ['the console', 'aws-internal/3 aws-sdk-java/1.12'],
    ['the AWS CLI', 'aws-cli/1.18.69 Python/3.8 botocore/1.17'],
    ['Terraform', 'APN/1.0 HashiCorp/1.0 Terraform/1.5.7 terraform-provider-aws/5.1 aws-sdk-go/1.44'],
    ['CloudFormation', 'cloudformation.amazonaws.com'],
    ['the AWS CDK', 'aws-cdk/2.100 aws-sdk-js/2.1'],
    ['the AWS SDK for Python', 'Boto3/1.26 Python/3.11 Botocore/1.29'],
    ['the AWS SDK for JavaScript', 'aws-sdk-js/3.400.0'],
    ['shipit', 'shipit/2.1 (linux)'],
    ['the API', undefined],
  ])('%s: %s', (through, userAgent) => {
    expect(understood(call('UpdateService', { userAgent })).caller?.through).toBe(through);
  });

  test('the console, when the credentials come from there', () => {
    const event = call('UpdateService', { userAgent: 'x', sessionCredentialFromConsole: 'true' });
    expect(understood(event).caller?.through).toBe('the console');
  });

  test('Deckhand, with the person for whom it acts', () => {
    const session = role('deckhand-01ABC');
    const userIdentity = {
      ...session,
      sessionContext: { ...session.sessionContext, sourceIdentity: 'slack-U012AB3CD' },
    };
    expect(understood(call('UpdateService', { userIdentity, userAgent: 'aws-sdk-js/3.1' })).caller).toEqual({
      name: 'slack-U012AB3CD',
      through: 'Deckhand',
    });
  });

  test('CloudFormation, for the person who started it', () => {
    const userIdentity = { ...role('ravi'), invokedBy: 'cloudformation.amazonaws.com' };
    expect(understood(call('UpdateService', { userIdentity })).caller).toEqual({
      name: 'ravi',
      through: 'CloudFormation',
    });
  });
});

describe('no news', () => {
  test.each([
    [
      'a scaling policy',
      { userIdentity: { ...role('x'), invokedBy: 'ecs.application-autoscaling.amazonaws.com' } },
    ],
    [
      'a service that only the user agent names',
      { userIdentity: role('x'), userAgent: 'codedeploy.amazonaws.com' },
    ],
    ['a service of AWS', { userIdentity: { type: 'AWSService', invokedBy: 'ecs.amazonaws.com' } }],
    ['a service of AWS that does not say which', { userIdentity: { type: 'AWSService' } }],
    ['a service-linked role', { userIdentity: role('ecs', 'AWSServiceRoleForECS') }],
    ['a call that only reads', { readOnly: true }],
    ['a call to another service', { eventSource: 'ec2.amazonaws.com' }],
  ])('is %s', (_name, detail) => {
    expect(parseMessage(JSON.stringify(call('UpdateService', detail)))).toEqual({
      kind: 'foreign',
      source: 'aws.ecs',
    });
  });

  test.each(['DescribeServices', 'ListTasks', 'SubmitTaskStateChange', 'RegisterContainerInstance'])(
    'is %s',
    (eventName) => {
      expect(parseMessage(JSON.stringify(call(eventName))).kind).toBe('foreign');
    },
  );
});
