import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, type Question } from '../../src/access/decide.ts';
import { refusalToTalk } from '../../src/access/identity.ts';
import { makeRateLimits } from '../../src/access/rate-limits.ts';
import { refusalSentence } from '../../src/access/refusal.ts';
import { parseConfigFile } from '../../src/config/file.ts';
import { GRANT_ACTIONS, type Grant, grantCovers } from '../../src/domain/access.ts';
import type { Person } from '../../src/domain/person.ts';

const NOW = Date.parse('2026-11-20T09:00:00Z');
const target = { account: 'production', cluster: 'shop', service: 'orders-api' };
const grant = (change: Partial<Grant>): Grant => ({
  id: 'g',
  who: 'slack:U1',
  on: '*',
  actions: ['scale'],
  ...change,
});
const ask = (
  change: Partial<Question>,
  grants: readonly Grant[] = [],
  groups: readonly string[] | 'unreadable' = [],
) =>
  decide({
    person: { platform: 'slack', id: 'U1', standing: 'member' },
    action: 'scale',
    target,
    nowMs: NOW,
    authority: { admins: ['slack:UADMIN'], grants, groups },
    ...change,
  });

describe('decide', () => {
  it.each([
    [{}, true],
    [{ who: 'slack:U2' }, false],
    [{ who: 'teams:U1' }, false],
    [{ on: 'production/shop' }, true],
    [{ on: 'production' }, true],
    [{ on: '*/*/orders-*' }, true],
    [{ on: 'staging' }, false],
    [{ on: 'production/shop/orders' }, false],
    [{ on: 'production/us-east-1/shop/orders-api' }, false],
    [{ actions: ['stop'] }, false],
    [{ actions: ['*'] }, true],
    [{ actions: ['admin'] }, true],
    [{ untilMs: NOW + 1 }, true],
    [{ untilMs: NOW }, false],
  ] as const)('of a grant %j to scale one service says %s', (change, allowed) => {
    expect(ask({}, [grant(change as Partial<Grant>)]).allowed).toBe(allowed);
  });

  it('gives a group to its members, and to nobody where the groups cannot be read', () => {
    const group = [grant({ who: 'slack:S1' })];
    expect(ask({}, group, ['slack:S1']).allowed).toBe(true);
    expect(ask({}, group, []).allowed).toBe(false);
    expect(ask({}, group, 'unreadable')).toEqual({ allowed: false, why: 'groups_unreadable' });
  });

  it('lets only administrators, and grants of admin that hold everywhere, administer', () => {
    const admin = (on: string, actions: Grant['actions']) =>
      ask({ action: 'admin', target: {} }, [grant({ on, actions })]).allowed;
    expect(admin('*', ['admin'])).toBe(true);
    expect(admin('*/*/*', ['admin'])).toBe(true);
    expect(admin('production', ['admin'])).toBe(false);
    expect(admin('*', ['*'])).toBe(false);
  });

  it('never allows more than a matching, unexpired grant of the person, an administrator, or an acknowledgement', () => {
    const grants = fc.array(
      fc.record({
        id: fc.constant('g'),
        who: fc.constantFrom('slack:U1', 'slack:U2', 'teams:U1', 'slack:S1'),
        on: fc.constantFrom('*', 'production', 'production/shop', '*/*/orders-api', 'staging', 'a/b/c'),
        actions: fc.subarray([...GRANT_ACTIONS], { minLength: 1 }),
        untilMs: fc.integer({ min: NOW - 5, max: NOW + 5 }),
      }),
      { maxLength: 5 },
    );
    const standing = fc.constantFrom('member', 'guest', 'stranger', 'unknown', undefined);
    const action = fc.constantFrom('scale', 'stop', 'admin', 'ack');
    fc.assert(
      fc.property(grants, standing, action, (all, how, what) => {
        const person = {
          platform: 'slack',
          id: 'U1',
          ...(how === undefined ? {} : { standing: how }),
        } as const;
        const { allowed } = ask({ person, action: what }, all);
        const right = all.some(
          ({ who, on, actions, untilMs }) =>
            who === 'slack:U1' &&
            untilMs > NOW &&
            grantCovers(on, target) &&
            actions.some((each) => each === what || each === 'admin' || (each === '*' && what !== 'admin')),
        );
        const isKnownOutsider = how === 'guest' || how === 'stranger';
        expect(allowed).toBe(what === 'ack' ? !isKnownOutsider : how === 'member' && right);
      }),
      { numRuns: 5000 },
    );
  });

  it('says no where nothing is readable, nothing is configured, or nobody vouches', () => {
    expect(ask({ authority: 'unreadable' })).toMatchObject({ why: 'unreadable' });
    expect(ask({ authority: { admins: [], grants: [], groups: [] } })).toMatchObject({ why: 'nobody_may' });
    expect(ask({ person: { platform: 'slack', id: 'UADMIN' } })).toMatchObject({ why: 'unknown_person' });
  });
});

