import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serviceKey } from '../../src/domain/fleet.ts';
import type { Intent } from '../../src/domain/intent.ts';
import { type Person, personKey } from '../../src/domain/person.ts';
import type { TrailEvent } from '../../src/local/aws/trail.ts';
import type { AuditEntry } from '../../src/store/audit-store.ts';
import {
  ADMIN,
  grant,
  OPERATOR,
  openWriteWorld,
  runningTask,
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

type Click = readonly ['confirm' | 'cancel' | 'approve' | 'undo', Person];
const CONFIRM: readonly Click[] = [['confirm', ADMIN]];
const UNDO: readonly Click[] = [['undo', ADMIN]];

/** The two entries of each write, by its id. Fails where one is missing or there are more. */
function pairsOf(entries: readonly AuditEntry[]) {
  const writes = new Map<string, AuditEntry[]>();
  for (const entry of entries) {
    if (entry.action === 'ack' || entry.result === 'refused') continue;
    const write = entry.id.slice(entry.id.indexOf('#') + 1);
    writes.set(write, [...(writes.get(write) ?? []), entry]);
  }
  return new Map(
    [...writes].map(([write, both]) => {
      const [intent, outcome] = both.toSorted((a, b) => a.part - b.part);
      if (both.length !== 2 || intent?.part !== 1 || outcome?.part !== 2)
        throw new Error(`${write} has the parts ${both.map(({ part }) => part).join()}`);
      return [write, { intent, outcome }];
    }),
  );
}

/** `w1 slack:U1 ecs:UpdateService production/us-east-1/shop/web`: what AWS knows of a call, in the audit's words. */
function callOf({ action, caller, sourceIdentity = '', resources, region }: TrailEvent): string {
  const [, cluster, last] = (resources[0] ?? '').split(':').at(-1)?.split('/') ?? [];
  const service = action === 'ecs:StopTask' ? 'web' : last;
  const write = caller.slice(caller.lastIndexOf('/deckhand-') + '/deckhand-'.length);
  return `${write} ${sourceIdentity.replace('-', ':')} ${action} production/${region}/${cluster}/${service}`;
}

function callFor(action: string): string {
  return action === 'stop' ? 'ecs:StopTask' : 'ecs:UpdateService';
}

const about = { service: 'web', cluster: 'shop', account: 'production', region: 'us-east-1' } as const;

describe('the audit', () => {
  it('of a run of all writes has one pair for each call that AWS saw, and AWS saw no call without one', async () => {
    const bot = world.replica({
      admins: ['slack:UADMIN0001', `slack:${SECOND.id}`],
      grants: [grant(OPERATOR, 'production/shop/*', ['scale'])],
    });
    const run = async (intent: Intent, clicks: readonly Click[] = [['confirm', ADMIN]]) => {
      const id = await bot.propose(intent);
      for (const [click, person] of clicks) {
        await bot.click(click, id, person);
        await bot.worker.idle();
        world.pass(60_000);
      }
      return id;
    };
    await run({ command: 'scale', count: 6, ...about }, [...CONFIRM, ...UNDO]);
    await run({ command: 'redeploy', ...about });
    await run({ command: 'rollback', ...about }, [...CONFIRM, ...UNDO]);
    await run({ command: 'stop', task: runningTask(world, 'web') });
    await run({ command: 'scale', count: 3, ...about, service: 'ledger' }, [
      ['confirm', ADMIN],
      ['approve', SECOND],
    ]);
    await run({ command: 'scale', count: 5, ...about }, [['confirm', OPERATOR], ...UNDO]);
    // AWS takes these two, and its answer is lost.
    world.aws.failNext('UpdateService', { kind: 'reset', effect: 'after' });
    const unheard = await run({ command: 'scale', count: 7, ...about });
    world.aws.failNext('StopTask', { kind: 'status', status: 500, effect: 'after' });
    const unheardStop = await run({ command: 'stop', task: runningTask(world, 'web') });
    const taken = 11;
    expect(world.changes).toHaveLength(taken);

    // None of these may reach AWS: refused, changed meanwhile, not asked for any more, or of our own settings.
    await run({ command: 'scale', count: 5, ...about }, [
      ['confirm', VIEWER],
      ['cancel', ADMIN],
      ['confirm', ADMIN],
    ]);
    await expect(bot.propose({ command: 'stop', task: runningTask(world, 'web') }, VIEWER)).rejects.toThrow(
      /stop a task of web/,
    );
    const late = await bot.propose({ command: 'redeploy', ...about });
    await run({ command: 'redeploy', ...about });
    await bot.click('confirm', late);
    await run({ command: 'grants', action: 'add', text: 'slack:UNEW */*/* scale' });
    world.aws.failNext('UpdateService', { kind: 'reset', effect: 'before' });
    const unsent = await run({ command: 'scale', count: 8, ...about });
    const incident = `${serviceKey(about)}#3`;
    await bot.perform({ kind: 'deed', deed: { kind: 'ack' }, incident, prefix: '/ecs' }, VIEWER);

    const { trail } = world.aws;
    const entries = await bot.audit.ofDay('2026-11-20', 1000);
    const pairs = pairsOf(entries);
    expect(trail).toHaveLength(taken + 1);
    expect(world.changes).toHaveLength(trail.length);
    expect(trail.map(callOf).toSorted()).toEqual(
      [...pairs]
        .filter(([, { outcome }]) => outcome.result === 'done' && outcome.action !== 'grant add')
        .map(([write, { outcome }]) => `${write} ${outcome.who} ${callFor(outcome.action)} ${outcome.target}`)
        .toSorted(),
    );
    expect(pairs.get(unheard)?.outcome.result).toBe('done');
    expect(pairs.get(unheardStop)?.outcome.result).toBe('done');
    expect(pairs.get(unsent)?.outcome).toMatchObject({ result: 'unsure' });
    expect(pairs.size).toBe(trail.length + 2);
    expect(entries.filter(({ result }) => result === 'refused')).toMatchObject([
      { who: personKey(VIEWER), action: 'ask stop' },
      { who: personKey(VIEWER), action: 'confirm scale' },
    ]);
    expect(entries.filter(({ action }) => action === 'ack')).toHaveLength(1);
  });

  it('is shown by service and by person, newest first, with before and after, and as CSV', async () => {
    const bot = world.replica();
    await bot.click('confirm', await bot.propose({ command: 'scale', count: 'suggested', ...about }));
    await bot.worker.idle();
    const asking = { person: ADMIN, prefix: '/ecs' };
    for (const scope of [about, { user: ADMIN.id }, { user: 'me' }, { user: 'mara' }, {}]) {
      const { card } = await bot.commands({ command: 'audit', ...scope }, asking);
      expect(JSON.stringify(card)).toMatch(/Mara: scale.*web in shop, production \(4 → 6 tasks\) · done/);
    }
    const { card } = await bot.commands({ command: 'audit', text: 'csv' }, asking);
    const csv = JSON.stringify(card);
    expect(csv).toContain('at,who,name,action,target,before,after,result,approved_by,evidence,why,place');
    expect(csv).toMatch(
      /slack:UADMIN0001,Mara,scale,production\/us-east-1\/shop\/web,4,6 tasks,done,,CPU \d+ %/,
    );
  });

  it('stays as it was written', async () => {
    const bot = world.replica();
    await bot.click('confirm', await bot.propose({ command: 'scale', count: 5, ...about }));
    await bot.worker.idle();
    const before = await bot.audit.ofService(serviceKey(about), 10);
    for (const entry of before) await bot.audit.append({ ...entry, name: 'Somebody else' });
    expect(await bot.audit.ofService(serviceKey(about), 10)).toEqual(before);
  });

  it('is a line of the log as well', async () => {
    const bot = world.replica();
    await bot.click('confirm', await bot.propose({ command: 'scale', count: 5, ...about }));
    await bot.worker.idle();
    const lines = bot.logLines.filter((line) => JSON.parse(line).msg === 'audit');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('"who":"slack:UADMIN0001"');
  });
});
