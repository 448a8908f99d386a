import { beforeEach, describe, expect, it } from 'vitest';
import { makeAccess } from '../../src/access/access.ts';
import { makeAudit } from '../../src/access/audit.ts';
import { makeRateLimits } from '../../src/access/rate-limits.ts';
import { makePerform, type Perform } from '../../src/actions/perform.ts';
import type { Card, PressButton } from '../../src/cards/card.ts';
import { decodePayload, encodePayload } from '../../src/cards/payload.ts';
import { pressed } from '../../src/chat/pressed.ts';
import type { Deed } from '../../src/domain/incident.ts';
import type { Person } from '../../src/domain/person.ts';
import { makeAuditStore } from '../../src/store/audit-store.ts';
import { makeMuteStore } from '../../src/store/mute-store.ts';
import { action } from '../incidents/events.ts';
import { type IncidentWorld, openWorld } from '../incidents/world.ts';
import { keepLog } from '../kept-log.ts';
import { makeMemoryTable } from '../store/memory-table.ts';

const ID = 'production/eu-west-1/core/web#1';
const PRIYA = person('slack', 'U1', 'Priya');
const TOMAS = person('slack', 'U2', 'Tomas');
const ZOE = person('teams', 'aad-3', 'Zoe');
const CLI: Person = { platform: 'cli', id: 'root', tenant: '-', name: 'root' };

let world: IncidentWorld;
let perform: Perform;
let clock: { nowMs: number };
let audit: ReturnType<typeof makeAuditStore>;
let mutes: ReturnType<typeof makeMuteStore>;

beforeEach(async () => {
  world = openWorld();
  clock = world.clock;
  clock.nowMs = Date.parse('2026-11-20T09:10:00Z');
  const ticking = { now: () => clock.nowMs };
  const { log } = keepLog();
  const table = makeMemoryTable(ticking);
  audit = makeAuditStore(table, ticking.now);
  mutes = makeMuteStore(table);
  let made = 0;
  perform = makePerform({
    incidents: world.incidents,
    mutes,
    access: makeAccess({ admins: [], configured: [], store: { list: async () => [] }, clock: ticking, log }),
    audit: makeAudit({ store: audit, log, unique: () => `n${(made += 1)}` }),
    limits: makeRateLimits({ deedsPerMinute: 20 }),
    writes: undefined,
    outbox: undefined,
    clock: ticking,
  });
  await world.absorb(action('SERVICE_TASK_START_IMPAIRED', { at: '09:00:00', type: 'WARN' }));
});

function person(platform: 'slack' | 'teams', id: string, name: string): Person {
  return { platform, id, tenant: 'T1', name, standing: 'member' };
}

const act = (deed: Deed, by: Person = PRIYA, incident = ID) => {
  clock.nowMs += 1000;
  return perform({ kind: 'deed', deed, incident, prefix: '/ecs' }, by);
};
const now = () => world.incidents.byNumber(1);
const lines = async () => audit.ofDay('2026-11-20', 100);
const undoOf = (card: Card): PressButton | undefined =>
  card.blocks
    .flatMap((block) => (block.kind === 'actions' ? block.buttons : []))
    .find((button): button is PressButton => button.kind === 'press' && button.label.startsWith('Undo'));

/** Presses the Undo of a card as it comes back from the platform. */
async function undo(card: Card, by: Person = PRIYA) {
  clock.nowMs += 1000;
  const button = undoOf(card);
  if (button === undefined) throw new Error('the card has no Undo');
  const payload = decodePayload(encodePayload(button.payload));
  const finders = {
    slack: async (id: string) => ({ person: id === 'U1' ? PRIYA : TOMAS }),
    teams: async () => ({ person: ZOE }),
  };
  const asking = { person: by, prefix: '/ecs' };
  const deps = { incidents: world.incidents, finders };
  return perform(await pressed(payload as Parameters<typeof pressed>[0], asking, deps), by);
}

