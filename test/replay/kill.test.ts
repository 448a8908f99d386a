import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seeded } from '../messaging/virtual-time.ts';
import { startTestStore, type TestStore } from '../store/dynalite.ts';
import { FaultySlack } from './faulty-slack.ts';
import { FaultyTeams } from './faulty-teams.ts';
import { bundleSender, disordered, killing, notingStore } from './killing.ts';

/** `KILLS=1000 npx vitest run test/replay/kill` for a long run. */
const KILLS = Number(process.env['KILLS'] ?? 200);
/** A run in CI stays under five minutes; a long one takes what it takes. */
const LONGEST = process.env['KILLS'] === undefined ? 300_000 : 1_800_000;
const SEED = Number(process.env['SEED'] ?? 1);
const SLACK_CHANNELS = ['C1', 'C2', 'C3'];
const TEAMS_CHANNELS = [1, 2, 3].map((n) => `19:c${n}@thread.tacv2`);

let folder: string;
let store: TestStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deckhand-kill-'));
  for (const name of ['sender', 'sender-teams'])
    await bundleSender(join(import.meta.dirname, `${name}.ts`), join(folder, `${name}.mjs`));
  store = await startTestStore();
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

describe('three senders that are killed again and again while Slack loses and delays answers', () => {
  it('lose nothing and double nothing, and end with the last texts', { timeout: LONGEST }, async () => {
    const { killed, wanted, ...wrong } = await inSlack(KILLS, { forgetful: false });
    console.log(`Slack: ${killed} kills, ${wanted} messages wanted`);
    expect(killed).toBe(KILLS);
    expect(wrong).toEqual({ lost: [], doubled: [], stale: [], disordered: [] });
  });

  it('double messages when a search finds nothing', { timeout: 600_000 }, async () => {
    const { doubled } = await inSlack(Math.min(KILLS, 40), { forgetful: true });
    expect(doubled.length).toBeGreaterThan(0);
  });
});

describe('three senders that are killed again and again while Teams loses and delays answers', () => {
  it('lose nothing, and leave at most one extra copy for each answer that was never written down', {
    timeout: LONGEST,
  }, async () => {
    const kills = Math.ceil(KILLS / 4);
    const { killed, wanted, extra, ...wrong } = await inTeams(kills);
    console.log(`Teams: ${killed} kills, ${wanted} messages wanted, ${extra} extra copies`);
    expect(killed).toBe(kills);
    expect(wrong).toEqual({ lost: [], doubled: [], stale: [] });
  });
});

async function inSlack(kills: number, { forgetful }: { forgetful: boolean }) {
  const random = seeded(SEED);
  const slack = new FaultySlack(random);
  slack.forgetful = forgetful;
  const { latest, kills: killed } = await killing({
    kills,
    platform: slack,
    channels: SLACK_CHANNELS,
    bundle: join(folder, 'sender.mjs'),
    store: { url: store.url, tableName: (await store.fresh()).tableName },
    random,
  });
  const wrong = { lost: [] as string[], doubled: [] as string[], stale: [] as string[] };
  for (const [id, rev] of latest) {
    const copies = copiesOf(slack, id);
    if (copies.length === 0) wrong.lost.push(id);
    if (copies.length > 1) wrong.doubled.push(id);
    if (copies[0] && !copies[0].text.endsWith(` r${rev}`)) wrong.stale.push(id);
  }
  return { killed, wanted: latest.size, ...wrong, disordered: disordered(slack, SLACK_CHANNELS) };
}

/** A copy whose id was never written down is of an answer that nobody saw; of the others there may be one. */
async function inTeams(kills: number) {
  const random = seeded(SEED);
  const teams = new FaultyTeams(random);
  const noting = await notingStore(store.url);
  const { latest, kills: killed } = await killing({
    kills,
    platform: teams,
    channels: TEAMS_CHANNELS,
    bundle: join(folder, 'sender-teams.mjs'),
    store: { url: noting.url, tableName: (await store.fresh()).tableName },
    random,
  });
  await noting.close();
  const wrong = { lost: [] as string[], doubled: [] as string[], stale: [] as string[] };
  let extra = 0;
  for (const [id, rev] of latest) {
    const copies = copiesOf(teams, id);
    const seen = copies.filter((copy) => noting.known.has(copy.id));
    extra += Math.max(0, copies.length - 1);
    if (copies.length === 0) wrong.lost.push(id);
    if (seen.length > 1) wrong.doubled.push(id);
    if (!seen.some((copy) => copy.text.endsWith(` r${rev}`))) wrong.stale.push(id);
  }
  return { killed, wanted: latest.size, extra, ...wrong };
}

function copiesOf(platform: FaultySlack | FaultyTeams, id: string) {
  const [channel = '', key = ''] = id.split(' ');
  return platform.messages(channel).filter((m) => m.key === key);
}
