import { afterEach, beforeEach, expect, it } from 'vitest';
import { desiredOf, openWriteWorld, type WriteWorld } from './write-world.ts';

let world: WriteWorld;
beforeEach(async () => {
  world = await openWriteWorld();
});
afterEach(() => world.close());

const scale = { command: 'scale', service: 'web', cluster: 'shop', account: 'production', count: 6 } as const;
const report = (id: string) => world.shown.get(`write/${id}/report`)?.card;

it('a process that ends waits for the call that is under way, and leaves the looking to the next one at once', async () => {
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const ending = world.replica({
    writer: (writer) => ({
      ...writer,
      async updateService(...given) {
        await gate;
        return writer.updateService(...given);
      },
    }),
  });
  const id = await ending.propose(scale);
  const click = ending.click('confirm', id);
  await expect.poll(() => report(id)?.title).toContain('…');

  let stopped = false;
  const stop = (async () => {
    await ending.worker.stop();
    stopped = true;
  })();
  await Promise.resolve();
  expect(stopped).toBe(false);
  release();
  await stop;
  expect((await click).done).toBe(true);
  expect(desiredOf(world, 'web')).toBe(6);
  expect(report(id)?.title).toContain('…');

  // No lease has to run out first.
  const next = world.replica();
  await next.worker.sweep();
  await next.worker.idle();
  expect(report(id)?.title).toBe('Done: scale web: 4 → 6');
  expect(world.changes).toHaveLength(1);
});

it('a process that ends takes no more writes over', async () => {
  const bot = world.replica();
  await bot.worker.stop();
  await bot.worker.sweep();
  await bot.worker.idle();
  expect(world.changes).toEqual([]);
});
