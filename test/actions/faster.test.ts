import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROPOSAL_MS } from '../../src/domain/write.ts';
import type { Table } from '../../src/store/table.ts';
import { ADMIN, openWriteWorld, type WriteWorld } from './write-world.ts';

let world: WriteWorld;
beforeEach(async () => {
  world = await openWriteWorld();
});
afterEach(() => world.close());

const scale = (count: number) =>
  ({ command: 'scale', service: 'web', cluster: 'shop', account: 'production', count }) as const;

/** A replica whose closing of a proposal comes right after somebody else has cancelled it. */
function lateToClose(cancel: () => Promise<unknown>) {
  let isFirst = true;
  return world.replica({
    table: (table): Table => ({
      ...table,
      async put(...given) {
        if (isFirst && JSON.stringify(given[0]).includes('closed')) {
          isFirst = false;
          await cancel();
        }
        return table.put(...given);
      },
    }),
  });
}

describe('when somebody else was faster, the person hears what became of it', () => {
  it('at a proposal that has lapsed', async () => {
    const other = world.replica();
    const id = await other.propose(scale(6));
    world.pass(PROPOSAL_MS + 1000);
    const bot = lateToClose(() => other.click('cancel', id, ADMIN));
    const { done, card } = await bot.click('confirm', id, ADMIN);
    expect(done).toBe(false);
    expect(card.summary).toContain('Mara cancelled it');
    expect(card.summary).not.toContain('Ask again');
  });

  it('at a proposal whose service has changed', async () => {
    const other = world.replica();
    const id = await other.propose(scale(6));
    const first = await other.propose(scale(5));
    await other.click('confirm', first);
    await other.worker.idle();
    const bot = lateToClose(() => other.click('cancel', id, ADMIN));
    const { done, card } = await bot.click('confirm', id, ADMIN);
    expect(done).toBe(false);
    expect(card.summary).toContain('Mara cancelled it');
  });
});
