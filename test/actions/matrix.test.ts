import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Denied, Unreachable } from '../../src/domain/errors.ts';
import type { Intent } from '../../src/domain/intent.ts';
import { type Person, personKey, type Standing } from '../../src/domain/person.ts';
import { makeGrantStore } from '../../src/store/grant-store.ts';
import { makeMuteStore } from '../../src/store/mute-store.ts';
import type { Table } from '../../src/store/table.ts';
import { makeWriteStore } from '../../src/store/write-store.ts';
import {
  CHANNEL,
  desiredOf,
  grant,
  member,
  openWriteWorld,
  type Replica,
  runningTask,
  START_MS,
  type WriteWorld,
} from './write-world.ts';

let world: WriteWorld;
beforeEach(async () => {
  world = await openWriteWorld();
});
afterEach(async () => {
  await world.close();
});

const COMMANDS = ['scale', 'redeploy', 'rollback', 'stop', 'grants add', 'grants remove'] as const;
const ACTIONS = [
  ...COMMANDS,
  'undo',
  'approve',
  'cancel',
  'outbox resume',
  'ack',
  'resolve',
  'mute',
] as const;
const PLATFORMS = ['slack', 'teams'] as const;
const ROLES = ['admin', 'operator', 'viewer', 'guest', 'stranger', 'unknown'] as const;
const RIGHTS = ['present', 'absent', 'expired', 'elsewhere', 'grants unreadable', 'store down'] as const;

interface Cell<A extends string = (typeof ACTIONS)[number]> {
  readonly action: A;
  readonly platform: (typeof PLATFORMS)[number];
  readonly role: (typeof ROLES)[number];
  readonly right: (typeof RIGHTS)[number];
}

function cellsOf<A extends string>(actions: readonly A[]): readonly Cell<A>[] {
  return actions.flatMap((action) =>
    PLATFORMS.flatMap((platform) =>
      ROLES.flatMap((role) => RIGHTS.map((right) => ({ action, platform, role, right }))),
    ),
  );
}
const nameOf = ({ action, platform, role, right }: Cell<string>) =>
  `${action}, ${platform}, ${role}, ${right}`;

/** What members do to an incident needs no grant, and no store to ask for one. */
const isDeed = (action: string): action is 'ack' | 'resolve' => action === 'ack' || action === 'resolve';
const isAdministration = (action: string): boolean =>
  ['grants add', 'grants remove', 'outbox resume'].includes(action);

/** The rules, said once more and in another way than the product says them. */
function mayHaveEffect({ action, role, right }: Cell<string>): boolean {
  if (role === 'guest' || role === 'stranger') return false;
  if (isDeed(action)) return action === 'ack' || role !== 'unknown';
  // A mute needs no grant, but the table that keeps it.
  if (action === 'mute' && role !== 'unknown') return right !== 'store down' && right !== 'grants unreadable';
  if (role === 'unknown' || right === 'store down' || right === 'grants unreadable') return false;
  if (role === 'admin') return true;
  return role === 'operator' && right === 'present' && !isAdministration(action);
}

const NO_STORE = 'My store does not answer; please try again in a moment.';

/** What a refusal must say, so that the person knows the next step. */
function wayToTheRight(cell: Cell<string>, at: 'command' | 'click'): readonly string[] {
  const { action, role, right, platform } = cell;
  const isMember = role === 'admin' || role === 'operator' || role === 'viewer';
  const asksStoreFirst = action === 'mute' ? isMember : action !== 'outbox resume' && !isDeed(action);
  if (right === 'store down' && at === 'click' && asksStoreFirst) return [NO_STORE];
  if (action === 'mute' && isMember) return [NO_STORE];
  if (role === 'guest' || role === 'stranger')
    return ['only members of this workspace or organisation can', 'Ask one of them to do it.'];
  if (role === 'unknown')
    return ['I cannot check who you are', 'Try again in a minute', 'users:read (Slack)'];
  if (right === 'store down' || right === 'grants unreadable')
    return ['I cannot read who may do what', 'Try again in a minute, or use the AWS console.'];
  const what = ['undo', 'approve', 'cancel'].includes(action) ? 'scale' : action;
  const [place, name] = isAdministration(action)
    ? ['*/*/*', 'admin']
    : [`production/shop/${action === 'approve' ? 'ledger' : 'web'}`, what];
  const whom = platform === 'slack' ? ' (UPROPOSER1, UCONFIRMER) to type' : ' to type';
  return [
    `Ask an administrator of mine${whom} \`/ecs grants add ${personKey(personOf(cell))} ${place} ${name}\`.`,
    ...(role === 'operator' && right === 'expired' && !isAdministration(action) ? ['has ended'] : []),
    ...(role === 'operator' && right === 'elsewhere' && !isAdministration(action)
      ? ['in production/other/*, not here']
      : []),
  ];
}

function personOf({ role, platform }: Cell<string>): Person {
  const standing: Standing = role === 'guest' || role === 'stranger' || role === 'unknown' ? role : 'member';
  return { ...member(platform, `P-${role}`, role), standing };
}

