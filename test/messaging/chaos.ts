import { type Destination, destinationKey, type WantedMessage } from '../../src/messaging/messenger.ts';
import { type Fate, fates, type Request, type SimulatedChat } from './simulated-chat.ts';
import { makeWorld, message, type Process, slackChannel, teamsChannel, type World } from './world.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly platform: 'slack' | 'teams';
  /** False: a search never finds anything, as if there were no reconcile and no late look. */
  readonly reconcile?: boolean;
}

export interface ChaosResult {
  readonly kills: number;
  readonly messages: number;
  /** Wanted, and not in the channel. */
  readonly lost: readonly string[];
  /** In the channel more than once: the copies beyond the first. */
  readonly doubled: readonly string[];
  /** In the channel more often than the answers to its posts that nobody lived to write down allow. */
  readonly unexplained: readonly string[];
  /** In the channel with a text that is not the last wanted. */
  readonly stale: readonly string[];
  /** Shown before something that was wanted earlier in the same thread. */
  readonly disordered: readonly string[];
}

const TROUBLE_MS = 240_000;
const QUIET_MS = 1_800_000;
const ROOTS = 3;
const FACTS = 3;

/**
 * Two processes deliver a few incidents over two channels while both are killed and frozen at random and the
 * platform loses, delays and refuses; then everything works again, and the channels are compared with what was
 * wanted.
 */
export async function chaos({ seed, platform, reconcile = true }: ChaosOptions): Promise<ChaosResult> {
  const world = makeWorld(seed, { indexLagMs: (seed % 4) * 700 });
  const { time, random } = world;
  const chat = world[platform];
  const dests = ['A', 'B'].map(platform === 'slack' ? slackChannel : teamsChannel);
  const fleet = new Fleet(world);
  const endMs = time.now() + TROUBLE_MS;
  chat.fate = (request) => (time.now() < endMs ? misfortune(random, request) : fates.good());
  if (!reconcile) chat.forgetful = true;

  const wanted: WantedMessage[] = [];
  for (const dest of dests) void want(world, fleet, dest, wanted);
  fleet.trouble(endMs);
  await time.pass(TROUBLE_MS + QUIET_MS);
  return { kills: fleet.kills, messages: latest(wanted).size, ...judge(world, chat, wanted) };
}

/** The processes, and what befalls them. */
class Fleet {
  kills = 0;
  readonly #world: World;
  readonly #processes: Process[];

  constructor(world: World) {
    this.#world = world;
    this.#processes = [world.boot(), world.boot()];
  }

  any(): Process | undefined {
    const living = this.#processes.filter(({ mortal }) => !mortal.dead);
    return living[Math.floor(this.#world.random() * living.length)];
  }

  trouble(endMs: number): void {
    for (const slot of this.#processes.keys()) void this.#troubleFor(slot, endMs);
  }

  async #troubleFor(slot: number, endMs: number): Promise<void> {
    const { time, random, boot } = this.#world;
    while (time.now() < endMs) {
      await time.pause(random() * 5_000);
      const process = this.#processes[slot];
      if (!process) return;
      if (random() < 0.15) {
        process.mortal.freeze(random() * 40_000);
        continue;
      }
      process.mortal.dead = true;
      this.kills += 1;
      await time.pause(random() * 2_000);
      this.#processes[slot] = boot();
    }
  }
}

/** Wants incidents as their intake would: what was not durable before a kill is wanted again. */
async function want(world: World, fleet: Fleet, dest: Destination, all: WantedMessage[]): Promise<void> {
  const { time, random } = world;
  for (let root = 1; root <= ROOTS; root += 1) {
    const rootKey = `inc/${root}/root`;
    await ask(world, fleet, all, [message(dest, rootKey, 1, { urgency: 'critical' })]);
    for (let fact = 1; fact <= FACTS; fact += 1) {
      await time.pause(random() * 15_000);
      const told = message(dest, `inc/${root}/fact/${fact}`, 1, { parent: rootKey });
      await ask(world, fleet, all, [message(dest, rootKey, 1 + fact), told]);
    }
  }
}

async function ask(world: World, fleet: Fleet, all: WantedMessage[], some: WantedMessage[]): Promise<void> {
  all.push(...some);
  for (let durable = false; !durable; ) {
    const process = fleet.any();
    const asked = process?.outbox.want(some).then(
      () => true,
      () => false,
    );
    durable = await Promise.race([asked ?? false, world.time.pause(1_000).then(() => false)]);
    if (!process) await world.time.pause(100);
  }
}

function misfortune(random: () => number, request: Request): Fate {
  const dice = random();
  if (dice < 0.5) return fates.good(20 + random() * 300);
  if (dice < 0.62) return fates.answerLost();
  if (dice < 0.7) return fates.silence();
  if (dice < 0.76) return request.kind === 'edit' ? fates.silence() : fates.late(random() * 45_000);
  if (dice < 0.84) return fates.serverError();
  if (dice < 0.9) return fates.void();
  if (dice < 0.95) return fates.throttled(1_000 + random() * 5_000);
  return fates.notSent();
}

function latest(wanted: readonly WantedMessage[]): ReadonlyMap<string, WantedMessage> {
  return new Map(wanted.map((m) => [`${destinationKey(m.dest)} ${m.key}`, m]));
}

function judge(
  world: World,
  chat: SimulatedChat,
  wanted: readonly WantedMessage[],
): Omit<ChaosResult, 'kills' | 'messages'> {
  const last = [...latest(wanted)];
  const inChannel = (m: WantedMessage) =>
    chat.seen(destinationKey(m.dest)).filter(({ key }) => key === m.key);
  const unseen = (m: WantedMessage) =>
    chat.arrived(destinationKey(m.dest), m.key).filter((id) => !world.known.has(id));
  return {
    lost: last.flatMap(([id, m]) => (inChannel(m).length === 0 ? [id] : [])),
    doubled: last.flatMap(([id, m]) =>
      inChannel(m)
        .slice(1)
        .map(() => id),
    ),
    unexplained: last.flatMap(([id, m]) => (inChannel(m).length - 1 > unseen(m).length ? [id] : [])),
    stale: last.flatMap(([id, m]) => (inChannel(m).some(({ text }) => text === m.card.title) ? [] : [id])),
    disordered: disordered(
      chat,
      last.map(([, m]) => m),
    ),
  };
}

/** Facts that stand before a fact of their thread that was wanted earlier. */
function disordered(chat: SimulatedChat, wanted: readonly WantedMessage[]): readonly string[] {
  const placeOf = (m: WantedMessage) =>
    chat.seen(destinationKey(m.dest)).findIndex(({ key }) => key === m.key);
  const facts = wanted.filter(({ parent }) => parent !== undefined);
  return facts.flatMap((fact, at) => {
    const earlier = facts.slice(0, at).filter((o) => o.dest === fact.dest && o.parent === fact.parent);
    return earlier.some((o) => placeOf(o) > placeOf(fact)) ? [fact.key] : [];
  });
}