describe('what is done to an incident by hand', () => {
  it('needs no grant and no confirm, is written down, and is taken back by its Undo', async () => {
    const taken = await act({ kind: 'ack' });
    expect(taken).toMatchObject({ done: true });
    expect(await now()).toMatchObject({ state: 'acknowledged', acknowledged: { by: { id: 'U1' } } });

    expect((await undo(taken.card)).done).toBe(true);
    expect(await now()).toMatchObject({ state: 'open' });
    expect((await lines()).map(({ action: what, result }) => `${what} ${result}`).toSorted()).toEqual([
      'ack done',
      'release done',
    ]);
  });

  it('assigns, and goes back to who had it before, or to nobody', async () => {
    const given = await act({ kind: 'assign', to: TOMAS });
    expect(given.card.title).toContain('Tomas has #1');
    expect(await now()).toMatchObject({ acknowledged: { by: { id: 'U2' }, assignedBy: { id: 'U1' } } });
    // Whoever gets it is called where everybody sees it; whoever takes it over needs no call.
    expect(given.isPublic).toBe(true);
    expect(JSON.stringify(given.card)).toContain('"kind":"mention","platform":"slack","id":"U2"');
    expect((await act({ kind: 'assign', to: PRIYA })).isPublic).toBeUndefined();
    await act({ kind: 'assign', to: TOMAS });
    const handed = await act({ kind: 'assign', to: ZOE });
    expect((await now())?.acknowledged?.by.id).toBe('aad-3');
    expect(undoOf(handed.card)?.label).toBe('Undo (back to Tomas)');
    await undo(handed.card);
    expect((await now())?.acknowledged?.by.id).toBe('U2');

    await act({ kind: 'release' });
    const first = await act({ kind: 'assign', to: TOMAS });
    await undo(first.card);
    expect((await now())?.acknowledged).toBeUndefined();
  });

  it('releases what somebody else has, and that is audited with their name', async () => {
    await act({ kind: 'ack' }, TOMAS);
    const released = await act({ kind: 'release' });
    expect(released.done).toBe(true);
    expect((await now())?.acknowledged).toBeUndefined();
    const line = (await lines()).find(({ action: what }) => what === 'release');
    expect(line).toMatchObject({ who: 'slack:U1', before: 'slack:U2 had it', target: ID.slice(0, -2) });
    await undo(released.card);
    expect((await now())?.acknowledged?.by.id).toBe('U2');
  });

  it('closes and opens again; a note stays', async () => {
    const closed = await act({ kind: 'resolve' });
    expect((await now())?.state).toBe('resolved');
    expect((await undo(closed.card)).done).toBe(true);
    expect((await now())?.state).toBe('open');

    const noted = await act({ kind: 'note', text: 'the pool is exhausted' });
    expect(undoOf(noted.card)).toBeUndefined();
    expect((await now())?.facts.find(({ key }) => key.startsWith('note-'))).toMatchObject({
      text: 'Note by Priya',
      detail: 'the pool is exhausted',
    });
    expect((await lines()).find(({ action: what }) => what === 'note')?.after).toContain('pool is exhausted');
  });

  it('says who has it instead of taking it away, and how to take it over', async () => {
    await act({ kind: 'ack' }, TOMAS);
    clock.nowMs += 5 * 60_000;
    const { done, card } = await act({ kind: 'ack' });
    expect(done).toBe(false);
    expect(card.summary).toContain('Tomas has had it for');
    expect(card.summary).toContain('`/ecs assign #1 me` takes it over.');
    expect(undoOf(card)).toBeUndefined();
    const tried = (await lines()).map(({ name, action: what, result }) => `${name} ${what} ${result}`);
    expect(tried.toSorted()).toEqual(['Priya ack not_done', 'Tomas ack done']);
  });

  it('changes nothing where it is so already, and offers nothing to take back', async () => {
    for (const [deed, sentence] of [
      [{ kind: 'release' }, 'Nobody has #1'],
      [{ kind: 'reopen' }, 'is open already'],
    ] as const) {
      const { done, card } = await act(deed);
      expect(done).toBe(false);
      expect(card.summary).toContain(sentence);
      expect(undoOf(card)).toBeUndefined();
    }
    await act({ kind: 'resolve' });
    expect((await act({ kind: 'resolve' })).card.summary).toContain('is over already. Nothing changed.');
    expect((await act({ kind: 'ack' })).card.summary).toContain('is over already');
    expect((await act({ kind: 'ack' }, PRIYA, 'production/eu-west-1/core/web#9')).done).toBe(false);
  });

  it('an Undo that lost its meaning says so and changes nothing', async () => {
    const taken = await act({ kind: 'ack' });
    await act({ kind: 'assign', to: TOMAS }, TOMAS);
    const { done, card } = await undo(taken.card);
    expect(done).toBe(false);
    expect(card.summary).toContain('lost its meaning');
    expect(card.summary).toContain('Tomas has #1 now');
    expect((await now())?.acknowledged?.by.id).toBe('U2');
  });

  it('is refused to guests and strangers; to those of whom nothing is known, what silences', async () => {
    const guest: Person = { ...PRIYA, standing: 'guest' };
    const { standing: _standing, ...unknown } = PRIYA;
    for (const deed of [{ kind: 'ack' }, { kind: 'resolve' }, { kind: 'note', text: 'x' }] as const)
      expect((await act(deed, guest)).done).toBe(false);
    expect((await act({ kind: 'resolve' }, unknown)).card.summary).toContain('cannot check who you are');
    expect((await now())?.state).toBe('open');
    expect((await act({ kind: 'ack' }, unknown)).done).toBe(true);
    expect((await lines()).filter(({ result }) => result === 'refused')).toHaveLength(4);
  });

  it('is done by whoever runs the command line', async () => {
    expect((await act({ kind: 'resolve' }, CLI)).done).toBe(true);
    expect((await lines())[0]).toMatchObject({ who: 'cli:root', action: 'resolve' });
  });

  it('counts against what one person may do to incidents in a minute', async () => {
    const results = [];
    for (let at = 0; at < 21; at += 1) results.push(await act({ kind: 'note', text: `${at}` }));
    expect(results.filter(({ done }) => done)).toHaveLength(20);
    expect(results.at(-1)?.card.summary).toContain('That was a lot of changes');
  });
});