/** Only a second person of the same platform approves. */
const confirmerOf = ({ platform }: Cell<string>) => member(platform, 'UCONFIRMER', 'Confirmer');
const PROPOSER = member('slack', 'UPROPOSER1', 'Proposer');
const SERVICE_ACTIONS = ['scale', 'redeploy', 'rollback', 'stop'] as const;

/** A process in which the person of a cell has what the cell says, and whose store fails on demand. */
function processOf(cell: Cell<string>) {
  const person = personOf(cell);

  const on = cell.right === 'elsewhere' ? 'production/other/*' : 'production/shop/*';
  const untilMs = cell.right === 'expired' ? START_MS - 1 : undefined;
  const isGranted = cell.role === 'operator' && cell.right !== 'absent';
  const admins = [PROPOSER, confirmerOf(cell), ...(cell.role === 'admin' ? [person] : [])].map(personKey);
  let isDown = false;
  const failing = <T>(when: boolean, run: () => Promise<T>): Promise<T> =>
    isDown && when ? Promise.reject(new Unreachable(NO_STORE)) : run();
  const isAll = cell.right === 'store down';
  const table = (real: Table): Table => ({
    query: (range) => failing(isAll || cell.right === 'grants unreadable', () => real.query(range)),
    get: (key) => failing(isAll, () => real.get(key)),
    put: (item, condition) => failing(isAll, () => real.put(item, condition)),
    update: (key, change, condition) => failing(isAll, () => real.update(key, change, condition)),
    delete: (key, condition) => failing(isAll, () => real.delete(key, condition)),
  });
  const resumed: string[] = [];
  const waiting = [{ dest: CHANNEL, waiting: 1, parked: 0, oldestAtMs: START_MS }];
  const bot = world.replica({
    admins,
    grants: isGranted ? [grant(person, on, SERVICE_ACTIONS, untilMs)] : [],
    table,
    outbox: { waiting: async () => waiting, resume: async ({ channel }) => void resumed.push(channel) },
  });
  const whileDown = async <T>(run: () => Promise<T>): Promise<T> => {
    isDown = true;
    try {
      return await run();
    } finally {
      isDown = false;
    }
  };
  return { bot, person, resumed, whileDown };
}

/** Everything that an action could change. */
async function stateOf(resumed: readonly string[], write: string): Promise<string> {
  return JSON.stringify({
    changes: world.changes,
    calls: world.aws.trail.length,
    grants: await makeGrantStore(world.table).list(),
    deeds: world.deeds,
    mutes: await makeMuteStore(world.table, () => 0).list(),
    resumed,
    cancelled: (await makeWriteStore(world.table, () => 0).get(write))?.value.state === 'closed',
  });
}

interface Ready {
  readonly cell: string;
  readonly write: string;
}

/** Somebody else proposed it; the person of the cell clicks. What was refused stands for the next one. */
async function attempt(cell: Cell, ready: Ready | undefined) {
  const { bot, person, resumed, whileDown } = processOf(cell);
  // The audit tells newest first, by the millisecond.
  world.clock.nowMs += 1;
  const kind = `${cell.action} ${cell.platform}`;
  const { write } = ready?.cell === kind ? ready : await readyToClick(cell);
  const [before, shown] = [await stateOf(resumed, write), new Map(world.shown)];
  const result = await whileDown(() => click(cell, bot, person, write));
  await bot.worker.idle();
  const effect = (await stateOf(resumed, write)) !== before;
  const isQuiet = [...world.shown].every(([key, { rev }]) => shown.get(key)?.rev === rev);
  const audited = (await bot.audit.ofPerson(personKey(person), 1))[0];
  if (effect) world.pass(5 * 60_000);
  return { result, audited, isQuiet, effect, next: effect ? undefined : { cell: kind, write } };
}

function click({ action }: Cell, bot: Replica, person: Person, write: string) {
  if (isDeed(action)) {
    const incident = 'production/us-east-1/shop/web#1';
    return bot.perform({ kind: 'deed', deed: { kind: action }, incident, prefix: '/ecs' }, person);
  }
  if (action === 'mute') {
    const place = { account: 'production', cluster: 'shop', service: 'web' };
    return bot.perform({ kind: 'mute', place, end: { forMs: 3_600_000 }, prefix: '/ecs' }, person);
  }
  if (action === 'outbox resume')
    return bot.perform({ kind: 'resume_outbox', channel: CHANNEL.channel, prefix: '/ecs' }, person);
  const isButton = action === 'undo' || action === 'approve' || action === 'cancel';
  return bot.click(isButton ? action : 'confirm', write, person);
}

/** Brings it to the point at which the person's click decides. */
async function readyToClick(cell: Cell): Promise<{ readonly write: string }> {
  const { action } = cell;
  if (isDeed(action) || action === 'outbox resume' || action === 'mute') return { write: '' };
  const bot = world.replica({ admins: [PROPOSER, confirmerOf(cell)].map(personKey) });
  const write = await bot.propose(await intentOf(action), PROPOSER);
  if (action === 'undo') await bot.click('confirm', write, PROPOSER);
  if (action === 'approve') await bot.click('confirm', write, confirmerOf(cell));
  await bot.worker.idle();
  return { write };
}

