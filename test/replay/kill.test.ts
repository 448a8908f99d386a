import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '../messaging/virtual-time.ts';
import { startTestStore, type TestStore } from '../store/dynalite.ts';
import { FaultySlack } from './faulty-slack.ts';
import { type Work, WorkQueue } from './work-queue.ts';

/** All times of the delivery divided by this, ratios kept. */
const FACTOR = 20;
/** `KILLS=1000 npx vitest run test/replay/kill` for a long run. */
const KILLS = Number(process.env.KILLS ?? 200);
const SEED = Number(process.env.SEED ?? 1);
const CHANNELS = ['C1', 'C2', 'C3'];
const SENDERS = 2;
/** Longer than the late look and the longest pause after failures. */
const QUIET_MS = 7_000;
/** As long as something moves, the end is waited for. */
const PATIENCE_MS = 60_000;

let folder: string;
let bundle: string;
let store: TestStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deckhand-kill-'));
  bundle = join(folder, 'sender.mjs');
  const require =
    "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  await build({
    entryPoints: [join(import.meta.dirname, 'sender.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    banner: { js: require },
  });
  store = await startTestStore();
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

describe('two senders that are killed again and again while Slack loses and delays answers', () => {
  it('lose nothing and double nothing, and end with the last texts', { timeout: 1_800_000 }, async () => {
    const { kills, wanted, ...wrong } = await killing(KILLS, { forgetful: false });
    console.log(`${kills} kills, ${wanted} messages wanted`);
    expect(kills).toBe(KILLS);
    expect(wrong).toEqual({ lost: [], doubled: [], stale: [], disordered: [] });
  });

  it('double messages when a search finds nothing', { timeout: 600_000 }, async () => {
    const { doubled } = await killing(Math.min(KILLS, 40), { forgetful: true });
    expect(doubled.length).toBeGreaterThan(0);
  });
});

async function killing(kills: number, { forgetful }: { forgetful: boolean }) {
  const random = seeded(SEED);
  const slack = new FaultySlack(random);
  slack.forgetful = forgetful;
  const queue = new WorkQueue();
  const { tableName } = await store.fresh();
  const args = [await slack.listen(), store.url, tableName, await queue.listen(), String(FACTOR)];
  const story = new Story(queue, random);
  const senders = Array.from({ length: SENDERS }, () => new Sender(args));
  try {
    const telling = story.tell();
    const left = { kills };
    await Promise.all(senders.map((sender) => killAgainAndAgain(sender, left, random)));
    story.end();
    await telling;
    slack.faulty = false;
    await Promise.all(senders.map((sender) => sender.start()));
    await settled(slack, queue, story);
  } finally {
    await Promise.all(senders.map((sender) => sender.kill()));
    await Promise.all([slack.close(), queue.close()]);
  }
  return { kills, wanted: story.latest.size, ...judge(slack, story) };
}

async function killAgainAndAgain(
  sender: Sender,
  left: { kills: number },
  random: () => number,
): Promise<void> {
  while (left.kills > 0) {
    left.kills -= 1;
    await sender.start();
    await pause(random() * 700);
    await sender.kill();
  }
}

/** Until the queue is empty, everything is shown and Slack is left alone; or until nothing moves any more. */
async function settled(slack: FaultySlack, queue: WorkQueue, story: Story): Promise<void> {
  let missing = Infinity;
  let movedAtMs = Date.now();
  while (Date.now() - movedAtMs < PATIENCE_MS) {
    const now = missingIn(slack, story);
    if (now !== missing) movedAtMs = Date.now();
    missing = now;
    if (queue.empty && missing === 0 && Date.now() - slack.lastRequestAtMs > QUIET_MS) return;
    await pause(100);
  }
}

/** How many of the wanted messages are not shown with their last text. */
function missingIn(slack: FaultySlack, story: Story): number {
  const shown = new Set(CHANNELS.flatMap((c) => slack.messages(c).map((m) => `${c} ${m.text}`)));
  return [...story.latest].filter(([id, rev]) => !shown.has(`${id} r${rev}`)).length;
}

function judge(slack: FaultySlack, story: Story) {
  const wrong = {
    lost: [] as string[],
    doubled: [] as string[],
    stale: [] as string[],
    disordered: [] as string[],
  };
  for (const [id, rev] of story.latest) {
    const [channel = '', key = ''] = id.split(' ');
    const copies = slack.messages(channel).filter((m) => m.key === key);
    if (copies.length === 0) wrong.lost.push(id);
    if (copies.length > 1) wrong.doubled.push(id);
    if (copies[0] && !copies[0].text.endsWith(` r${rev}`)) wrong.stale.push(id);
  }
  for (const channel of CHANNELS) {
    const facts = slack.messages(channel).filter((m) => m.thread !== undefined);
    for (const [at, fact] of facts.entries()) {
      const earlier = facts.slice(0, at).filter((m) => m.thread === fact.thread);
      if (earlier.some((m) => m.key > fact.key)) wrong.disordered.push(`${channel} ${fact.key}`);
    }
  }
  return wrong;
}

/** Incidents as they are told: each change wants the root in a new revision and all facts so far. */
class Story {
  /** `channel key` → the last revision. */
  readonly latest = new Map<string, number>();
  readonly #queue: WorkQueue;
  readonly #random: () => number;
  #over = false;

  constructor(queue: WorkQueue, random: () => number) {
    this.#queue = queue;
    this.#random = random;
  }

  end(): void {
    this.#over = true;
  }

  async tell(): Promise<void> {
    for (let incident = 1; !this.#over; incident += 1) {
      const channel = CHANNELS[incident % CHANNELS.length] ?? '';
      const root = `inc/${incident}/root`;
      const told: Work['messages'][number][] = [];
      this.#want([{ channel, key: root, rev: 1 }]);
      for (let fact = 1; fact <= 3 && !this.#over; fact += 1) {
        await pause(this.#random() * 150);
        told.push({ channel, key: `inc/${incident}/fact/${fact}`, rev: 1, parent: root });
        this.#want([{ channel, key: root, rev: 1 + fact }, ...told]);
      }
    }
  }

  #want(messages: Work['messages']): void {
    for (const { channel, key, rev } of messages) this.latest.set(`${channel} ${key}`, rev);
    this.#queue.add(messages);
  }
}

/** A sending process. */
class Sender {
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;

  constructor(args: readonly string[]) {
    this.#args = args;
  }

  /** Resolves when it sends. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [bundle, ...this.#args], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    if (child.exitCode !== null)
      throw new Error(`A sender ended by itself with exit code ${child.exitCode}.`);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
}
