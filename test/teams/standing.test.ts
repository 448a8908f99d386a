import { describe, expect, test } from 'vitest';
import type { Origin } from '../../src/teams/activity.ts';
import { makeStandingOf } from '../../src/teams/standing.ts';
import { keepLog } from '../kept-log.ts';

const origin = (tenant: string): Origin => ({
  person: { platform: 'teams', id: 'aad-1', tenant, name: 'X' },
  accountId: '29:1',
  dest: { platform: 'teams', tenant: '-', channel: '19:a@thread.tacv2' },
  thread: undefined,
  direct: false,
  zone: undefined,
});

function open(member: object | undefined, tenant?: string) {
  let asked = 0;
  const clock = { nowMs: 0 };
  const standingOf = makeStandingOf({
    connectors: async () => ({
      member: async () => {
        asked += 1;
        if (member === undefined) throw new Error('no roster');
        return { ...member };
      },
    }),
    tenant,
    now: () => clock.nowMs,
    log: keepLog().log,
  });
  return {
    clock,
    asked: () => asked,
    of: (home = 'tenant-1') => standingOf(origin(home), 'http://teams.example'),
  };
}

describe('how Teams vouches for somebody', () => {
  test.each([
    ['a member', { tenantId: 'tenant-1', userRole: 'user' }, 'member'],
    ['a member of whom the roster tells little', { id: '29:1' }, 'member'],
    ['a guest', { tenantId: 'tenant-1', userRole: 'guest' }, 'guest'],
    ['a guest by name', { userPrincipalName: 'x_partner.example#EXT#@company.example' }, 'guest'],
    ['somebody of another tenant', { tenantId: 'tenant-2', userRole: 'user' }, 'stranger'],
  ] as const)('%s', async (_who, member, expected) => {
    expect(await open(member).of()).toBe(expected);
  });

  test('a conversation of another tenant than the configured one is refused without a question', async () => {
    const teams = open({ tenantId: 'tenant-2' }, 'tenant-1');
    expect(await teams.of('tenant-2')).toBe('stranger');
    expect(teams.asked()).toBe(0);
  });

  test('is unknown without a roster and asked again; an answer is kept for ten minutes', async () => {
    const silent = open(undefined);
    expect([await silent.of(), await silent.of()]).toEqual(['unknown', 'unknown']);
    expect(silent.asked()).toBe(2);
    const known = open({ tenantId: 'tenant-1' });
    await known.of();
    await known.of();
    expect(known.asked()).toBe(1);
    known.clock.nowMs = 600_001;
    await known.of();
    expect(known.asked()).toBe(2);
  });
});
