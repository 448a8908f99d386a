import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Incident } from '../../src/domain/incident.ts';
import { CAST } from '../local/chat-world.ts';
import { seeded } from '../messaging/virtual-time.ts';
import { type AlertQueue, openAlertQueue } from './alert-queue.ts';
import { openReplicas, type Replicas, soon } from './bundled-bot.ts';
import { company, type EcsEvent, impaired, serviceEvent, steady } from './ecs-events.ts';
import { openTap, type Tap } from './tap.ts';
import { incidentsIn, inSlack, inTeams, rootsOf, type Shown, waitingMessages } from './told.ts';

const EVENTS = 10_000;
const services = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${prefix}-${at}`);
/** Each fails for reasons of its own. */
const ALONE = services('alone', 36);
/** They all pull from a registry that does not answer. */
const TOGETHER = services('joint', 14);
const SERVICES = [...ALONE, ...TOGETHER];
const EACH = EVENTS / SERVICES.length;
const BESIDES = ALONE.slice(0, 5);
const OVER = [...ALONE.slice(0, 9), ...TOGETHER];
const REASON =
  'CannotPullContainerError: failed to resolve ref registry.example.com/app:1: dial tcp: i/o timeout';

let replicas: Replicas;
let slackApi: Tap;
let queue: AlertQueue;

beforeAll(async () => {
  replicas = await openReplicas(company(SERVICES), {
    count: 1,
    env: async ({ endpoints }) => {
      const { origin, pathname } = new URL(endpoints.slack ?? '');
      slackApi = await openTap(origin);
      return { SLACK_API_URL: `${slackApi.url}${pathname}` };
    },
  });
  const { aws = '', queueUrl = '' } = replicas.local.endpoints;
  queue = openAlertQueue({ endpoint: aws, queueUrl });
});
afterAll(async () => {
  queue.close();
  await replicas.close();
  await slackApi.close();
});

test('10,000 events of 50 services in a minute become one thread each, at the pace that the platforms allow', async () => {
  const { local, bots } = replicas;
  const [bot] = bots;
  if (bot === undefined) throw new Error('there is no bot');
  await bot.start();
  await local.botReady;

  const startMs = Date.now();
  await queue.put(storm(startMs).map((event) => JSON.stringify(event)));
  await soon(async () => expect(await queue.left()).toBe(0), 180_000);
  console.log(`taken in after ${((Date.now() - startMs) / 1_000).toFixed(0)} s`);
  await queue.put(OVER.map((service) => JSON.stringify(steady(service, Date.now()))));
  await soon(async () => expect(await queue.left()).toBe(0));
  await settled(bot.port);
  console.log(`told after ${((Date.now() - startMs) / 1_000).toFixed(0)} s`);

  const incidents = await incidentsIn(local);
  const leaders = checkCounts(incidents);
  for (const shown of [inSlack(local), inTeams(local)]) checkThreads(shown, incidents, leaders);
  expect(await queue.dead()).toBe(0);
  checkPace();
}, 480_000);

/** In any order, within the last minute. */
function storm(nowMs: number): readonly EcsEvent[] {
  const random = seeded(1);
  const events = Array.from({ length: EVENTS }, (_, at) => {
    const service = SERVICES[at % SERVICES.length] ?? '';
    const atMs = nowMs - 60_000 + at * 5;
    if (TOGETHER.includes(service)) return impaired(service, atMs, REASON);
    // In the second half some have another cause besides, of which a reply tells.
    return BESIDES.includes(service) && at >= EVENTS / 2
      ? serviceEvent(service, { name: 'SERVICE_TASK_PLACEMENT_FAILURE', type: 'ERROR', atMs })
      : impaired(service, atMs);
  });
  return events
    .map((event) => ({ event, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ event }) => event);
}

/** Until nothing waits to be sent and nothing changes any more. */
async function settled(port: number): Promise<void> {
  const { local } = replicas;
  let before = '';
  let sinceMs = Date.now();
  await soon(async () => {
    const now = JSON.stringify([inSlack(local), inTeams(local)]);
    if (now !== before || (await waitingMessages(port)) > 0) sinceMs = Date.now();
    before = now;
    expect(Date.now() - sinceMs).toBeGreaterThan(6_000);
  }, 300_000);
}

/** Every event is counted once, by its own incident or by the one of its group, which it names. */
function checkCounts(incidents: readonly Incident[]): readonly Incident[] {
  const telling = incidents.filter(({ merged }) => merged === undefined);
  const leaders = telling.filter(({ members }) => members !== undefined);
  expect(incidents).toHaveLength(SERVICES.length);
  expect(new Set(incidents.map(({ target }) => target.service))).toEqual(new Set(SERVICES));
  expect(leaders).toHaveLength(1);
  expect(new Set(leaders[0]?.members?.map(({ target }) => target.service))).toEqual(new Set(TOGETHER));
  expect(leaders[0]?.count).toBe(EACH * TOGETHER.length);
  expect(telling.filter(({ members, count }) => members === undefined && count !== EACH)).toEqual([]);
  expect(telling.reduce((sum, { count }) => sum + count, 0)).toBe(EVENTS);
  return leaders;
}

/** One root each, as it stands now; every reply is below one of them. */
function checkThreads(
  shown: readonly Shown[],
  incidents: readonly Incident[],
  [leader]: readonly Incident[],
): void {
  const roots = new Set<string>();
  for (const { number, merged, state, count } of incidents) {
    const found = rootsOf(shown, number);
    expect([number, found.length]).toEqual([number, 1]);
    const [root] = found;
    roots.add(root?.id ?? '');
    const says = merged === undefined ? `${count} times` : `Part of #${leader?.number}: #${number} `;
    expect(root?.content).toContain(says);
    expect(root?.content.includes('Resolved: #')).toBe(merged === undefined && state === 'resolved');
  }
  const isOver = (service = '') => OVER.includes(service);
  for (const { target, state } of incidents.filter(({ merged }) => merged === undefined))
    expect([target.service, state]).toEqual([target.service, isOver(target.service) ? 'resolved' : 'open']);
  expect(shown.filter(({ thread }) => thread === undefined)).toHaveLength(incidents.length);
  expect(shown.filter(({ thread }) => thread !== undefined && !roots.has(thread))).toEqual([]);
}

/** Slack: one post a second and channel, and a small burst. Both count what is too much themselves. */
function checkPace(): void {
  const { chats } = replicas.local;
  const refused = slackApi.seen.filter(({ status }) => status === 429);
  expect(refused.map(({ path }) => path)).toEqual([]);
  expect(chats?.teams.requests.filter(({ status }) => status === 429)).toEqual([]);
  const posts = slackApi.seen.filter(
    ({ path, body }) => path.endsWith('/chat.postMessage') && body.includes(CAST.slack.defaultChannel),
  );
  expect(posts.length).toBeGreaterThanOrEqual(SERVICES.length);
  for (const [at, { atMs }] of posts.entries()) {
    const within = posts.slice(at).filter((post) => post.atMs - atMs < 10_000).length;
    expect(within).toBeLessThanOrEqual(10 + 5);
  }
}
