import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADMIN, openWriteWorld, type WriteWorld } from '../actions/write-world.ts';

let world: WriteWorld;
beforeEach(async () => {
  world = await openWriteWorld();
});
afterEach(() => world.close());

const ask = () =>
  world
    .replica()
    .commands(
      { command: 'rollback', service: 'web', cluster: 'shop', account: 'production' },
      { person: ADMIN, prefix: '/ecs' },
    );

describe('rollback', () => {
  it('goes to the last revision that came to rest', async () => {
    const { card } = await ask();
    expect(card.title).toBe('Roll back web: revision 7 → revision 6?');
    expect(JSON.stringify(card)).toContain('whose deployment succeeded');
  });

  it('goes to the one before where the history cannot be read, and says what could not be read and why', async () => {
    world.aws.failNext('ListServiceDeployments', { kind: 'status', status: 500, effect: 'before' }, 9);
    const { card } = await ask();
    expect(card.title).toBe('Roll back web: revision 7 → revision 6?');
    expect(JSON.stringify(card)).toMatch(
      /could not read which revision was steady.*111122223333|could not read which revision was steady.*production/,
    );
  });

  it('takes nothing that nobody foresaw for a history without entries', async () => {
    const bot = world.replica({ history: () => Promise.reject(new TypeError('x is not a function')) });
    const asked = bot.commands(
      { command: 'rollback', service: 'web', cluster: 'shop', account: 'production' },
      { person: ADMIN, prefix: '/ecs' },
    );
    await expect(asked).rejects.toThrow(TypeError);
  });
});
