import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '../../src/domain/person.ts';
import { CONFIRM_FIELD } from '../../src/domain/write.ts';
import {
  ADMIN,
  CHANNEL,
  desiredOf,
  grant,
  OPERATOR,
  openWriteWorld,
  type Replica,
  SECOND,
  VIEWER,
  type WriteWorld,
} from './write-world.ts';

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
const report = (id: string) => world.shown.get(`write/${id}/report`)?.card;

/** Clicks with something typed into the field beside the button. */
function click(
  bot: Replica,
  kind: 'confirm' | 'approve' | 'undo',
  write: string,
  typed: string | undefined,
  person: Person = ADMIN,
) {
  const at = { dest: CHANNEL, message: write, below: write, prefix: '/ecs' };
  return bot.perform(
    { kind, write, at, ...(typed === undefined ? {} : { typed: { [CONFIRM_FIELD]: typed } }) },
    person,
  );
}

describe('scale NAME 0', () => {
  it('asks for the name beside the button, in a field', async () => {
    const { card } = await world.replica().commands(scale(0), { person: ADMIN, prefix: '/ecs' });
    expect(card.title).toBe('Scale web: 4 → 0?');
    expect(card.blocks).toContainEqual({
      kind: 'input',
      id: CONFIRM_FIELD,
      label: 'Type web to confirm',
      placeholder: 'web',
    });
    expect(JSON.stringify(card)).toContain('keeps at least 2 and may raise the count again');
  });

  it.each([undefined, '', '   ', 'we', 'webb', 'ledger', '0', 'web web'])(
    'changes nothing when %j is typed, says what to type, and stays open',
    async (typed) => {
      const bot = world.replica();
      const id = await bot.propose(scale(0));
      const { done, card } = await click(bot, 'confirm', id, typed);
      expect(done).toBe(false);
      expect(JSON.stringify(card)).toContain('"text":"web"');
      expect(world.changes).toEqual([]);

      expect((await click(bot, 'confirm', id, 'web')).done).toBe(true);
      expect(desiredOf(world, 'web')).toBe(0);
    },
  );

  it('is carried out for the name in any case and with spaces around, told, and taken back by Undo', async () => {
    const bot = world.replica();
    const id = await bot.propose(scale(0));
    expect((await click(bot, 'confirm', id, '  WEB ')).done).toBe(true);
    await bot.worker.idle();
    expect(desiredOf(world, 'web')).toBe(0);
    expect(report(id)?.title).toBe('Done: scale web: 4 → 0');
    expect(report(id)?.summary).toContain('No task runs now.');

    expect((await bot.click('undo', id)).done).toBe(true);
    await bot.worker.idle();
    expect(desiredOf(world, 'web')).toBe(4);
    expect(report(`${id}-undo`)?.title).toBe('Done: scale web: 0 → 4');
  });

  it('is for administrators: the right to scale does not do, and the refusal names the right', async () => {
    const bot = world.replica({ grants: [grant(OPERATOR, 'production/shop/*', ['scale', '*'])] });
    for (const person of [OPERATOR, VIEWER]) {
      await expect(bot.propose(scale(0), person)).rejects.toThrow(
        /switch web off: that takes the right `admin`.* grants add slack:U\w+ production\/shop\/web admin/,
      );
    }
    const id = await bot.propose(scale(0), ADMIN);
    expect((await click(bot, 'confirm', id, 'web', OPERATOR)).done).toBe(false);
    expect(world.changes).toEqual([]);

    const there = world.replica({ grants: [grant(OPERATOR, 'production/shop/web', ['admin'])] });
    const own = await there.propose(scale(0), OPERATOR);
    expect((await click(there, 'confirm', own, 'web', OPERATOR)).done).toBe(true);
    expect(desiredOf(world, 'web')).toBe(0);
  });

  it('of a protected service needs two administrators who both type its name', async () => {
    const bot = world.replica({ grants: [grant(SECOND, '*', ['admin']), grant(OPERATOR, '*', ['scale'])] });
    const id = await bot.propose(scale(0, 'ledger'));
    await click(bot, 'confirm', id, 'ledger');
    expect(world.changes).toEqual([]);
    const shown = world.shown.get(`live/${id}`)?.card;
    expect(JSON.stringify(shown)).toContain('Type ledger to approve');

    expect((await click(bot, 'approve', id, 'ledger', ADMIN)).done).toBe(false);
    expect((await click(bot, 'approve', id, 'ledger', OPERATOR)).done).toBe(false);
    expect((await click(bot, 'approve', id, undefined, SECOND)).done).toBe(false);
    expect(world.changes).toEqual([]);
    expect((await click(bot, 'approve', id, 'ledger', SECOND)).done).toBe(true);
    expect(desiredOf(world, 'ledger')).toBe(0);
  });

  it('is refused while a deployment runs, when asked and when clicked', async () => {
    const bot = world.replica();
    const id = await bot.propose(scale(0));
    const clusters = world.world.region('111122223333', 'us-east-1')?.clusters ?? [];
    const web = clusters.flatMap(({ services }) => services).find(({ name }) => name === 'web');
    if (web === undefined) throw new Error('web is in the scenario');
    world.world.updateService(web, { forceNewDeployment: true });

    const { done, card } = await click(bot, 'confirm', id, 'web');
    expect(done).toBe(false);
    expect(card.summary).toContain('has a deployment running');
    await expect(bot.propose(scale(0))).rejects.toThrow(/deployment running/);
    expect(desiredOf(world, 'web')).toBe(4);
  });

  it('has no button: from 0 upwards there is no Undo, nor does a forged one go there', async () => {
    const bot = world.replica();
    const off = await bot.propose(scale(0));
    await click(bot, 'confirm', off, 'web');
    await bot.worker.idle();
    const up = await bot.propose(scale(3));
    await bot.click('confirm', up);
    await bot.worker.idle();
    expect(desiredOf(world, 'web')).toBe(3);
    expect(JSON.stringify(report(up))).not.toContain('"undo"');
    expect((await click(bot, 'undo', up, 'web')).done).toBe(false);
    expect(desiredOf(world, 'web')).toBe(3);
    await expect(bot.propose(scale(0, 'agent'))).rejects.toThrow(/daemon/);
  });
});

describe('Undo', () => {
  it('goes back to a count beyond the default maximum of the present one', async () => {
    const bot = world.replica();
    const up = async (count: number) => {
      const id = await bot.propose(scale(count, 'blue'));
      await bot.click('confirm', id);
      await bot.worker.idle();
      return id;
    };
    await up(10);
    await up(20);
    const down = await up(3);
    expect(desiredOf(world, 'blue')).toBe(3);
    expect((await bot.click('undo', down)).done).toBe(true);
    expect(desiredOf(world, 'blue')).toBe(20);
  });
});
