import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WRITE_LEASE_MS } from '../../src/actions/write-worker.ts';
import type { AwsWriter } from '../../src/aws/write.ts';
import type { Table } from '../../src/store/table.ts';
import { desiredOf, openWriteWorld, type ReplicaOptions, type WriteWorld } from './write-world.ts';

let world: WriteWorld;
beforeEach(async () => {
  world = await openWriteWorld();
});
afterEach(async () => {
  await world.close();
});

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
async function clickAndDie(options: Mortal, id: string): Promise<void> {
  const bot = world.replica(options);
  const click = bot.click('confirm', id).then(() => bot.worker.idle());
  await Promise.race([click, options.died]);
}

async function afterwards(id: string) {
  const bot = world.replica();
  for (let n = 0; n < 4; n += 1) {
    world.pass(WRITE_LEASE_MS + 1000);
    await bot.worker.sweep();
    await bot.worker.idle();
  }
  const entries = await bot.audit.ofDay('2026-11-20', 100);
  return {
    bot,
    parts: entries.map(({ part }) => part).toSorted((a, b) => a - b),
    report: world.shown.get(`write/${id}/report`)?.card,
  };
}

const KINDS = [{ command: 'scale', count: 6 }, { command: 'redeploy' }, { command: 'rollback' }] as const;

describe.each(KINDS)('$command, killed between every two steps', (kind) => {
  it('has one effect or none, always its record, and always an end for the person', async () => {
    const whole = mortal(Number.POSITIVE_INFINITY, 'before');
    await clickAndDie(whole, await world.replica().propose({ ...kind, ...about }));
    const steps = whole.effects();
    expect(steps).toBeGreaterThan(8);
    const wrong: string[] = [];
    for (let at = 1; at <= steps; at += 1) {
      for (const when of ['before', 'after'] as const) {
        await world.close();
        world = await openWriteWorld();
        const id = await world.replica().propose({ ...kind, ...about });
        await clickAndDie(mortal(at, when), id);
        const found = await problems(id);
        wrong.push(...found.map((problem) => `died ${when} effect ${at}: ${problem}`));
      }
    }
    console.log(`${kind.command}: ${2 * steps} deaths`);
    expect(wrong).toEqual([]);
  }, 180_000);
});

async function problems(id: string): Promise<readonly string[]> {
  const { bot, parts, report } = await afterwards(id);
  const changes = world.changes.length;
  const count = desiredOf(world, 'web') ?? 0;
  const common = [
    ...(changes > 1 ? [`${changes} changes`] : []),
    ...(count === 4 || count === 6 ? [] : [`set to ${count}`]),
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
  // The click died before it was claimed: then the button still works.
  const again = await bot.click('confirm', id);
  await bot.worker.idle();
  return [
    ...common,
    ...(changes === 0 ? [] : ['changed without a report']),
    ...(again.done && world.changes.length === 1 ? [] : [`the button is dead: ${again.card.summary}`]),
  ];
}
