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
) =>
  whichIncident(
    { command: 'ack', ...intent },
    thread,
    { open: async () => open, byNumber: async (number) => open.find((one) => one.number === number) },
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