describe('a refusal', () => {
  const sentence = (authority: Question['authority'], platform: 'slack' | 'teams' = 'slack') => {
    const person = { platform, id: 'U1', standing: 'member' } as const;
    const decision = decide({ person, action: 'scale', target, nowMs: NOW, authority });
    if (decision.allowed) throw new Error('it was allowed');
    return refusalSentence(decision, {
      person,
      action: 'scale',
      target,
      prefix: '/ecs',
      admins: ['slack:UADMIN'],
    });
  };
  const admins = ['slack:UADMIN'];

  it('names the first step where nothing is configured', () => {
    expect(sentence({ admins: [], grants: [], groups: [] })).toMatch(/first step.*`ADMINS=slack:U1`/);
  });

  it('names who to ask and what they type', () => {
    expect(sentence({ admins, grants: [], groups: [] })).toBe(
      'You may not scale orders-api. Ask an administrator of mine (<slack:UADMIN>) to type `/ecs grants add slack:U1 production/shop/orders-api scale`.',
    );
    expect(sentence({ admins, grants: [grant({ untilMs: NOW - 1 })], groups: [] })).toMatch(
      /has ended \(2026-11-20 08:59 UTC\)/,
    );
    expect(sentence('unreadable')).toMatch(/cannot read who may do what.*Nothing changed/);
  });
});

describe('guests and strangers', () => {
  it.each([
    ['member', undefined],
    ['unknown', undefined],
    ['guest', /you are a guest/],
    ['stranger', /you are from another one/],
  ] as const)('%s', (standing, refusal) => {
    const person: Person = { platform: 'slack', id: 'U1', tenant: 'T1', name: 'X', standing };
    const said = refusalToTalk(person);
    expect(refusal === undefined ? said === undefined : refusal.test(said ?? '')).toBe(true);
  });
});

describe('rate limits', () => {
  it('are for each person alone, and for each kind alone', async () => {
    const limits = makeRateLimits({ readsPerMinute: 100, writesPerMinute: 10 });
    const [one, two] = [{ platform: 'slack', id: 'U1' } as const, { platform: 'teams', id: 'U1' } as const];
    for (let n = 0; n < 10; n += 1) await limits.use(one, 'write');
    await expect(limits.use(one, 'write')).rejects.toThrow(/10 a minute.*Nothing changed.*try again/s);
    await expect(limits.use(two, 'write')).resolves.toBeUndefined();
    // In a storm somebody takes many incidents at once.
    for (let n = 0; n < 60; n += 1) await limits.use(one, 'deed');
    await expect(limits.use(one, 'deed')).rejects.toThrow(/60 a minute.*Nothing changed/s);
    for (let n = 0; n < 100; n += 1) await limits.use(one, 'read');
    await expect(limits.use(one, 'read')).rejects.toThrow(/100 a minute/);
  });
});

describe('docs/deckhand.example.yaml', () => {
  const file = new URL('../../docs/deckhand.example.yaml', import.meta.url);
  const content = readFileSync(file, 'utf8');

  it('is accepted as it stands', () => {
    expect(parseConfigFile('example', content)).toMatchObject({
      value: { grants: { length: 3 }, protected: { length: 1 } },
    });
  });

  it('is refused with an action that nobody knows, naming those there are', () => {
    const broken = content.replace('[scale, redeploy, rollback, stop]', '[scale, fly]');
    expect(parseConfigFile('example', broken)).toEqual({
      problems: [`example: grants[0].actions[1]: expected one of ${GRANT_ACTIONS.join(', ')}`],
    });
  });
});
