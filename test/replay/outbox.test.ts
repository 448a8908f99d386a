import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CAST, person } from '../local/chat-world.ts';
import { ACCOUNT, openProduct, type Product, SLACK_CHANNEL, TEAMS_CHANNEL } from './product.ts';

/** A channel that refuses the bot, from the refusal to the message, through the whole product. */
let product: Product;

beforeAll(async () => {
  product = await openProduct(['web']);
});
afterAll(() => product.close());

const soon = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 30_000, interval: 50 });
const inTeams = () => JSON.stringify(product.teams().map(({ body }) => body));
const inSlack = () => JSON.stringify(product.slack());

function alert(): object {
  const now = new Date().toISOString();
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'ECS Service Action',
    source: 'aws.ecs',
    account: ACCOUNT,
    time: `${now.slice(0, 19)}Z`,
    region: 'eu-west-1',
    resources: [`arn:aws:ecs:eu-west-1:${ACCOUNT}:service/core/web`],
    detail: {
      eventType: 'WARN',
      eventName: 'SERVICE_TASK_START_IMPAIRED',
      clusterArn: `arn:aws:ecs:eu-west-1:${ACCOUNT}:cluster/core`,
      createdAt: now,
    },
  };
}

test('what a channel refuses waits, is told elsewhere, is listed, and is sent once when an administrator says so', async () => {
  const { slack, teams } = product.local.chats ?? {};
  const channel = slack?.workspace.conversations.get(SLACK_CHANNEL);
  if (slack === undefined || teams === undefined || channel === undefined) throw new Error('no chats');
  const [olivia, ravi] = [person('Olivia'), person('Ravi')];
  channel.members.delete(CAST.slack.botUserId);

  await product.push(alert());
  await soon(() => expect(inTeams()).toContain(`Messages for slack:${SLACK_CHANNEL} wait`));
  await soon(() => expect(product.teamsAlerts('web')).toHaveLength(1));
  expect(product.slackAlerts('web')).toEqual([]);

  await teams.people.send(ravi.teamsId, TEAMS_CHANNEL, '@Deckhand outbox list');
  await soon(() => expect(inTeams()).toMatch(/slack:\S+?.{0,40}: \d messages? waits?, the oldest for/));
  await teams.people.send(ravi.teamsId, TEAMS_CHANNEL, '@Deckhand help');
  await soon(() => expect(inTeams()).toMatch(/\d messages? waits? \(slack:/));

  channel.members.add(CAST.slack.botUserId);
  await slack.people.send(ravi.slackId, SLACK_CHANNEL, `/ecs outbox resume ${SLACK_CHANNEL}`);
  await soon(() => expect(inSlack()).toMatch(/administrator/i));
  expect(product.slackAlerts('web')).toEqual([]);
  await slack.people.send(olivia.slackId, SLACK_CHANNEL, `/ecs outbox resume ${SLACK_CHANNEL}`);
  await soon(() => expect(inSlack()).toMatch(/Sending (one message|\d messages) to slack:/));
  await soon(() => expect(product.slackAlerts('web')).toHaveLength(1));
  // And what a look at AWS added, which is an edit.
  await soon(() => expect(JSON.stringify(product.slackAlerts('web')[0]?.blocks)).toContain('1 of 1 running'));
  await teams.people.send(ravi.teamsId, TEAMS_CHANNEL, '@Deckhand outbox');
  await soon(() => expect(inTeams()).toContain('Nothing waits to be sent'));
  expect(product.slackAlerts('web')).toHaveLength(1);
});
