import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { person } from '../local/chat-world.ts';
import { ACCOUNT, openProduct, type Product, SLACK_CHANNEL, TEAMS_CHANNEL } from './product.ts';

/** Events go through the real queue, and both chats show what they mean. */
const SERVICES = [
  'web',
  'cart',
  'mail',
  'search',
  'feed',
  'auth',
  'quiet',
  'login',
  'batch',
  'edge',
  'store',
];
let product: Product;

beforeAll(async () => {
  product = await openProduct(SERVICES);
});
afterAll(() => product.close());

const soon = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 30_000, interval: 50 });

/** An event that happens now. */
function event(service: string, eventName: string, eventType: string, detail: object = {}): object {
  const now = new Date().toISOString();
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'ECS Service Action',
    source: 'aws.ecs',
    account: ACCOUNT,
    time: `${now.slice(0, 19)}Z`,
    region: 'eu-west-1',
    resources: [`arn:aws:ecs:eu-west-1:${ACCOUNT}:service/core/${service}`],
    detail: {
      eventType,
      eventName,
      clusterArn: `arn:aws:ecs:eu-west-1:${ACCOUNT}:cluster/core`,
      createdAt: now,
      ...detail,
    },
  };
}
const deployment = (service: string, eventName: string, eventType: string) => {
  const now = new Date().toISOString();
  return {
    ...event(service, eventName, eventType, { clusterArn: undefined, createdAt: undefined }),
    'detail-type': 'ECS Deployment State Change',
    detail: {
      eventType,
      eventName,
      deploymentId: `ecs-svc/${service}`,
      updatedAt: now,
      reason: 'Circuit breaker',
    },
  };
};

/** Both chats hold exactly one alert about the service. */
async function alerted(service: string) {
  return soon(() => {
    const [slack, ...moreSlack] = product.slackAlerts(service);
    const [teams, ...moreTeams] = product.teamsAlerts(service);
    if (slack === undefined || teams === undefined) throw new Error(`no alert about ${service} yet`);
    expect([...moreSlack, ...moreTeams]).toEqual([]);
    return { slack, teams };
  });
}
const shown = ({ slack, teams }: { slack: object; teams: object }) => [
  JSON.stringify(slack),
  JSON.stringify(teams),
];

describe('an event that means trouble is told in both chats', () => {
  test.each([
    ['SERVICE_TASK_START_IMPAIRED', 'WARN', 'web', 'Tasks cannot start reliably'],
    ['SERVICE_TASK_PLACEMENT_FAILURE', 'ERROR', 'cart', 'No room for a task'],
    ['SERVICE_FUTURE_TROUBLE', 'ERROR', 'mail', 'Service future trouble'],
  ])('%s %s', async (name, type, service, title) => {
    await product.push(event(service, name, type, { reason: 'RESOURCE:<!channel>' }));
    for (const text of shown(await alerted(service))) {
      expect(text).toContain(title);
      expect(text).toContain('core');
    }
    // What AWS gives as a reason calls nobody.
    expect(JSON.stringify(product.slackAlerts(service))).not.toContain('<!channel>');
  });

  test('a failed deployment, which names no cluster', async () => {
    await product.push(deployment('search', 'SERVICE_DEPLOYMENT_FAILED', 'ERROR'));
    for (const text of shown(await alerted('search'))) expect(text).toContain('Deployment failed');
  });

  test('once, however often it comes', async () => {
    const repeated = event('feed', 'SERVICE_TASK_START_IMPAIRED', 'WARN');
    await Promise.all([product.push(repeated), product.push(repeated), product.push(repeated)]);
    await product.push({ ...repeated, id: randomUUID() });
    await alerted('feed');
    await product.push(event('feed', 'ECS_OPERATION_THROTTLED', 'ERROR'));
    await soon(() => expect(JSON.stringify(product.slack())).toContain('ECS is being throttled'));
    await alerted('feed');
  });
});

test('what is only news is told to nobody', async () => {
  for (const name of ['SERVICE_STEADY_STATE', 'CAPACITY_PROVIDER_STEADY_STATE', 'SERVICE_FUTURE_NEWS'])
    await product.push(event('quiet', name, 'INFO'));
  await product.push(deployment('quiet', 'SERVICE_DEPLOYMENT_IN_PROGRESS', 'INFO'));
  await product.push(deployment('quiet', 'SERVICE_DEPLOYMENT_COMPLETED', 'INFO'));
  // The queue is read in order, so when this one is told the others have been seen.
  await product.push(event('edge', 'SERVICE_TASK_START_IMPAIRED', 'WARN'));
  await alerted('edge');
  expect(product.slackAlerts('quiet')).toEqual([]);
  expect(product.teamsAlerts('quiet')).toEqual([]);
});

