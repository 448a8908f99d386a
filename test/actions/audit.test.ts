import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serviceKey } from '../../src/domain/fleet.ts';
import { ADMIN, grant, OPERATOR, openWriteWorld, VIEWER, type WriteWorld } from './write-world.ts';

let world: WriteWorld;
beforeEach(async () => {
  world = await openWriteWorld();
});
afterEach(async () => {
  await world.close();
});

const about = { service: 'web', cluster: 'shop', account: 'production', region: 'us-east-1' } as const;

describe('the audit', () => {
  it('of a run of all writes has one pair for each change that AWS saw, and nothing else that was done', async () => {
    const bot = world.replica({ grants: [grant(OPERATOR, 'production/shop/*', ['scale'])] });
    for (const intent of [
      { command: 'scale', count: 6, ...about },
      { command: 'redeploy', ...about },
      { command: 'rollback', ...about },
    ] as const) {
      const id = await bot.propose(intent);
      await bot.click('confirm', id);
      await bot.worker.idle();
      world.pass(60_000);
      if (intent.command !== 'redeploy') await bot.click('undo', id);
      await bot.worker.idle();
      world.pass(60_000);
    }
    const refused = await bot.propose({ command: 'scale', count: 5, ...about });
    await bot.click('confirm', refused, VIEWER);
    await bot.perform({ kind: 'ack', incident: `${serviceKey(about)}#3` }, VIEWER);

    const seen = world.aws.meter.report().rows.filter(({ operation }) => operation === 'UpdateService');
    const calls = seen.reduce((sum, row) => sum + row.calls, 0);
    const entries = await bot.audit.ofService(serviceKey(about), 1000);
    const intents = entries.filter(({ result }) => result === 'asked').map(({ id }) => id);
    const outcomes = entries.filter(
      ({ part, result }) => part === 2 && ['done', 'failed', 'unsure'].includes(result),
    );
    expect(calls).toBe(5);
    expect(world.changes).toHaveLength(calls);
    expect(intents).toHaveLength(calls);
    expect(outcomes.map(({ id }) => id).toSorted()).toEqual(intents.toSorted());
    expect(entries.filter(({ result }) => result === 'refused')).toMatchObject([
      { who: 'slack:UVIEW00001', action: 'confirm scale' },
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
