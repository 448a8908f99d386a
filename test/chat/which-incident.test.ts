import { expect, test } from 'vitest';
import { whichIncident } from '../../src/chat/which-incident.ts';
import type { Incident } from '../../src/domain/incident.ts';
import type { Intent } from '../../src/domain/intent.ts';

const incident = (number: number, target: Incident['target']): Incident => ({
  id: `${target.account}/${target.region}/${target.cluster}/${target.service}#${number}`,
  number,
  target,
  severity: 'high',
  cause: 'SERVICE_TASK_START_IMPAIRED',
  title: 'Tasks cannot start reliably',
  state: 'open',
  openedAtMs: 0,
  lastSeenAtMs: 0,
  count: 1,
  facts: [],
  version: 1,
});

const live = { account: 'production', region: 'us-east-1', cluster: 'shop', service: 'orders' };
const staged = { account: 'staging', region: 'us-east-1', cluster: 'shop-staging', service: 'orders' };
const both = { ambiguous: { service: [live, staged] } };

const ask = (
  intent: Omit<Intent, 'command'>,
  open: readonly Incident[],
  thread?: { readonly incident: string },
  { command = 'ack', closed = [] }: { command?: Intent['command']; closed?: readonly Incident[] } = {},
) =>
  whichIncident(
    { command, ...intent },
    thread,
    {
      open: async () => open,
      recentlyClosed: async () => closed,
      byId: async (id) => [...open, ...closed].find((one) => one.id === id),
      byNumber: async (number) => open.find((one) => one.number === number),
    },
    '/ecs',
  );

test('a name that two services have is clear when one of them alone has an open incident', async () => {
  const open = [incident(7, live)];
  expect(await ask(both, open)).toEqual({ id: open[0]?.id });
});

test('when both have one, both are offered', async () => {
  expect(await ask(both, [incident(7, live), incident(8, staged)])).toEqual({ candidates: [live, staged] });
});

test('when none has one, the answer says so and where to look', async () => {
  expect(await ask(both, [])).toEqual({
    none: 'orders has no open incident. `/ecs alerts open` lists what is open.',
  });
});

test('a service outside of the inventory is found by the names of its incident', async () => {
  const open = [incident(3, { ...live, service: 'ghost' })];
  expect(await ask({ service: 'ghost' }, open)).toEqual({ id: open[0]?.id });
});

test('a number counts before the thread, the thread before the question back', async () => {
  const open = [incident(7, live), incident(8, staged)];
  expect(await ask({ incident: 8 }, open, { incident: 'x#7' })).toEqual({ id: open[1]?.id });
  expect(await ask({}, open, { incident: 'x#7' })).toEqual({ id: 'x#7' });
  expect(await ask({}, open)).toHaveProperty('none');
  expect(await ask({ incident: 9 }, open)).toHaveProperty('none');
});

test('in a thread its own incident counts, unless that is over and another one is open', async () => {
  const own = incident(7, live);
  const next = incident(9, live);
  const thread = { incident: own.id };
  expect(await ask(live, [own, next], thread)).toEqual({ id: own.id });
  const over: Incident = { ...own, state: 'resolved' };
  expect(await ask(live, [next], thread, { closed: [over] })).toEqual({ id: next.id });
  expect(await ask(live, [next], thread, { closed: [over], command: 'note' })).toEqual({ id: own.id });
  expect(await ask(staged, [own, incident(8, staged)], thread)).toEqual({ id: incident(8, staged).id });
});

test('the thread of an incident that another one tells keeps its meaning', async () => {
  const merged: Incident = { ...incident(7, live), state: 'resolved', merged: { into: 'x#9', number: 9 } };
  expect(await ask(live, [], { incident: merged.id }, { closed: [merged] })).toEqual({ id: merged.id });
});

test('a service is found by the incident that tells its story', async () => {
  const leader: Incident = {
    ...incident(9, staged),
    members: [{ target: live, incident: 'x#7', number: 7, atMs: 0, count: 1, isOver: false }],
  };
  expect(await ask({ service: 'orders', account: 'production' }, [leader])).toEqual({ id: leader.id });
});

test('a note is about the last incident where none is open; to acknowledge that makes no sense', async () => {
  const closed = [{ ...incident(7, live), state: 'resolved' as const }];
  expect(await ask(live, [], undefined, { closed, command: 'note' })).toEqual({ id: closed[0]?.id });
  expect(await ask(live, [], undefined, { closed })).toMatchObject({
    none: expect.stringContaining('no open'),
  });
});
