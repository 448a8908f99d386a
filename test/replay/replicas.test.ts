import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DELIVERY_DEFAULTS, fasterDelivery } from '../../src/domain/delivery-settings.ts';
import type { Incident } from '../../src/domain/incident.ts';
import { seeded } from '../messaging/virtual-time.ts';
import { type AlertQueue, openAlertQueue } from './alert-queue.ts';
import { type BotProcess, openReplicas, type Replicas, soon } from './bundled-bot.ts';
import { company, crashed, type EcsEvent, impaired, serviceEvent, steady } from './ecs-events.ts';
import { notingStore } from './killing.ts';
import { incidentsIn, inSlack, inTeams, rootsOf, type Shown, standing, waitingMessages } from './told.ts';

/** `SEED=7 npx vitest run test/replay/replicas` plays another order and other moments. */
const SEED = Number(process.env['SEED'] ?? 1);
const SERVICES = ['auth', 'cart', 'feed', 'mail', 'shop', 'user', 'video', 'web'];
const EVENTS_EACH = 125;
const KILLS = 8;
/** What takes part in delivery is ten times as fast; how much the platforms take stays theirs. */
const { slackPostEveryMs, slackEditEveryMs, teamsEveryMs } = DELIVERY_DEFAULTS;
const DELIVERY = {
  ...fasterDelivery(DELIVERY_DEFAULTS, 10),
  clientTimeoutMs: 1_200,
  slackPostEveryMs,
  slackEditEveryMs,
  teamsEveryMs,
};
/** Longer than the late look for copies. */
const QUIET_MS = DELIVERY.verifyMs + 1_000;

let replicas: Replicas;
let noting: Awaited<ReturnType<typeof notingStore>>;
let queue: AlertQueue;

beforeAll(async () => {
  replicas = await openReplicas(company(SERVICES), {
    count: 2,
    config: { delivery: DELIVERY },
    env: async ({ endpoints }) => {
      noting = await notingStore(endpoints.aws ?? '');
      return { AWS_ENDPOINT_URL_DYNAMODB: noting.url };
    },
  });
  const { aws = '', queueUrl = '' } = replicas.local.endpoints;
  queue = openAlertQueue({ endpoint: aws, queueUrl });
});
afterAll(async () => {
  queue.close();
  await replicas.close();
  await noting.close();
});

test('two replicas that are killed again and again over 1,000 events tell each incident once and count right', async () => {
  const random = seeded(SEED);
  const { local, bots } = replicas;
  // The first one learns where Teams is.
  for (const bot of bots) await bot.start();
  await local.botReady;

  const stories = SERVICES.map((service, at) => storyOf(service, at % 2 === 0, Date.now()));
  const events = stories.flatMap((story) => story.events);
  expect(events).toHaveLength(1_000);
  const sending = sendOver(25_000, deliveries(events, random));
  let killed = 0;
  while (killed < KILLS) {
    await pause(500 + random() * 2_500);
    if (await killedAndBack(bots[killed % bots.length])) killed += 1;
  }
  await sending;
  await soon(async () => expect(await queue.left()).toBe(0), 120_000);
  await settled(bots);

  expect(await queue.dead()).toBe(0);
  const incidents = await incidentsIn(local);
  expect(standing(incidents)).toEqual(
    Object.fromEntries(
      stories.map(({ service, failures, isOver }) => [
        service,
        [{ count: failures, state: isOver ? 'resolved' : 'open' }],
      ]),
    ),
  );
  checkSlack(inSlack(local), incidents);
  checkTeams(inTeams(local), incidents);
}, 300_000);

interface ServiceStory {
  readonly service: string;
  readonly events: readonly EcsEvent[];
  /** Signs of trouble: what the incident must count. */
  readonly failures: number;
  readonly isOver: boolean;
}

/** Everything that happens to a service within some minutes, up to now; no reason that others could share. */
function storyOf(service: string, isOver: boolean, nowMs: number): ServiceStory {
  const news = isOver ? 1 : 0;
  const failures = EVENTS_EACH - news;
  const startMs = nowMs - 5 * 60_000;
  const events = Array.from({ length: failures }, (_, at) => failureOf(service, at, startMs + at * 2_000));
  if (isOver) events.push(steady(service, nowMs - 10_000));
  return { service, events, failures, isOver };
}

