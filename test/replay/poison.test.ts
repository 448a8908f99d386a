import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type AlertQueue, openAlertQueue } from './alert-queue.ts';
import { impaired } from './ecs-events.ts';
import { openProduct, type Product } from './product.ts';
import { incidentsIn, inSlack, inTeams } from './told.ts';

/** What is no event, from the alert queue to the dead-letter queue and, once it can be read, back. */
let product: Product;
let queue: AlertQueue;

beforeAll(async () => {
  product = await openProduct(['web', 'cart']);
  const { aws = '', queueUrl = '' } = product.local.endpoints;
  queue = openAlertQueue({ endpoint: aws, queueUrl });
});
afterAll(async () => {
  queue.close();
  await product.close();
});

const soon = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 30_000, interval: 50 });
const notes = () =>
  [...inSlack(product.local), ...inTeams(product.local)].filter(({ content }) =>
    content.includes('A message of the alert queue cannot be read'),
  );

test('what is no event stands in the dead-letter queue, and the channel for such things hears why, once a message', async () => {
  const event = impaired('web', Date.now());
  const { time: _time, ...timeless } = event;
  const bodies = [
    'no JSON at all',
    '{"hello":"world"}',
    JSON.stringify({ ...timeless, detail: { eventName: 'SERVICE_TASK_START_IMPAIRED' } }),
  ];
  await queue.put(bodies);
  await soon(async () => expect([await queue.dead(), await queue.left()]).toEqual([bodies.length, 0]));
  await soon(() => expect(notes()).toHaveLength(bodies.length));
  for (const why of [
    'The message is no JSON.',
    'The message is no EventBridge event: ',
    'The event carries no readable time.',
  ])
    expect(notes().filter(({ content }) => content.includes(why))).toHaveLength(1);
  expect(await incidentsIn(product.local)).toEqual([]);
});

test('what is put back from there once it can be read is an alert, and harmless when it is put back again', async () => {
  const dead = new Set<string>();
  while (dead.size < 3) dead.add((await queue.takeDead())?.Body ?? 'nothing is left');
  expect(dead).toContain('no JSON at all');
  // Somebody has mended whoever wrote it; what stood there without a time has one now.
  const [timeless = ''] = [...dead].filter((body) => body.includes('SERVICE_TASK_START_IMPAIRED'));
  const mended = JSON.stringify({ ...JSON.parse(timeless), time: new Date().toISOString() });
  await queue.put([mended]);
  await soon(() => expect(product.slackAlerts('web')).toHaveLength(1));
  const [before] = await incidentsIn(product.local);

  await queue.put([mended, mended]);
  await queue.put([JSON.stringify(impaired('cart', Date.now()))]);
  await soon(() => expect(product.slackAlerts('cart')).toHaveLength(1));
  await soon(async () => expect(await queue.left()).toBe(0));
  const web = (await incidentsIn(product.local)).filter(({ target }) => target.service === 'web');
  expect(web.map(({ id, count }) => [id, count])).toEqual([[before?.id, 1]]);
  expect(product.slackAlerts('web')).toHaveLength(1);
  expect(notes()).toHaveLength(3);
});