describe('mutes', () => {
  const place = { account: 'production', cluster: 'core', service: 'web' };
  const muted = (forMs: number, by = PRIYA) =>
    perform({ kind: 'mute', place, end: { forMs }, prefix: '/ecs' }, by);
  const HOUR = 3_600_000;

  it('hold a place for a while, are seen by everybody, written down, and taken back', async () => {
    const result = await muted(2 * HOUR);
    expect(result).toMatchObject({ done: true, isPublic: true });
    expect(await mutes.list()).toMatchObject([
      { on: 'production/core/web', fromMs: clock.nowMs, untilMs: clock.nowMs + 2 * HOUR, by: { id: 'U1' } },
    ]);
    expect((await lines())[0]).toMatchObject({
      action: 'mute',
      target: 'production/core/web',
      result: 'done',
    });
    expect((await undo(result.card)).done).toBe(true);
    expect(await mutes.list()).toEqual([]);
  });

  it('of one place are one: the Undo of a longer one brings back the shorter', async () => {
    await muted(HOUR);
    const until = clock.nowMs + HOUR;
    clock.nowMs += 60_000;
    const longer = await muted(5 * HOUR);
    expect(await mutes.list()).toHaveLength(1);
    await undo(longer.card);
    expect(await mutes.list()).toMatchObject([{ untilMs: until }]);
  });

  it('end by hand, and that is taken back until the moment it was to end', async () => {
    await muted(HOUR);
    const until = clock.nowMs + HOUR;
    const ended = await perform({ kind: 'unmute', place, prefix: '/ecs' }, TOMAS);
    expect(ended.done).toBe(true);
    expect(await mutes.list()).toEqual([]);
    await undo(ended.card, TOMAS);
    expect(await mutes.list()).toMatchObject([{ untilMs: until }]);
    await perform({ kind: 'unmute', place, prefix: '/ecs' }, TOMAS);
    clock.nowMs += 2 * HOUR;
    expect((await undo(ended.card, TOMAS)).card.summary).toContain('over already');
  });

  it('name what is muted instead, and what a mute takes', async () => {
    const cluster = { account: 'production', cluster: 'core' };
    await perform({ kind: 'mute', place: cluster, end: { forMs: HOUR }, prefix: '/ecs' }, PRIYA);
    const part = await perform({ kind: 'unmute', place, prefix: '/ecs' }, PRIYA);
    expect(part.card.summary).toContain('cluster core in production is, and it is part of that');
    const nothing = await perform({ kind: 'mute', place: {}, end: { forMs: HOUR }, prefix: '/ecs' }, PRIYA);
    expect(nothing.card.summary).toContain('takes the name of a service, cluster or account');
    expect((await muted(31 * 24 * HOUR)).card.summary).toContain('at most 30 d');
    expect(await mutes.list()).toHaveLength(1);
  });

  it('are no right of guests', async () => {
    expect((await muted(HOUR, { ...PRIYA, standing: 'guest' })).done).toBe(false);
    expect(await mutes.list()).toEqual([]);
  });
});
