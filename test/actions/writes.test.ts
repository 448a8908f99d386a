import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BadRequest, Denied, NotFound, Throttled, Unreachable } from '../../src/domain/errors.ts';
import { personKey } from '../../src/domain/person.ts';
import { PROPOSAL_MS, UNDO_MS } from '../../src/domain/write.ts';
import {
  ADMIN,
  desiredOf,
  grant,
  OPERATOR,
  openWriteWorld,
  SECOND,
  TEAMS_ADMIN,
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

const scale = (count: number | 'suggested', service = 'web') =>
  ({
    command: 'scale',
    service,
    cluster: 'shop',
    account: 'production',
    region: 'us-east-1',
    count,
  }) as const;
const report = (id: string) => world.shown.get(`write/${id}/report`)?.card;
const entries = async () => world.replica().audit.ofDay('2026-11-20', 1000);

describe('a write', () => {
  it('is only proposed by a command, done by the click, verified, told with Undo and taken back', async () => {
    const bot = world.replica();
    const id = await bot.propose(scale(6));
    expect(world.changes).toEqual([]);

    expect((await bot.click('confirm', id)).done).toBe(true);
    await bot.worker.idle();
    expect(desiredOf(world, 'web')).toBe(6);
    expect(report(id)?.title).toBe('Done: scale web: 4 → 6');
    expect(JSON.stringify(report(id))).toContain(`"do":"undo","write":"${id}"`);
    expect(world.shown.get(`live/${id}`)?.card.blocks.some(({ kind }) => kind === 'actions')).toBe(false);

    expect((await bot.click('undo', id)).done).toBe(true);
    await bot.worker.idle();
    expect(desiredOf(world, 'web')).toBe(4);
    expect(JSON.stringify(report(id))).not.toContain('"undo"');
    expect((await bot.click('undo', id)).done).toBe(false);
    expect(world.changes).toHaveLength(2);
  });

  it('that AWS took is not told as refused when the store is busy right after', async () => {
    let busy = false;
    const bot = world.replica({
      writer: (writer) => ({
        ...writer,
        async updateService(...given) {
          const answer = await writer.updateService(...given);
          busy = true;
          return answer;
        },
      }),
      table: (table) => ({
        ...table,
        async put(...given) {
          if (!busy) return table.put(...given);
          busy = false;
          throw new Throttled('My store is busy.');
        },
      }),
    });
    const id = await bot.propose(scale(6));
    await bot.click('confirm', id).catch(() => undefined);
    expect(desiredOf(world, 'web')).toBe(6);
    expect(JSON.stringify(report(id) ?? '')).not.toContain('refused');

    world.pass(60_000);
    await bot.worker.sweep();
    await bot.worker.idle();
    expect(report(id)?.title).toBe('Done: scale web: 4 → 6');
    expect(world.changes).toHaveLength(1);
  });

  it.each([
    [new Denied('No right.'), 'failed', 'AWS refused it, so nothing changed. No right.'],
    [new BadRequest('No such count.'), 'failed', 'AWS refused it, so nothing changed. No such count.'],
    [new NotFound('No such service.'), 'failed', 'AWS refused it, so nothing changed. No such service.'],
    [new Throttled('Too many calls.'), 'failed', 'AWS refused it, so nothing changed. Too many calls.'],
    [new Unreachable('No answer.'), 'unsure', 'No answer. AWS shows no effect'],
  ])('that AWS answers with “%s” is told as %s', async (error, outcome, text) => {
    const bot = world.replica({
      writer: (writer) => ({
        ...writer,
        async updateService() {
          throw error;
        },
      }),
    });
    const id = await bot.propose(scale(6));
    expect((await bot.click('confirm', id)).done).toBe(false);
    expect(report(id)?.summary).toContain(text);
    expect((await entries()).filter(({ result }) => result === outcome)).toHaveLength(1);
    expect(desiredOf(world, 'web')).toBe(4);
  });

  it('that does not come to rest is told as not certain after ten minutes', async () => {
    const down = { kind: 'status', status: 500, effect: 'before' } as const;
    const bot = world.replica({
      writer: (writer) => ({
        ...writer,
        async updateService(...given) {
          const answer = await writer.updateService(...given);
          for (let call = 0; call < 1_000; call += 1) world.aws.failNext('DescribeServices', down);
          return answer;
        },
      }),
    });
    const id = await bot.propose(scale(6));
    await bot.click('confirm', id);
    await bot.worker.idle();
    expect(report(id)?.title).toBe('Not certain: scale web: 4 → 6');
    expect(report(id)?.summary).toMatch(/AWS took it, but after 1\d min it has not come to rest/);
  });

  it('is shown with what the person needs: from, to, place, cost, bounds', async () => {
    const bot = world.replica();
    const { card } = await bot.commands(scale(6), { person: ADMIN, prefix: '/ecs' });
    const text = JSON.stringify(card);
    expect(card.title).toBe('Scale web: 4 → 6?');
    expect(text).toContain('production · us-east-1');
    expect(text).toContain('about +$36 a month');
    expect(text).toContain('between 2 and 10');
  });

  it('goes to the suggested count, which the load asks for', async () => {
    const bot = world.replica();
    const { card } = await bot.commands(scale('suggested'), { person: ADMIN, prefix: '/ecs' });
    expect(card.title).toBe('Scale web: 4 → 6?');
    expect(JSON.stringify(card)).toMatch(/CPU 8\d % \(target 60 %\) on 4 tasks/);
  });

  it('redeploys, rolls back to the revision before, and stops a task', async () => {
    const bot = world.replica();
    const about = { service: 'web', cluster: 'shop', account: 'production', region: 'us-east-1' };
    const redeploy = await bot.propose({ command: 'redeploy', ...about });
    await bot.click('confirm', redeploy);
    await bot.worker.idle();
    expect(report(redeploy)?.summary).toMatch(/complete: 4 tasks run revision 7/);

    const rollback = await bot.propose({ command: 'rollback', ...about });
    await bot.click('confirm', rollback);
    await bot.worker.idle();
    expect(report(rollback)?.summary).toMatch(/revision 7 → revision 6: .*4 tasks run revision 6/);
    expect(JSON.stringify(report(rollback))).toContain('"undo"');

    const service = world.world
      .region('111122223333', 'us-east-1')
      ?.clusters[0]?.services.find(({ name }) => name === 'web');
    const task = service?.tasks.find(({ lastStatus }) => lastStatus === 'RUNNING')?.id ?? '';
    const stop = await bot.propose({ command: 'stop', task });
    await bot.click('confirm', stop);
    await bot.worker.idle();
    expect(report(stop)?.summary).toMatch(/The task has stopped/);
    expect(world.changes.at(-1)).toEqual({ service: 'web', change: `stop ${task}` });
  });

  it.each([
    ['scale', 'agent', /daemon.*number of instances/s],
    ['redeploy', 'blue', /CodeDeploy/],
    ['rollback', 'blue', /CodeDeploy/],
    ['redeploy', 'sets', /external controller.*task sets/],
    ['rollback', 'sets', /external controller.*task sets/],
  ] as const)('%s of %s is refused with the right tool', async (command, service, sentence) => {
    const bot = world.replica();
    await expect(bot.propose({ ...scale(3, service), command })).rejects.toThrow(sentence);
  });

  it('never goes to 0, beyond the bounds, or to where it is', async () => {
    const bot = world.replica();
    const { count: _count, ...web } = scale(4);
    await expect(bot.propose({ ...web, delta: -4 })).rejects.toThrow(/would have no task left/);
    await expect(bot.propose(scale(4))).rejects.toThrow(/set to 4 already/);
    const id = await bot.propose(scale(50));
    await bot.click('confirm', id);
    expect(desiredOf(world, 'web')).toBe(10);
  });
});

describe('one click', () => {
  it('repeated a thousand times over two replicas changes AWS once', async () => {
    const [one, two] = [world.replica(), world.replica()];
    const id = await one.propose(scale(5));
    const clicks = Array.from({ length: 1000 }, (_, n) =>
      (n % 2 ? one : two).click('confirm', id, n % 3 ? ADMIN : TEAMS_ADMIN),
    );
    const done = (await Promise.all(clicks)).filter(({ done: isDone }) => isDone);
    await Promise.all([one.worker.idle(), two.worker.idle()]);
    expect(world.changes).toHaveLength(1);
    expect(world.aws.trail).toHaveLength(1);
    expect(done).toHaveLength(1);
    expect(await entries()).toHaveLength(2);
  });

  it('of two people on two proposals of one service changes it once; the other is told what changed', async () => {
    const [one, two] = [world.replica(), world.replica()];
    const [a, b] = [await one.propose(scale(5)), await two.propose(scale(6), TEAMS_ADMIN)];
    const results = await Promise.all([one.click('confirm', a), two.click('confirm', b, TEAMS_ADMIN)]);
    expect(results.filter(({ done }) => done)).toHaveLength(1);
    expect(world.changes).toHaveLength(1);
    const refused = results.find(({ done }) => !done)?.card.summary;
    expect(refused).toMatch(/Another change of web is under way|is set to \d tasks now/);
  });

  it('after the count changed does nothing and says what changed', async () => {
    const bot = world.replica();
    const [early, late] = [await bot.propose(scale(6)), await bot.propose(scale(8))];
    await bot.click('confirm', early);
    await bot.worker.idle();
    const result = await bot.click('confirm', late);
    expect(result.done).toBe(false);
    expect(result.card.summary).toMatch(/web is set to 6 tasks now; it was 4 tasks when you were asked/);
    expect(world.changes).toHaveLength(1);
    expect(world.shown.get(`live/${late}`)?.card.summary).toMatch(/set to 6 tasks now/);
  });

  it('on an old proposal, a cancelled one, or one that nobody knows does nothing and says so', async () => {
    const bot = world.replica();
    const [old, off] = [await bot.propose(scale(6)), await bot.propose(scale(6))];
    expect((await bot.click('cancel', off)).done).toBe(true);
    expect((await bot.click('confirm', off)).card.summary).toMatch(/lost its meaning.*cancelled/);
    world.pass(PROPOSAL_MS + 1);
    expect((await bot.click('confirm', old)).card.summary).toMatch(/15 min ago.*nothing changed/s);
    expect((await bot.click('confirm', 'w-none')).card.summary).toMatch(/do not know this proposal/);
    expect(world.changes).toEqual([]);
  });

  it('on Undo works for 15 minutes, and only while the service is as it was left', async () => {
    const bot = world.replica();
    const first = await bot.propose(scale(6));
    await bot.click('confirm', first);
    await bot.worker.idle();
    const second = await bot.propose(scale(7));
    await bot.click('confirm', second);
    await bot.worker.idle();
    expect((await bot.click('undo', first)).card.summary).toMatch(/set to 7 tasks now; it was 6/);
    world.pass(UNDO_MS);
    expect((await bot.click('undo', second)).card.summary).toMatch(/Undo works for 15 minutes/);
    expect(world.changes).toHaveLength(2);
  });
});

describe('a protected service', () => {
  const operators = [OPERATOR, SECOND].map((person) => grant(person, '*/shop/*', ['scale']));

  it('needs a second, different person of the same platform', async () => {
    const bot = world.replica({ grants: operators });
    const id = await bot.propose(scale(3, 'ledger'), OPERATOR);
    expect((await bot.click('approve', id, SECOND)).done).toBe(false);
    expect((await bot.click('confirm', id, OPERATOR)).done).toBe(true);
    expect(world.changes).toEqual([]);
    expect((await bot.click('approve', id, OPERATOR)).card.summary).toMatch(/second, different person/);
    expect((await bot.click('approve', id, TEAMS_ADMIN)).card.summary).toMatch(
      /two accounts are one person|whether two accounts/,
    );
    expect((await bot.click('approve', id, VIEWER)).card.summary).toMatch(/You may not scale ledger/);
    expect(world.changes).toEqual([]);
    expect((await bot.click('approve', id, SECOND)).done).toBe(true);
    await bot.worker.idle();
    expect(desiredOf(world, 'ledger')).toBe(3);
    const outcome = (await entries()).find(({ result }) => result === 'done');
    expect(outcome).toMatchObject({ who: personKey(OPERATOR), approvedBy: personKey(SECOND) });
  });

  it('is taken back by two people as well: the second clicks Undo too', async () => {
    const bot = world.replica({ grants: operators });
    const id = await bot.propose(scale(3, 'ledger'), OPERATOR);
    await bot.click('confirm', id, OPERATOR);
    await bot.click('approve', id, SECOND);
    await bot.worker.idle();
    const changes = world.changes.length;

    expect((await bot.click('undo', id, OPERATOR)).card.summary).toMatch(/second person has to click Undo/);
    expect((await bot.click('undo', id, OPERATOR)).card.summary).toMatch(/second, different person/);
    expect(world.changes).toHaveLength(changes);
    expect((await bot.click('undo', id, SECOND)).done).toBe(true);
    await bot.worker.idle();
    expect(world.changes).toHaveLength(changes + 1);
    expect(desiredOf(world, 'ledger')).not.toBe(3);
  });

  it('whose approval nobody gives is closed after 15 minutes and says so', async () => {
    const bot = world.replica({ grants: operators });
    const id = await bot.propose(scale(3, 'ledger'), OPERATOR);
    await bot.click('confirm', id, OPERATOR);
    world.pass(PROPOSAL_MS + 1000);
    await bot.worker.sweep();
    expect(world.shown.get(`live/${id}`)?.card.summary).toMatch(/Nobody approved it/);
    expect((await bot.click('approve', id, SECOND)).done).toBe(false);
    expect(world.changes).toEqual([]);
  });
});

describe('somebody who clicks very often', () => {
  it('is told kindly to wait, and nothing changes', async () => {
    const bot = world.replica({ limits: { readsPerMinute: 100, writesPerMinute: 10 } });
    const results = [];
    for (let n = 0; n < 11; n += 1) results.push(await bot.click('confirm', 'w-none'));
    expect(results[9]?.card.summary).toMatch(/do not know this proposal/);
    expect(results[10]?.card.summary).toMatch(/I take 10 a minute.*try again in \d+ s/s);
  });
});

describe('a click where the bot is no member', () => {
  it('is told to the person as well, since nobody may see the report', async () => {
    const bot = world.replica({ knowsMessages: false });
    const result = await bot.click('confirm', await bot.propose(scale(5)));
    expect(result).toMatchObject({ done: true, tell: true });
    expect(result.card.summary).toMatch(/it is taken.*invite me/);
  });
});
