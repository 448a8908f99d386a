import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Unreachable } from '../../src/domain/errors.ts';
import type { Incident } from '../../src/domain/incident.ts';
import type { Person } from '../../src/domain/person.ts';
import { hookIncident, openHookWorld, waiting as waitingIn } from './hook-world.ts';
import {
  ADMIN,
  grant,
  OPERATOR,
  type Replica,
  type ReplicaOptions,
  VIEWER,
  type WriteWorld,
} from './write-world.ts';

let world: WriteWorld;
let incident: Incident;

beforeEach(async () => {
  world = await openHookWorld();
  incident = hookIncident(world);
});
afterEach(async () => {
  await world.close();
});

const waiting = () => waitingIn(world);
const replica = (options: ReplicaOptions = {}) => world.replica({ incident, ...options });
const ask = async (bot: Replica, answer: 'CONTINUE' | 'ROLLBACK', person: Person = ADMIN) => {
  const given = await bot.answerHook(incident.id, answer, { person, prefix: '/ecs' });
  // What proposing commands answer with.
  return { card: given.card, id: (given.data as { readonly proposal: string }).proposal };
};
const report = (id: string) => world.shown.get(`write/${id}/report`)?.card;

describe('an answer to a deployment hook', () => {
  it.each([
    ['CONTINUE', 'SUCCEEDED', 'Done: continue the deployment of web', 'The deployment goes on'],
    ['ROLLBACK', 'FAILED', 'Done: roll the waiting deployment of web back', 'goes back'],
  ] as const)(
    '%s is proposed, confirmed, given, verified, told and written down',
    async (answer, status, title, text) => {
      const bot = replica();
      const { id, card } = await ask(bot, answer);
      expect(card.title).toBe(
        answer === 'CONTINUE'
          ? 'Continue the deployment of web?'
          : 'Roll the waiting deployment of web back?',
      );
      expect(JSON.stringify(card)).toContain('If nobody answers by');
      expect(waiting().hook.status).toBe('AWAITING_ACTION');

      expect((await bot.click('confirm', id)).done).toBe(true);
      await bot.worker.idle();
      expect(waiting().hook.status).toBe(status);
      expect(report(id)?.title).toBe(title);
      expect(report(id)?.summary).toContain(text);
      expect(JSON.stringify(report(id))).not.toContain('"undo"');
      const lines = (await bot.audit.ofDay('2026-11-20', 100)).filter(({ action }) => action === 'hook');
      expect(lines.map(({ result }) => result).toSorted()).toEqual(['asked', 'done']);
      expect(lines[0]).toMatchObject({ who: 'slack:UADMIN0001', target: 'production/us-east-1/shop/web' });
    },
  );

  it('takes the right hooks, which the refusal names', async () => {
    const bot = replica({
      grants: [grant(OPERATOR, '*/shop/web', ['hooks']), grant(VIEWER, '*', ['rollback'])],
    });
    await expect(ask(bot, 'CONTINUE', VIEWER)).rejects.toThrow(
      /grants add slack:UVIEW00001 production\/shop\/web hooks/,
    );
    const { id } = await ask(bot, 'CONTINUE', OPERATOR);
    expect((await bot.click('confirm', id, VIEWER)).done).toBe(false);
    expect(waiting().hook.status).toBe('AWAITING_ACTION');
    expect((await bot.click('confirm', id, OPERATOR)).done).toBe(true);
  });

  it('that somebody else has given meanwhile changes nothing, and says so', async () => {
    const bot = replica();
    const { id } = await ask(bot, 'ROLLBACK');
    const { service, deployment } = waiting();
    world.world.continueDeployment(service, deployment, 'CONTINUE');
    const { done, card } = await bot.click('confirm', id);
    expect(done).toBe(false);
    expect(card.summary).toContain('has been answered already (succeeded)');
    await expect(ask(bot, 'ROLLBACK')).rejects.toThrow(/waits for no answer any more/);
    expect(waiting().hook.status).toBe('SUCCEEDED');
  });

  it('that comes when the time is up changes nothing', async () => {
    const bot = replica();
    incident = { ...incident, hook: { ...hookOf(incident), expiresAtMs: world.clock.nowMs } };
    const { id } = await ask(bot, 'CONTINUE');
    Object.assign(waiting().hook, { expiresAtMs: world.clock.nowMs });
    const { done, card } = await bot.click('confirm', id);
    expect(done).toBe(false);
    expect(card.summary).toContain('time of the hook of web is up');
  });

  it('of an incident that waits for none is refused', async () => {
    const { hook: _hook, ...rest } = incident;
    incident = rest;
    await expect(ask(replica(), 'CONTINUE')).rejects.toThrow(/waits for an answer here any more/);
  });

  it('whose own answer is lost is looked up, never given twice', async () => {
    let calls = 0;
    const lossy = replica({
      writer: (writer) => ({
        ...writer,
        async continueDeployment(...given) {
          calls += 1;
          await writer.continueDeployment(...given);
          throw new Unreachable('No answer.');
        },
      }),
    });
    const { id } = await ask(lossy, 'CONTINUE');
    await lossy.click('confirm', id);
    await lossy.worker.idle();
    expect(calls).toBe(1);
    expect(report(id)?.title).toBe('Done: continue the deployment of web');

    const unsent = await (async () => {
      await world.close();
      world = await openHookWorld();
      const { hook } = waiting();
      incident = { ...incident, hook: { id: hook.id, deploymentArn: hook.deploymentArn } };
      return replica({
        writer: (writer) => ({
          ...writer,
          continueDeployment: async () => {
            throw new Unreachable('No answer.');
          },
        }),
      });
    })();
    const second = await ask(unsent, 'CONTINUE');
    await unsent.click('confirm', second.id);
    await unsent.worker.idle();
    expect(report(second.id)?.title).toBe('Not certain: continue the deployment of web');
    expect(waiting().hook.status).toBe('AWAITING_ACTION');
  });
});

function hookOf({ hook }: Incident) {
  if (hook === undefined) throw new Error('it waits');
  return hook;
}
