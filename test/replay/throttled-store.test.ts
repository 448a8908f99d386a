import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { seeded } from '../messaging/virtual-time.ts';
import { type AlertQueue, openAlertQueue } from './alert-queue.ts';
import { crashed, impaired, serviceEvent, steady } from './ecs-events.ts';
import { openProduct, type Product } from './product.ts';
import { openTap, type Tap } from './tap.ts';
import { incidentsIn, inSlack, inTeams, rootsOf, standing } from './told.ts';

/** The table refuses for want of throughput: for a while everything, then one call in three. */
const SERVICES = ['auth', 'cart', 'mail', 'web'];
const EACH = 50;
const refusing = { share: 0 };
const random = seeded(1);

let product: Product;
let table: Tap;
let queue: AlertQueue;

beforeAll(async () => {
  product = await openProduct(SERVICES, {
    env: async ({ endpoints }) => {
      table = await openTap(endpoints.aws ?? '', () =>
        random() < refusing.share ? { status: 400, body: refusal() } : undefined,
      );
      return { AWS_ENDPOINT_URL_DYNAMODB: table.url };
    },
  });
  const { aws = '', queueUrl = '' } = product.local.endpoints;
  queue = openAlertQueue({ endpoint: aws, queueUrl });
});
afterAll(async () => {
  queue.close();
  refusing.share = 0;
  await product.close();
  await table.close();
});

const soon = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 90_000, interval: 50 });

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
function refusal(): string {
  const names = ['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'];
  const name = names[Math.floor(random() * names.length)];
  return JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'Rate exceeded' });
}

test('a table that refuses for want of throughput loses nothing, doubles nothing and miscounts nothing', async () => {
  const startMs = Date.now() - 4 * 60_000;
  const events = SERVICES.flatMap((service) =>
    Array.from({ length: EACH }, (_, at) => {
      const atMs = startMs + at * 1_000;
      if (at > 0 && at % 10 === 0) return crashed(service, atMs);
      if (at % 7 === 3)
        return serviceEvent(service, { name: 'SERVICE_TASK_PLACEMENT_FAILURE', type: 'ERROR', atMs });
      return impaired(service, atMs);
    }),
  );
  const bodies = events.map((event) => JSON.stringify(event));
  refusing.share = 1;
  await queue.put(bodies.slice(0, bodies.length / 2));
  // So often that what was taken in had to be given up, and comes again.
  await soon(() =>
    expect(
      table.seen.filter(({ body }) => body.includes('SVC#production/eu-west-1/core/auth')).length,
    ).toBeGreaterThan(40),
  );
  expect(await queue.left()).toBe(bodies.length / 2);
  refusing.share = 0.3;
  await queue.put([...bodies.slice(bodies.length / 2), ...bodies.slice(0, 20)]);
  await queue.put(SERVICES.slice(0, 2).map((service) => JSON.stringify(steady(service, Date.now() - 1_000))));
  await soon(async () => expect([await queue.left(), await queue.dead()]).toEqual([0, 0]));
  refusing.share = 0;

  await soon(async () => {
    const incidents = await incidentsIn(product.local);
    expect(standing(incidents)).toEqual(
      Object.fromEntries(
        SERVICES.map((service, at) => [service, [{ count: EACH, state: at < 2 ? 'resolved' : 'open' }]]),
      ),
    );
    for (const { number, count, state } of incidents) {
      for (const shown of [inSlack(product.local), inTeams(product.local)]) {
        const [root, ...more] = rootsOf(shown, number);
        expect(more).toEqual([]);
        expect(root?.content).toContain(`${count} times`);
        expect(root?.content.includes('Resolved: #')).toBe(state === 'resolved');
      }
    }
  });
  const keys = inSlack(product.local).flatMap(({ key }) => (key?.startsWith('inc/') ? [key] : []));
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
}, 240_000);
