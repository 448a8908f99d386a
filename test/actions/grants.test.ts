import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADMIN, OPERATOR, openWriteWorld, VIEWER, type WriteWorld } from './write-world.ts';

let world: WriteWorld;
beforeEach(async () => {
  world = await openWriteWorld();
});
afterEach(async () => {
  await world.close();
});

const about = { service: 'web', cluster: 'shop', account: 'production', region: 'us-east-1' } as const;
const grants = (action: string, text: string) => ({ command: 'grants', action, text }) as const;

describe('a grant', () => {
  it('holds from the click on, ends when it says, and can be taken away', async () => {
    const bot = world.replica();
    const id = await bot.propose(grants('add', `slack:${OPERATOR.id} production/shop/* scale,stop for 2h`));
    await expect(bot.propose({ command: 'scale', count: 5, ...about }, OPERATOR)).rejects.toThrow(
      /may not scale/,
    );
    expect((await bot.click('confirm', id, OPERATOR)).done).toBe(false);
    expect((await bot.click('confirm', id)).done).toBe(true);
    await expect(bot.propose({ command: 'scale', count: 5, ...about }, OPERATOR)).resolves.toMatch(/^w/);
    await expect(bot.propose({ command: 'redeploy', ...about }, OPERATOR)).rejects.toThrow(/not redeploy/);

    world.pass(2 * 3_600_000);
    await expect(bot.propose({ command: 'scale', count: 5, ...about }, OPERATOR)).rejects.toThrow(
      /has ended/,
    );

    const again = await bot.propose(grants('add', `<@${OPERATOR.id}|tomas> */*/web scale`));
    await bot.click('confirm', again);
    await bot.propose({ command: 'scale', count: 5, ...about }, OPERATOR);
    const name =
      world.shown.get(`write/${again}/report`)?.card.summary.match(/grants remove (\w+)/)?.[1] ?? '';
    const removal = await bot.propose(grants('remove', name));
    expect((await bot.click('confirm', removal)).done).toBe(true);
    await expect(bot.propose({ command: 'scale', count: 5, ...about }, OPERATOR)).rejects.toThrow(
      /has ended/,
    );
    expect(world.shown.get(`write/${removal}/report`)?.card.summary).toContain('It holds no more');
  });

  it.each([
    ['', /Who may do what where/],
    ['olivia */*/* scale', /cannot tell who olivia is/],
    ['me a/b/c/d scale', /is no place/],
    ['me */*/* fly', /fly is nothing that can be granted.*scale, redeploy/],
    ['me */*/* scale until yesterday', /cannot tell until when/],
  ])('that reads "%s" is not understood, and says what to write', async (text, sentence) => {
    await expect(world.replica().propose(grants('add', text))).rejects.toThrow(sentence);
  });

  it('of the configuration file is listed, and changed there', async () => {
    const file = { id: 'file-1', who: 'slack:U1', on: '*', actions: ['scale'] } as const;
    const bot = world.replica({ grants: [file] });
    const { card } = await bot.commands({ command: 'grants' }, { person: VIEWER, prefix: '/ecs' });
    expect(JSON.stringify(card)).toContain('file-1');
    await expect(bot.propose(grants('remove', 'file-1'))).rejects.toThrow(/deckhand.yaml/);
    await expect(bot.propose(grants('remove', 'nope'))).rejects.toThrow(/There is no grant nope/);
  });

  it('to a group is explained as one, and so is that nobody can tell who is in it', async () => {
    let isSilent = false;
    const bot = world.replica({
      grants: [{ id: 'g1', who: 'slack:S0614TZR7', on: '*/shop/*', actions: ['scale'] }],
      groupsOf: async ({ id }, among) => {
        if (isSilent) throw new Error('no answer');
        return id === OPERATOR.id ? among : [];
      },
    });
    const why = async (who: string) => {
      const asking = { person: ADMIN, prefix: '/ecs' };
      return (await bot.commands(grants('why', `slack:${who} web scale`), asking)).card.summary;
    };
    expect(await why(OPERATOR.id)).toMatch(
      /^Yes: .*The grant g1 says so: slack:S0614TZR7, a group that they are in, may scale/,
    );
    expect(await why(VIEWER.id)).toMatch(/^No: .*You may not scale web/);
    isSilent = true;
    expect(await why(OPERATOR.id)).toMatch(/^No: .*I cannot read your groups at the moment/);
  });

  it('is explained by the rules that decide', async () => {
    const bot = world.replica({
      grants: [{ id: 'g1', who: `slack:${OPERATOR.id}`, on: '*/shop/*', actions: ['scale'] }],
    });
    const why = async (text: string) => {
      const { card } = await bot.commands(grants('why', text), { person: ADMIN, prefix: '/ecs' });
      return card.summary;
    };
    expect(await why('me web scale')).toMatch(/^Yes: .*administrator \(ADMINS\)/);
    expect(await why(`slack:${OPERATOR.id} web scale`)).toMatch(/^Yes: .*The grant g1 says so/);
    expect(await why(`slack:${OPERATOR.id} production/shop/web stop`)).toMatch(
      /^No: .*You may scale here, not stop/,
    );
    await expect(why('me nothing scale')).rejects.toThrow(/There is no service nothing/);
  });
});
