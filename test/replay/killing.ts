import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { build } from 'esbuild';
import type { FaultyPlatform } from './faulty-platform.ts';
import { type Work, WorkQueue } from './work-queue.ts';

/** All times of the delivery divided by this, ratios kept. */
const FACTOR = 20;
const SENDERS = 3;
/** Longer than the late look and the longest pause after failures. */
const QUIET_MS = 7_000;
/** As long as something moves, the end is waited for. */
const PATIENCE_MS = 60_000;

export interface Killing {
  readonly kills: number;
  readonly platform: FaultyPlatform;
  readonly channels: readonly string[];
  /** The bundle of the sending process. */
  readonly bundle: string;
  readonly store: { readonly url: string; readonly tableName: string };
  readonly random: () => number;
}

/** Bundles a sending process, so that it starts as fast as the product does. */
export async function bundleSender(source: string, outfile: string): Promise<void> {
  const require =
    "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  await build({
    entryPoints: [source],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    banner: { js: require },
  });
}

export interface Killed {
  /** `channel key` → the last revision wanted. */
  readonly latest: ReadonlyMap<string, number>;
  /** Senders that lived until SIGKILL. */
  readonly kills: number;
}

/** Tells a story through senders that die again and again. */
export async function killing(options: Killing): Promise<Killed> {
  const { platform, store, random, channels } = options;
  const queue = new WorkQueue();
  const args = [await platform.listen(), store.url, store.tableName, await queue.listen(), String(FACTOR)];
  const story = new Story(queue, random, channels);
  const senders = Array.from({ length: SENDERS }, () => new Sender(options.bundle, args));
  let kills = 0;
  try {
    const telling = story.tell();
    const left = { kills: options.kills };
    const counts = await Promise.all(senders.map((sender) => killAgainAndAgain(sender, left, random)));
    kills = counts.reduce((sum, count) => sum + count, 0);
    story.end();
    await telling;
    platform.faulty = false;
    await Promise.all(senders.map((sender) => sender.start()));
    await settled(platform, queue, story);
  } finally {
    await Promise.all(senders.map((sender) => sender.kill()));
    await Promise.all([platform.close(), queue.close()]);
  }
  return { latest: story.latest, kills };
}

/** Facts of one thread that stand in another order than they were told in. */
export function disordered(
  platform: Pick<FaultyPlatform, 'messages'>,
  channels: readonly string[],
): readonly string[] {
  return channels.flatMap((channel) => {
    const facts = platform.messages(channel).filter((m) => m.thread !== undefined);
    const late = facts.filter((fact, at) =>
      facts.slice(0, at).some((m) => m.thread === fact.thread && m.key > fact.key),
    );
    return late.map((fact) => `${channel} ${fact.key}`);
  });
}

/** A store behind which it is noted which message ids were ever written down. */
export async function notingStore(storeUrl: string) {
  const known = new Set<string>();
  const server = createServer((request, response) => {
    const forward = async (): Promise<void> => {
      const body = await text(request);
      const headers = Object.entries(request.headers).filter(
        ([name, value]) => typeof value === 'string' && !/^(host|connection|content-length)$/.test(name),
      );
      // Only single values are left.
      const answer = await fetch(storeUrl, { method: 'POST', body, headers: headers as [string, string][] });
      const content = await answer.text();
      if (answer.status === 200 && String(request.headers['x-amz-target']).endsWith('PutItem'))
        for (const id of idsIn(body)) known.add(id);
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(content);
    };
    forward().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an address with a port.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url, known, close };
}

/** The ids that a record of the outbox holds. */
function idsIn(put: string): readonly string[] {
  const { Item } = JSON.parse(put) as { Item: { pk: { S: string }; body?: { S: string } } };
  if (!Item.pk.S.startsWith('OUT#') || Item.body === undefined) return [];
  const { have, strays } = JSON.parse(Item.body.S) as { have?: { id: string }; strays?: string[] };
  return [...(have ? [have.id] : []), ...(strays ?? [])];
}

async function killAgainAndAgain(
  sender: Sender,
  left: { kills: number },
  random: () => number,
): Promise<number> {
  let killed = 0;
  while (left.kills > 0) {
    left.kills -= 1;
    await sender.start();
    await pause(random() * 700);
    if (await sender.kill()) killed += 1;
  }
  return killed;
}

/** Until the queue is empty, everything is shown and the platform is left alone; or until nothing moves any more. */
async function settled(platform: FaultyPlatform, queue: WorkQueue, story: Story): Promise<void> {
  let missing = Infinity;
  let movedAtMs = Date.now();
  while (Date.now() - movedAtMs < PATIENCE_MS) {
    const now = missingIn(platform, story);
    if (now !== missing) movedAtMs = Date.now();
    missing = now;
    if (queue.empty && missing === 0 && Date.now() - platform.lastRequestAtMs > QUIET_MS) return;
    await pause(100);
  }
}

/** How many of the wanted messages are not shown with their last text. */
function missingIn(platform: FaultyPlatform, story: Story): number {
  const shown = new Set(story.channels.flatMap((c) => platform.messages(c).map((m) => `${c} ${m.text}`)));
  return [...story.latest].filter(([id, rev]) => !shown.has(`${id} r${rev}`)).length;
}

/** Incidents as they are told: each change wants the root in a new revision and all facts so far. */
class Story {
  /** `channel key` → the last revision. */
  readonly latest = new Map<string, number>();
  readonly #queue: WorkQueue;
  readonly #random: () => number;
  readonly channels: readonly string[];
  #over = false;

  constructor(queue: WorkQueue, random: () => number, channels: readonly string[]) {
    this.#queue = queue;
    this.#random = random;
    this.channels = channels;
  }

  end(): void {
    this.#over = true;
  }

  async tell(): Promise<void> {
    for (let incident = 1; !this.#over; incident += 1) {
      const channel = this.channels[incident % this.channels.length] ?? '';
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
  readonly #bundle: string;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;

  constructor(bundle: string, args: readonly string[]) {
    this.#bundle = bundle;
    this.#args = args;
  }

  /** Resolves when it sends. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [this.#bundle, ...this.#args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    if (child.exitCode !== null)
      throw new Error(`A sender ended by itself with exit code ${child.exitCode}.`);
  }

  /** Whether it had lived until then. */
  async kill(): Promise<boolean> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return false;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    return true;
  }
}
