import { CreateTopicCommand, ListTopicsCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { expect, test } from 'vitest';
import { handWorld } from './hand-world.ts';
import { refusal, startLoopback } from './loopback.ts';

const HUB = '000000000000';

test('topics belong to the hub and to the region that signs', async () => {
  const { asHub } = await startLoopback(handWorld());
  const { TopicArn } = await new SNSClient(asHub).send(new CreateTopicCommand({ Name: 'fallback' }));
  expect(TopicArn).toBe(`arn:aws:sns:eu-west-1:${HUB}:fallback`);
  const { Topics } = await new SNSClient(asHub).send(new ListTopicsCommand({}));
  expect(Topics).toEqual([{ TopicArn }]);
});

test('an account that denies sns:Publish publishes nothing', async () => {
  const world = handWorld();
  const accounts = [...world.accounts, { id: HUB, name: 'hub', deny: ['sns:Publish'], regions: [] }];
  const { asHub, aws } = await startLoopback({ ...world, accounts });
  const sns = new SNSClient(asHub);
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'fallback' }));
  const refused = await refusal(sns.send(new PublishCommand({ TopicArn, Message: 'x' })));
  expect(refused.message).toContain(`not authorized to perform: sns:Publish on resource: ${TopicArn}`);
  expect(refused.$metadata?.httpStatusCode).toBe(403);
  const outcomes = aws.meter.report().rows.map(({ operation, outcome }) => `${operation} ${outcome}`);
  expect(outcomes).toEqual(['CreateTopic ok', 'Publish AccessDenied']);
});

test('an order to throttle is followed', async () => {
  const world = handWorld();
  world.throttles.set('sns:Publish', world.clock.now() + 60_000);
  const { asHub } = await startLoopback(world);
  const refused = await refusal(
    new SNSClient(asHub).send(
      new PublishCommand({ TopicArn: `arn:aws:sns:eu-west-1:${HUB}:x`, Message: 'x' }),
    ),
  );
  expect(refused.name).toMatch(/Throttl/);
});

test('a signature that is not the hub’s is refused', async () => {
  const { asHub } = await startLoopback(handWorld());
  const credentials = { ...asHub.credentials, secretAccessKey: 'another' };
  const refused = await refusal(
    new SNSClient({ ...asHub, credentials }).send(new CreateTopicCommand({ Name: 'fallback' })),
  );
  expect(refused.name).toBe('SignatureDoesNotMatch');
});
