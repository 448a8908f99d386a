import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WRITE_LEASE_MS } from '../../src/actions/write-worker.ts';
import type { AwsWriter } from '../../src/aws/write.ts';
import type { Grant } from '../../src/domain/access.ts';
import { personKey } from '../../src/domain/person.ts';
import { makeGrantStore } from '../../src/store/grant-store.ts';
import type { Table } from '../../src/store/table.ts';
import { hookIncident, openHookWorld, waiting } from './hook-world.ts';
import {
  ADMIN,
  desiredOf,
  member,
  openWriteWorld,
  type ReplicaOptions,
  runningTask,
  type WriteWorld,
} from './write-world.ts';

let world: WriteWorld;
beforeEach(async () => {
  world = await openWriteWorld();
});
afterEach(async () => {
  await world.close();
});

const SECOND_ADMIN = member('slack', 'UADMIN0002', 'Vera');
const BOTH = [ADMIN, SECOND_ADMIN].map(personKey);
const about = { service: 'web', cluster: 'shop', account: 'production', region: 'us-east-1' } as const;

interface Mortal extends ReplicaOptions {
  readonly died: Promise<void>;
  readonly effects: () => number;
}

/** A process that dies at one of its effects: from then on nothing that it does reaches anybody. */
function mortal(diesAt: number, when: 'before' | 'after'): Mortal {
  let die: () => void = () => undefined;
  const died = new Promise<void>((resolve) => {
    die = resolve;
  });
  let count = 0;
  let dead = false;
  const death = () => new Promise<never>(() => undefined);
  const effect = async <T>(run: () => Promise<T>): Promise<T> => {
    if (dead) return death();
    count += 1;
    if (count !== diesAt) return run();
    dead = true;
    if (when === 'after') await run();
    die();
    return death();
  };
  const read = <T>(run: () => Promise<T>): Promise<T> => (dead ? death() : run());
  return {
    admins: BOTH,
    died,
    effects: () => count,
    table: (table: Table): Table => ({
      get: (key) => read(() => table.get(key)),
      query: (range) => read(() => table.query(range)),
      put: (item, condition) => effect(() => table.put(item, condition)),
      update: (key, change, condition) => effect(() => table.update(key, change, condition)),
      delete: (key, condition) => effect(() => table.delete(key, condition)),
    }),
    writer: (writer: AwsWriter): AwsWriter => ({
      updateService: (target, update) => effect(() => writer.updateService(target, update)),
      stopTask: (target, reason) => effect(() => writer.stopTask(target, reason)),
      continueDeployment: (target, answer) => effect(() => writer.continueDeployment(target, answer)),
    }),
    want: (messages) =>
      effect(async () => {
        for (const message of messages)
          (world.shown as Map<string, typeof message>).set(message.key, message);
      }),
  };
}

/** The click that is in flight when its process dies never answers. */
async function clickAndDie(options: Mortal, kind: Kind, id: string): Promise<void> {
  const bot = world.replica(options);
  const click = bot.click(...clickOn(kind, id)).then(() => bot.worker.idle());
  await Promise.race([click, options.died]);
}

/** What the person clicks; the second one of two where a second one is needed. */
function clickOn({ click = 'confirm' }: Kind, id: string) {
  return [click, id, click === 'approve' ? SECOND_ADMIN : ADMIN] as const;
}

async function afterwards(kind: Kind, proposed: string) {
  const bot = world.replica({ admins: BOTH });
  for (let n = 0; n < 4; n += 1) {
    world.pass(WRITE_LEASE_MS + 1000);
    await bot.worker.sweep();
    await bot.worker.idle();
  }
  const id = kind.click === 'undo' ? `${proposed}-undo` : proposed;
  const entries = (await bot.audit.ofDay('2026-11-20', 100)).filter((entry) => entry.id.endsWith(`#${id}`));
  return {
    bot,
    parts: entries.map(({ part }) => part).toSorted((a, b) => a - b),
    report: world.shown.get(`write/${id}/report`)?.card,
  };
}

interface Kind {
  readonly name: string;
  /** The button; Confirm where nothing is said. */
  readonly click?: 'confirm' | 'undo' | 'approve';
  /** Undefined: the usual one. */
  readonly open?: () => Promise<WriteWorld>;
  /** Proposes it in a new world. */
  propose(): Promise<string>;
  /** How often it has happened, by what it leaves behind. */
  happened(): Promise<number>;
}

const ofService = (name: 'scale' | 'redeploy' | 'rollback'): Kind => ({
  name,
  propose: () =>
    world.replica().propose({ command: name, ...(name === 'scale' ? { count: 6 } : {}), ...about }),
  happened: async () => world.changes.length,
});

const grants = () => makeGrantStore(world.table);
const KEPT: Grant = { id: 'gkept', who: 'slack:UKEPT', on: '*', actions: ['scale'] };
const GONE: Grant = { id: 'ggone', who: 'slack:UGONE', on: '*', actions: ['scale'] };