async function intentOf(
  action: Exclude<Cell['action'], 'ack' | 'resolve' | 'outbox resume' | 'mute'>,
): Promise<Intent> {
  const about = { service: 'web', cluster: 'shop', account: 'production', region: 'us-east-1' };
  switch (action) {
    case 'grants add':
      return { command: 'grants', action: 'add', text: `slack:UNEW${made()} */*/* scale` };
    case 'grants remove': {
      const id = `g${made()}`;
      await makeGrantStore(world.table).put({ id, who: 'slack:UOLD', on: '*', actions: ['scale'] });
      return { command: 'grants', action: 'remove', text: id };
    }
    case 'stop':
      return { command: 'stop', task: runningTask(world, 'web') };
    case 'redeploy':
    case 'rollback':
      return { command: action, ...about };
    case 'approve':
      return {
        command: 'scale',
        ...about,
        service: 'ledger',
        count: desiredOf(world, 'ledger') === 3 ? 2 : 3,
      };
    case 'scale':
    case 'undo':
    case 'cancel':
      return { command: 'scale', ...about, count: desiredOf(world, 'web') === 5 ? 6 : 5 };
  }
}
const made = (() => {
  let count = 0;
  return () => (count += 1);
})();

/** As it reads where people are not mentioned. */
function plain(sentence: string): string {
  return sentence.replace(/<slack:(\w+)>/g, '$1');
}

/** What is wrong with how a refusal was told. */
function faultsOf(sentence: string, wanted: readonly string[]): readonly string[] {
  return wanted
    .filter((part) => !sentence.includes(part))
    .map((part) => `does not say “${part}”: ${sentence}`);
}

describe('the matrix of actions, platforms, roles and rights', () => {
  const clicks = cellsOf(ACTIONS);
  it(`has an effect in the allowed of its ${clicks.length} cells and in no other; each refusal names the next step to the asker alone, and is written down`, async () => {
    let allowed = 0;
    const wrong: string[] = [];
    let ready: Ready | undefined;
    for (const cell of clicks) {
      const { result, effect, audited, isQuiet, next } = await attempt(cell, ready);
      ready = next;
      const expected = mayHaveEffect(cell);
      allowed += expected ? 1 : 0;
      const { summary } = result.card;
      const faults = expected
        ? effect
          ? []
          : [`nothing happened: ${summary}`]
        : [
            ...(effect ? [`it happened: ${summary}`] : []),
            ...(isQuiet ? [] : ['others were told']),
            ...faultsOf(summary, wayToTheRight(cell, 'click')),
            ...(cell.right === 'store down' ||
            summary === NO_STORE ||
            (audited?.result === 'refused' && plain(audited.why ?? '') === summary)
              ? []
              : [`the audit says ${audited?.result}: ${audited?.why}`]),
          ];
      wrong.push(...faults.map((fault) => `${nameOf(cell)}: ${fault}`));
    }
    expect(wrong).toEqual([]);
    console.log(`${clicks.length} clicks, ${allowed} allowed`);
    // By the rules some of each: nobody may everything, and nothing is for nobody.
    expect(new Set(clicks.filter(mayHaveEffect).map(({ action }) => action))).toEqual(new Set(ACTIONS));
    expect(allowed).toBeLessThan(clicks.length / 2);
  }, 300_000);

  const asked = cellsOf(COMMANDS);
  it(`mints a proposal in the allowed of ${asked.length} cells of commands and in no other`, async () => {
    const minted = () => [...world.table.items.keys()].filter((key) => key.startsWith('WRITE#')).length;
    const wrong: string[] = [];
    for (const cell of asked) {
      const { bot, person, whileDown } = processOf(cell);
      const intent = await intentOf(cell.action);
      const before = minted();
      const refused = await whileDown(() => bot.propose(intent, person)).then(
        () => undefined,
        (error: unknown) => error,
      );
      const expected = mayHaveEffect(cell);
      const sentence = refused instanceof Error ? plain(refused.message) : '';
      const faults = expected
        ? refused === undefined
          ? []
          : [sentence || 'something else than an error was thrown']
        : [
            ...(refused instanceof Denied ? [] : [`is no refusal: ${String(refused)}`]),
            ...faultsOf(sentence, wayToTheRight(cell, 'command')),
          ];
      if (minted() - before !== (expected ? 1 : 0))
        wrong.push(`${nameOf(cell)}: ${minted() - before} minted`);
      wrong.push(...faults.map((fault) => `${nameOf(cell)}: ${fault}`));
    }
    expect(wrong).toEqual([]);
  }, 300_000);

  it('names the first step where nobody has any right yet, and mints nothing', async () => {
    const bot = world.replica({ admins: [], grants: [] });
    const person = member('slack', 'UNOBODY001', 'Nobody');
    await expect(bot.propose(await intentOf('scale'), person)).rejects.toThrow(
      /^Nobody may change anything.*The first step: whoever runs me sets `ADMINS=slack:UNOBODY001` \(that is you\)/s,
    );
    expect([...world.table.items.keys()].filter((key) => key.startsWith('WRITE#'))).toEqual([]);
  });
});
