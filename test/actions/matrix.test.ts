import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeckhandError } from '../../src/domain/errors.ts';
import type { Person, Standing } from '../../src/domain/person.ts';
import type { Table } from '../../src/store/table.ts';
import { desiredOf, grant, member, openWriteWorld, START_MS, type WriteWorld } from './write-world.ts';

let world: WriteWorld;
beforeEach(async () => {
  world = await openWriteWorld();
});
afterEach(async () => {
  await world.close();
});

const ACTIONS = ['scale', 'redeploy', 'rollback', 'stop', 'grants add', 'ack'] as const;
const PLATFORMS = ['slack', 'teams'] as const;
const ROLES = ['admin', 'operator', 'viewer', 'guest', 'stranger', 'unknown'] as const;
const GRANTS = ['present', 'absent', 'expired', 'elsewhere', 'store down'] as const;

type Cell = {
  readonly action: (typeof ACTIONS)[number];
  readonly platform: (typeof PLATFORMS)[number];
  readonly role: (typeof ROLES)[number];
  readonly right: (typeof GRANTS)[number];
};

const cells: Cell[] = ACTIONS.flatMap((action) =>
  PLATFORMS.flatMap((platform) =>
    ROLES.flatMap((role) => GRANTS.map((right) => ({ action, platform, role, right }))),
  ),
);

/** The rules, said once more and in another way than the product says them. */
function mayHaveEffect({ action, role, right }: Cell): boolean {
  if (role === 'guest' || role === 'stranger') return false;
  if (action === 'ack') return true;
  if (role === 'unknown') return false;
  if (right === 'store down') return false;
  if (role === 'admin') return true;
  return role === 'operator' && right === 'present' && action !== 'grants add';
}

function personOf({ role, platform }: Cell): Person {
  const standing: Standing = role === 'guest' || role === 'stranger' || role === 'unknown' ? role : 'member';
  return { ...member(platform, `P-${role}`, role), standing };
}

/** Somebody else proposed it; the person of the cell clicks. */
async function attempt(cell: Cell) {
  const person = personOf(cell);
  const proposer = member('slack', 'UPROPOSER1', 'Proposer');
  const theirs = {
    present: [grant(person, 'production/shop/*', ['scale', 'redeploy', 'rollback', 'stop'])],
    expired: [grant(person, 'production/shop/*', ['scale', 'redeploy', 'rollback', 'stop'], START_MS - 1)],
    elsewhere: [grant(person, 'production/other/*', ['scale', 'redeploy', 'rollback', 'stop'])],
    absent: [],
    'store down': [grant(person, 'production/shop/*', ['scale', 'redeploy', 'rollback', 'stop'])],
  }[cell.right];
  const admins = [
    `slack:${proposer.id}`,
    ...(cell.role === 'admin' ? [`${cell.platform}:${person.id}`] : []),
  ];
  const grants = cell.role === 'operator' ? theirs : [];
  let down = false;
  const flaky = (table: Table): Table => ({
    ...table,
    query: (range) => (down ? Promise.reject(new Error('the store is down')) : table.query(range)),
  });
  const bot = world.replica({ admins, grants, table: flaky });
  if (cell.action === 'ack') {
    const result = await bot.perform({ kind: 'ack', incident: 'production/us-east-1/shop/web#1' }, person);
    return { bot, result, effect: result.card.summary.includes('do not know this incident') };
  }
  const id = await bot.propose(await intentOf(cell.action), proposer);
  const before = await effects(bot);
  down = cell.right === 'store down';
  const result = await bot.click('confirm', id, person);
  down = false;
  await bot.worker.idle();
  return { bot, result, effect: (await effects(bot)) > before };
}

async function effects(bot: ReturnType<WriteWorld['replica']>): Promise<number> {
  const { data } = await bot.commands(
    { command: 'grants' },
    { person: member('slack', 'UPROPOSER1', 'P'), prefix: '' },
  );
  const grants = (data as { readonly grants: readonly unknown[] }).grants.length; // what `grants list` answers with
  return world.changes.length + grants;
}

async function intentOf(action: Exclude<Cell['action'], 'ack'>) {
  const about = { service: 'web', cluster: 'shop', account: 'production', region: 'us-east-1' };
  if (action === 'grants add')
    return {
      command: 'grants',
      action: 'add',
      text: `slack:UNEW${world.changes.length} */*/* scale`,
    } as const;
  if (action === 'stop') {
    const cluster = world.world.region('111122223333', 'us-east-1')?.clusters[0];
    const web = cluster?.services.find(({ name }) => name === 'web');
    return {
      command: 'stop',
      task: web?.tasks.find(({ lastStatus }) => lastStatus === 'RUNNING')?.id ?? '',
    } as const;
  }
  if (action === 'scale')
    return { command: 'scale', ...about, count: desiredOf(world, 'web') === 5 ? 6 : 5 } as const;
  return { command: action, ...about } as const;
}

describe('the matrix of actions, platforms, roles and rights', () => {
  it(`has an effect in the allowed of its ${cells.length} cells and in no other, and each refusal says how to get the right`, async () => {
    let allowed = 0;
    const wrong: string[] = [];
    for (const cell of cells) {
      const name = Object.values(cell).join(', ');
      const { result, effect } = await attempt(cell);
      const expected = mayHaveEffect(cell);
      allowed += expected ? 1 : 0;
      if (effect !== expected) wrong.push(`${name}: ${effect} (${result.card.summary})`);
      if (!expected && !/[Aa]sk|try again|Try again/.test(result.card.summary))
        wrong.push(`${name}: no way to the right: ${result.card.summary}`);
      world.pass(5 * 60_000);
    }
    expect(wrong).toEqual([]);
    console.log(`${cells.length} cells, ${allowed} allowed`);
    expect(allowed).toBeGreaterThan(50);
  }, 300_000);

  it('has a refusal for every proposal that is not allowed, and nothing is minted', async () => {
    const bot = world.replica({ admins: [], grants: [] });
    const minted = () => [...world.table.items.keys()].filter((key) => key.startsWith('WRITE#')).length;
    const before = minted();
    const person = member('slack', 'UNOBODY001', 'Nobody');
    const about = { service: 'web', cluster: 'shop', account: 'production', region: 'us-east-1' };
    const refused = await bot
      .propose({ command: 'scale', ...about, count: 5 }, person)
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(DeckhandError);
    expect(String(refused)).toMatch(/Nobody may change anything.*first step.*ADMINS=slack:UNOBODY001/s);
    expect(minted()).toBe(before);
  });
});