function failureOf(service: string, at: number, atMs: number): EcsEvent {
  if (at > 0 && at % 20 === 0) return crashed(service, atMs);
  if (at === 50) return serviceEvent(service, { name: 'SERVICE_DEPLOYMENT_FAILED', type: 'ERROR', atMs });
  if (at > 0 && at % 7 === 0)
    return serviceEvent(service, { name: 'SERVICE_TASK_PLACEMENT_FAILURE', type: 'ERROR', atMs });
  return impaired(service, atMs);
}

/** In any order; some twice, as SQS does it, or as EventBridge does it, with an id of its own. */
function deliveries(events: readonly EcsEvent[], random: () => number): readonly string[] {
  const bodies = events.flatMap((event) => {
    const dice = random();
    const copies = dice < 0.15 ? [event] : dice < 0.3 ? [{ ...event, id: randomUUID() }] : [];
    return [event, ...copies].map((one) => ({ body: JSON.stringify(one), place: random() }));
  });
  return bodies.sort((a, b) => a.place - b.place).map(({ body }) => body);
}

async function sendOver(ms: number, bodies: readonly string[]): Promise<void> {
  const parts = 50;
  const size = Math.ceil(bodies.length / parts);
  for (let part = 0; part < parts; part += 1) {
    await queue.put(bodies.slice(part * size, (part + 1) * size));
    await pause(ms / parts);
  }
}

/** Whether it had lived until then. */
async function killedAndBack(bot: BotProcess | undefined): Promise<boolean> {
  const lived = (await bot?.kill()) ?? false;
  await bot?.start();
  return lived;
}

/** Until nothing waits and nothing has changed for longer than the late look takes. */
async function settled(bots: readonly BotProcess[]): Promise<void> {
  const [bot] = bots;
  if (bot === undefined) throw new Error('there is no bot');
  const { local } = replicas;
  const shown = () => JSON.stringify([inSlack(local), inTeams(local)]);
  let before = '';
  let sinceMs = Date.now();
  await soon(async () => {
    const now = shown();
    if (now !== before || (await waitingMessages(bot.port)) > 0) sinceMs = Date.now();
    before = now;
    expect(Date.now() - sinceMs).toBeGreaterThan(QUIET_MS);
  }, 120_000);
}

/** Slack can be searched: nothing is missing and nothing there twice. */
function checkSlack(shown: readonly Shown[], incidents: readonly Incident[]): void {
  const keys = shown.flatMap(({ key }) => (key?.startsWith('inc/') ? [key] : []));
  expect(keys.filter((key, at) => keys.indexOf(key) !== at)).toEqual([]);
  for (const incident of incidents) {
    const [root, ...more] = rootsOf(shown, incident.number);
    expect(more).toEqual([]);
    expect(root?.content).toContain(`${incident.count} times`);
    expect(root?.content.includes('Resolved: #')).toBe(incident.state === 'resolved');
    const facts = keys.filter((key) => key.startsWith(`inc/${incident.id}/fact/`));
    const own = incident.facts.filter(
      ({ atMs, text }) => atMs !== incident.openedAtMs || text !== incident.title,
    );
    expect(new Set(facts)).toEqual(new Set(own.map(({ key }) => `inc/${incident.id}/fact/${key}`)));
  }
  expect(shown.filter(({ thread, key }) => thread === undefined && key?.startsWith('inc/'))).toHaveLength(
    incidents.length,
  );
}

/** Teams cannot: beside a message whose id was written down stand at most those whose answer nobody saw. */
function checkTeams(shown: readonly Shown[], incidents: readonly Incident[]): void {
  for (const incident of incidents) {
    const roots = rootsOf(shown, incident.number);
    const known = roots.filter(({ id }) => noting.known.has(id));
    expect(known).toHaveLength(1);
    expect(known[0]?.content).toContain(`${incident.count} times`);
    expect(known[0]?.content.includes('Resolved: #')).toBe(incident.state === 'resolved');
    const stories = shown.filter(
      ({ thread, content, id }) =>
        roots.some((root) => root.id === thread) &&
        content.includes('What happened so far') &&
        noting.known.has(id),
    );
    expect(stories).toHaveLength(1);
  }
}
