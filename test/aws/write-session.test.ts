import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { makeSessions } from '../../src/aws/sessions.ts';
import { makeAwsWriter } from '../../src/aws/write.ts';
import { systemClock } from '../../src/domain/time.ts';
import { startLoopback } from './loopback.ts';

const ARN = 'arn:aws:ecs:us-east-1:111122223333:service/shop/web';
const SESSION =
  '<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>';
const REFUSED =
  '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized to perform: sts:SetSourceIdentity</Message></Error></ErrorResponse>';

let namesPeople: boolean;
let answersWrites: boolean;
let aws: Awaited<ReturnType<typeof startLoopback>>;
const unnamed: string[] = [];

beforeEach(async () => {
  namesPeople = true;
  answersWrites = true;
  unnamed.length = 0;
  aws = await startLoopback(({ operation, body }) => {
    if (operation === 'AssumeRole')
      return !namesPeople && new URLSearchParams(body).has('SourceIdentity')
        ? { status: 403, xml: REFUSED }
        : { xml: SESSION };
    if (!answersWrites) return { status: 500, json: { __type: 'ServerException', message: 'oops' } };
    return { json: { service: { deployments: [{ id: 'ecs-svc/1', status: 'PRIMARY' }] } } };
  });
  vi.stubEnv('AWS_ENDPOINT_URL', aws.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIA1');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 's');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.close();
});

const write = () =>
  makeAwsWriter({
    sessions: makeSessions({ env: () => undefined, clock: systemClock }),
    onUnnamed: (account) => unnamed.push(account),
  }).updateService(
    {
      account: {
        name: 'production',
        regions: ['us-east-1'],
        auth: { kind: 'role', roleArn: 'arn:aws:iam::111122223333:role/spoke', externalId: 'x' },
        include: [],
        exclude: [],
      },
      region: 'us-east-1',
      cluster: 'shop',
      arn: ARN,
      by: { platform: 'slack', id: 'U012AB3CD' },
      write: 'w1',
    },
    { desired: 5 },
  );
const asked = (operation: string) =>
  aws.requests.filter((request) => request.operation.endsWith(operation)).map(({ body }) => body);

it('asks for a session of one action on one ARN, with the person as SourceIdentity', async () => {
  await write();
  const form = new URLSearchParams(asked('AssumeRole')[0]);
  expect(Object.fromEntries(form)).toMatchObject({
    RoleSessionName: 'deckhand-w1',
    SourceIdentity: 'slack-U012AB3CD',
    ExternalId: 'x',
    DurationSeconds: '900',
  });
  expect(JSON.parse(form.get('Policy') ?? '')).toEqual({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'ecs:UpdateService', Resource: ARN }],
  });
  expect(JSON.parse(asked('UpdateService')[0] ?? '')).toEqual({
    cluster: 'shop',
    service: ARN,
    desiredCount: 5,
  });
});

it('goes on without the name, but never without the limit, where the role does not allow to name people', async () => {
  namesPeople = false;
  await write();
  expect(unnamed).toEqual(['production']);
  const last = new URLSearchParams(asked('AssumeRole').at(-1));
  expect(last.has('SourceIdentity')).toBe(false);
  expect(last.get('Policy')).toContain(ARN);
});

it('sends the write once, whatever AWS answers', async () => {
  answersWrites = false;
  await expect(write()).rejects.toMatchObject({ code: 'unreachable' });
  expect(asked('UpdateService')).toHaveLength(1);
});