const KINDS: readonly Kind[] = [
  ofService('scale'),
  ofService('redeploy'),
  ofService('rollback'),
  {
    name: 'stop',
    propose: () => world.replica().propose({ command: 'stop', task: runningTask(world, 'web') }),
    happened: async () => world.changes.length,
  },
  {
    name: 'hook',
    open: openHookWorld,
    async propose() {
      const incident = hookIncident(world);
      const asking = { person: ADMIN, prefix: '/ecs' };
      const { data } = await world.replica({ incident }).answerHook(incident.id, 'CONTINUE', asking);
      // What proposing commands answer with.
      return (data as { readonly proposal: string }).proposal;
    },
    happened: async () => (waiting(world).hook.status === 'SUCCEEDED' ? 1 : 0),
  },
  {
    name: 'grants add',
    async propose() {
      await grants().put(KEPT);
      return world.replica().propose({ command: 'grants', action: 'add', text: 'slack:UNEW */*/* scale' });
    },
    happened: async () => (await grants().list()).filter(({ who }) => who === 'slack:UNEW').length,
  },
  {
    name: 'grants remove',
    async propose() {
      await grants().put(KEPT);
      await grants().put(GONE);
      return world.replica().propose({ command: 'grants', action: 'remove', text: GONE.id });
    },
    happened: async () => ((await grants().list()).some(({ id }) => id === GONE.id) ? 0 : 1),
  },
  {
    name: 'undo',
    click: 'undo',
    async propose() {
      const bot = world.replica();
      const id = await bot.propose({ command: 'scale', count: 6, ...about });
      await bot.click('confirm', id);
      await bot.worker.idle();
      return id;
    },
    happened: async () => world.changes.length - 1,
  },
  {
    name: 'approve',
    click: 'approve',
    async propose() {
      const bot = world.replica({ admins: BOTH });
      const id = await bot.propose({ command: 'scale', count: 3, ...about, service: 'ledger' });
      await bot.click('confirm', id);
      return id;
    },
    happened: async () => world.changes.length,
  },
];

describe.each(KINDS)('$name, killed between every two steps', (kind) => {
  it('has one effect or none, always its record, and always an end for the person', async () => {
    await world.close();
    world = await (kind.open ?? openWriteWorld)();
    const whole = mortal(Number.POSITIVE_INFINITY, 'before');
    await clickAndDie(whole, kind, await kind.propose());
    expect(await kind.happened()).toBe(1);
    const steps = whole.effects();
    expect(steps).toBeGreaterThan(7);
    const wrong: string[] = [];
    for (let at = 1; at <= steps; at += 1) {
      for (const when of ['before', 'after'] as const) {
        await world.close();
        world = await (kind.open ?? openWriteWorld)();
        const id = await kind.propose();
        const before = await others();
        await clickAndDie(mortal(at, when), kind, id);
        const found = await problems(kind, id);
        if ((await others()) !== before) found.push('something else changed');
        wrong.push(...found.map((problem) => `died ${when} effect ${at}: ${problem}`));
      }
    }
    console.log(`${kind.name}: ${2 * steps} deaths`);
    expect(wrong).toEqual([]);
  }, 180_000);
});

/** What no write of these touches. */
async function others(): Promise<string> {
  const kept = (await grants().list()).filter(({ id }) => id === KEPT.id);
  return JSON.stringify([kept, desiredOf(world, 'blue')]);
}

async function problems(kind: Kind, id: string): Promise<string[]> {
  const { bot, parts, report } = await afterwards(kind, id);
  const changes = await kind.happened();
  const count = desiredOf(world, 'web') ?? 0;
  const wanted = kind.name === 'scale' ? [4, 6][changes] : kind.name === 'undo' ? [6, 4][changes] : 4;
  const common = [
    ...(changes > 1 ? [`${changes} changes`] : []),
    ...(count === wanted ? [] : [`set to ${count} after ${changes} changes`]),
  ];
  if (report !== undefined) {
    const done = report.title.startsWith('Done: ');
    return [
      ...common,
      ...(parts.join() === '1,2' ? [] : [`audit parts ${parts.join()}`]),
      ...(/^(Done|Not done|Not certain|It did not work): /.test(report.title)
        ? []
        : [`ends with ${report.title}`]),
      ...(done === (changes === 1) ? [] : [`${report.title} after ${changes} changes`]),
    ];
  }
  // The click died before it was claimed: then the button still works, and nothing is said of it.
  const again = await bot.click(...clickOn(kind, id));
  await bot.worker.idle();
  return [
    ...common,
    ...(changes === 0 ? [] : ['changed without a report']),
    ...(parts.length === 0 ? [] : [`audit parts ${parts.join()} without a report`]),
    ...(again.done && (await kind.happened()) === 1 ? [] : [`the button is dead: ${again.card.summary}`]),
  ];
}
