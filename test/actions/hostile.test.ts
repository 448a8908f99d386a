import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WRITE_LEASE_MS } from '../../src/actions/write-worker.ts';
import { personKey } from '../../src/domain/person.ts';
import { makeGrantStore } from '../../src/store/grant-store.ts';
import type { Table } from '../../src/store/table.ts';
import { makeWriteStore } from '../../src/store/write-store.ts';
import { seeded } from '../messaging/virtual-time.ts';
import {
  ADMIN,
  desiredOf,
  grant,
  OPERATOR,
  openWriteWorld,
  SECOND,
  TEAMS_ADMIN,
  VIEWER,
  type WriteWorld,
} from './write-world.ts';

/** What somebody might try who means harm, or whom a race helps. */
let world: WriteWorld;
beforeEach(async () => {
  world = await openWriteWorld();
});
afterEach(async () => {
  await world.close();
});

const scale = (count: number, service = 'web') =>
  ({
    command: 'scale',
    service,
    cluster: 'shop',
    account: 'production',
    region: 'us-east-1',
    count,
  }) as const;
const stored = async (id: string) => (await makeWriteStore(world.table, () => 0).get(id))?.value;

describe('whoever lacks the right', () => {
  it('leaves nothing behind by clicking Undo, and cannot call off the Undo of others', async () => {
    const bot = world.replica();
    const id = await bot.propose(scale(6));
    await bot.click('confirm', id);
    await bot.worker.idle();

    expect((await bot.click('undo', id, VIEWER)).card.summary).toMatch(/You may not scale web/);
    expect(await stored(`${id}-undo`)).toBeUndefined();
    expect((await bot.click('cancel', `${id}-undo`, VIEWER)).done).toBe(false);
    expect((await bot.click('undo', id)).done).toBe(true);
    await bot.worker.idle();
    expect(desiredOf(world, 'web')).toBe(4);
  });

  it('cannot click between two hundred clicks on Undo over two replicas so that more than one changes AWS', async () => {
    const [one, two] = [world.replica(), world.replica()];
    const id = await one.propose(scale(6));
    await one.click('confirm', id);
    await one.worker.idle();
    const clicks = Array.from({ length: 200 }, (_, n) =>
      (n % 2 ? one : two).click('undo', id, n % 3 ? ADMIN : VIEWER),
    );
    const done = (await Promise.all(clicks)).filter(({ done: isDone }) => isDone);
    await Promise.all([one.worker.idle(), two.worker.idle()]);
    expect(done).toHaveLength(1);
    expect(world.changes).toHaveLength(2);
  });

  it('does nothing with made-up ids of proposals', async () => {
    const bot = world.replica();
    const id = await bot.propose(scale(6));
    for (const forged of ['', `${id}#`, `${id}-undo`, '__proto__', 'x'.repeat(500), `LOCK#${id}`])
      for (const kind of ['confirm', 'approve', 'undo', 'cancel'] as const)
        expect((await bot.click(kind, forged, VIEWER)).done).toBe(false);
    expect(world.changes).toEqual([]);
  });
});

describe('a right that was taken away before the second click', () => {
  it('takes the first click with it', async () => {
    const bot = world.replica({ grants: [grant(SECOND, '*/shop/*', ['scale'])] });
    const theirs = { ...grant(OPERATOR, '*/shop/*', ['scale']), id: 'gtemp' };
    await makeGrantStore(world.table).put(theirs);
    const id = await bot.propose(scale(3, 'ledger'), OPERATOR);
    expect((await bot.click('confirm', id, OPERATOR)).done).toBe(true);
    await makeGrantStore(world.table).remove('gtemp');

    expect((await bot.click('approve', id, SECOND)).card.summary).toMatch(
      /^Tomas confirmed it and may not do so any more/,
    );
    expect(world.changes).toEqual([]);
    expect((await stored(id))?.state).toBe('closed');
  });
});

describe('a service that is marked as protected between the question and the click', () => {
  it.each(['scale', 'redeploy', 'rollback'] as const)('is not changed by one person: %s', async (command) => {
    const bot = world.replica();
    const { count: _count, ...about } = scale(6);
    const id = await bot.propose(command === 'scale' ? scale(6) : { ...about, command });
    const clusters = world.world.region('111122223333', 'us-east-1')?.clusters ?? [];
    const web = clusters.flatMap(({ services }) => services).find(({ name }) => name === 'web');
    Object.assign(web?.tags ?? {}, { 'deckhand:protected': 'true' });

    expect((await bot.click('confirm', id)).card.summary).toMatch(/marked as protected since you were asked/);
    expect(world.changes).toEqual([]);
  });
});

describe('a process that was taken for dead', () => {
  it('does not call AWS after another has ended its write', async () => {
    const other = world.replica();
    let hasStalled = false;
    const slow = world.replica({
      async want() {
        if (hasStalled) return;
        hasStalled = true;
        world.pass(WRITE_LEASE_MS + 1000);
        await other.worker.sweep();
        await other.worker.idle();
      },
    });
    const id = await other.propose(scale(6));
    await slow.click('confirm', id);
    await slow.worker.idle();
    expect(world.changes).toEqual([]);
    expect((await stored(id))?.result?.outcome).toBe('unsure');
    const parts = (await other.audit.ofPerson(personKey(ADMIN), 10)).map(({ part }) => part);
    expect(parts.toSorted((a, b) => a - b)).toEqual([1, 2]);
  });
});

/** A store that answers after a while of its own, before and after it acted. */
function lateBy(random: () => number) {
  const turns = async () => {
    for (let left = Math.floor(random() * 6); left > 0; left -= 1)
      await new Promise((resolve) => setImmediate(resolve));
  };
  const late = async <T>(run: () => Promise<T>): Promise<T> => {
    await turns();
    const answer = await run();
    await turns();
    return answer;
  };
  return (table: Table): Table => ({
    get: (key) => late(() => table.get(key)),
    query: (range) => late(() => table.query(range)),
    put: (item, condition) => late(() => table.put(item, condition)),
    update: (key, change, condition) => late(() => table.update(key, change, condition)),
    delete: (key, condition) => late(() => table.delete(key, condition)),
  });
}

describe('many clicks in any order', () => {
  it.each(Array.from({ length: 12 }, (_, seed) => seed))(
    'by two people over two replicas on two proposals for one service change it once (seed %i)',
    async (seed) => {
      const random = seeded(seed + 1);
      const table = lateBy(random);
      const replicas = [world.replica({ table }), world.replica({ table })];
      const bot = world.replica();
      const proposals = [await bot.propose(scale(5)), await bot.propose(scale(6), TEAMS_ADMIN)];
      const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T; // none is empty
      const clicks = Array.from({ length: 60 }, () =>
        pick(replicas).click('confirm', pick(proposals), pick([ADMIN, TEAMS_ADMIN])),
      );
      const done = (await Promise.all(clicks)).filter(({ done: isDone }) => isDone);
      await Promise.all(replicas.map(({ worker }) => worker.idle()));
      expect(world.aws.trail).toHaveLength(1);
      expect(world.changes).toHaveLength(1);
      expect(done).toHaveLength(1);
      const parts = (await bot.audit.ofDay('2026-11-20', 100)).map(({ part }) => part);
      expect(parts.toSorted((a, b) => a - b)).toEqual([1, 2]);
    },
  );
});
