import { describe, expect, it } from 'vitest';
import { makeCollector } from '../../src/collector/collector.ts';
import type { AccountConfig } from '../../src/domain/accounts.ts';
import { type FakeAws, fakeAws, generatedFleet, NOW } from './fake-aws.ts';
import { account, silent } from './make.ts';

/** A collector over accounts that come and go, each with a fleet of ten. */
function changing(first: readonly AccountConfig[]) {
  const fleets = new Map<string, FakeAws>();
  const state = { accounts: first, nowMs: NOW };
  const fleetOf = (name: string) => {
    const fleet = fleets.get(name) ?? fakeAws(generatedFleet(10, 1));
    fleets.set(name, fleet);
    return fleet;
  };
  const collector = makeCollector({
    accounts: () => state.accounts,
    api: (of) => fleetOf(of.name),
    clock: { now: () => state.nowMs },
    log: silent,
  });
  return { collector, state, fleetOf };
}

const [core, lab] = [account({ name: 'core' }), account({ name: 'lab', id: '222233334444' })];
const accountsIn = (refs: readonly { readonly account: string }[]) => [
  ...new Set(refs.map((ref) => ref.account)),
];

describe('an account that is added while a collection is under way', () => {
  it('is in the next answer, and the one under way is whole', async () => {
    const { collector, state } = changing([core]);
    const underWay = collector.snapshot();
    state.accounts = [core, lab];
    expect(accountsIn((await underWay).services.map(({ ref }) => ref))).toEqual(['core']);
    state.nowMs += 1000;
    const next = await collector.snapshot();
    expect(accountsIn(next.services.map(({ ref }) => ref))).toEqual(['core', 'lab']);
    expect(accountsIn(await collector.inventory())).toEqual(['core', 'lab']);
  });
});

describe('an account that is removed while a collection is under way', () => {
  it('is in no answer any more, and the others are whole', async () => {
    const { collector, state } = changing([core, lab]);
    const underWay = collector.snapshot();
    const names = collector.inventory();
    state.accounts = [core];
    const { services, loadBalancers, missing } = await underWay;
    expect(services).toHaveLength(10);
    expect(accountsIn(services.map(({ ref }) => ref))).toEqual(['core']);
    expect(accountsIn(loadBalancers ?? [])).toEqual(['core']);
    expect(missing).toEqual([]);
    expect(accountsIn(await names)).toEqual(['core']);
    expect(collector.status().map((each) => each.account)).toEqual(['core']);
  });
});

describe('an account that changes', () => {
  it('is read anew under its new patterns; the others stay known', async () => {
    const { collector, state, fleetOf } = changing([core, lab]);
    await collector.snapshot();
    const before = fleetOf('core').count();
    state.accounts = [core, { ...lab, exclude: ['cluster-0/svc-00003'] }];
    state.nowMs += 1000;
    const { services } = await collector.snapshot();
    expect(services).toHaveLength(19);
    expect(fleetOf('core').count()).toBe(before);
  });
});