describe('an incident that somebody takes', () => {
  test('in Slack shows who has it in both chats, and nobody can take it a second time', async () => {
    await product.push(event('auth', 'SERVICE_TASK_START_IMPAIRED', 'WARN'));
    const { slack, teams } = await alerted('auth');
    await product.clickInSlack('Olivia', slack, 'Acknowledge');
    await soon(() => {
      const [inSlack, inTeams] = [product.slackAlerts('auth')[0], product.teamsAlerts('auth')[0]];
      expect(JSON.stringify(inSlack?.blocks)).toContain(person('Olivia').slackId);
      expect(JSON.stringify(inTeams?.body)).toMatch(/olivia/i);
      expect(JSON.stringify(inTeams?.body)).not.toContain('"Acknowledge"');
    });
    expect(await product.clickInTeams('Ravi', teams, 'Acknowledge')).toMatch(/olivia has had it for/i);
    expect(await product.clickInTeams('Ravi', teams, 'Acknowledge')).toContain('Nothing changed.');
  });

  test('in Teams, and a click after its end says that it is over', async () => {
    await product.push(event('login', 'SERVICE_TASK_START_IMPAIRED', 'WARN'));
    const { slack, teams } = await alerted('login');
    expect(await product.clickInTeams('Ravi', teams, 'Acknowledge')).toContain('Done.');
    await soon(() => expect(JSON.stringify(product.slackAlerts('login')[0]?.blocks)).toContain('Ravi'));
    await product.push(event('login', 'SERVICE_STEADY_STATE', 'INFO'));
    await soon(() => {
      expect(JSON.stringify(product.slackAlerts('login')[0]?.blocks)).toMatch(/Steady again|[Rr]esolved/);
      expect(JSON.stringify(product.teamsAlerts('login')[0]?.body)).toMatch(/Steady again|[Rr]esolved/);
    });
    expect(await product.clickInTeams('Olivia', teams, 'Acknowledge')).toContain('is over already');
    expect(JSON.stringify(slack.blocks)).not.toBe(JSON.stringify(product.slackAlerts('login')[0]?.blocks));
  });

  test('by a word in its thread', async () => {
    await product.push(event('batch', 'SERVICE_TASK_START_IMPAIRED', 'WARN'));
    const { slack } = await alerted('batch');
    const { chats } = product.local;
    await chats?.slack.people.send(person('Olivia').slackId, SLACK_CHANNEL, 'ack', slack.ts);
    await soon(() =>
      expect(JSON.stringify(product.slackAlerts('batch')[0]?.blocks)).toContain(person('Olivia').slackId),
    );
  });
});

describe('people are answered', () => {
  test('in Slack and in Teams alike', async () => {
    const { chats } = product.local;
    await chats?.slack.people.send(person('Olivia').slackId, SLACK_CHANNEL, '/ecs service store');
    await chats?.teams.people.send(person('Olivia').teamsId, TEAMS_CHANNEL, '@Deckhand service store');
    await soon(() => {
      expect(JSON.stringify(product.slack().at(-1)?.blocks)).toContain('store');
      expect(
        product.teams().some((one) => one.rootId !== undefined && JSON.stringify(one.body).includes('store')),
      ).toBe(true);
    });
  });

  test('about what is open', async () => {
    const { chats } = product.local;
    await chats?.slack.people.send(person('Olivia').slackId, SLACK_CHANNEL, '/ecs alerts open');
    await soon(() =>
      expect(JSON.stringify(product.slack().at(-1)?.blocks)).toContain('Tasks cannot start reliably'),
    );
  });
});

const samples = join(import.meta.dirname, '../../../shared/fixtures/eventbridge');
describe.runIf(existsSync(samples))(
  'the samples that AWS documents, each with an id and a time of its own',
  () => {
    const files = existsSync(samples) ? readdirSync(samples).filter((name) => name.endsWith('.json')) : [];
    test('alert for warnings and errors alone', async () => {
      for (const [index, file] of files.entries()) {
        const text = readFileSync(join(samples, file), 'utf8').replaceAll('servicetest', `sample-${index}`);
        const now = new Date().toISOString();
        const sample = JSON.parse(text);
        await product.push({
          ...sample,
          id: randomUUID(),
          time: now,
          detail: { ...sample.detail, createdAt: now },
        });
      }
      const failing = files.flatMap((file, index) =>
        /failed|failure|impaired/.test(file) ? [`sample-${index}`] : [],
      );
      for (const service of failing) await alerted(service);
      const quiet = files
        .map((_, index) => `sample-${index}`)
        .filter((service) => !failing.includes(service));
      for (const service of quiet) {
        expect(product.slackAlerts(service)).toEqual([]);
        expect(product.teamsAlerts(service)).toEqual([]);
      }
    });
  },
);
