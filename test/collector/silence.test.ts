import { describe, expect, it } from 'vitest';
import { makeCollector } from '../../src/collector/collector.ts';
import { fakeAws, generatedFleet, NOW } from './fake-aws.ts';
import { account, silent } from './make.ts';

/** Two accounts, of which one can be made to give no answers; waiting is done by hand. */
function withSlowAccount() {
  const state = { hangs: false, nowMs: NOW };
  const [good, slow] = [fakeAws(generatedFleet(10, 1)), fakeAws(generatedFleet(10, 1))];
  const hanging = new Proxy(slow, {
    get: (of, name: keyof typeof slow) =>
      state.hangs && name !== 'calls' ? () => new Promise(() => undefined) : Reflect.get(of, name),
  });
  const waiting: (() => void)[] = [];
  const collector = makeCollector({
    accounts: [account({ name: 'good' }), account({ name: 'slow' })],
    api: (of) => (of.name === 'slow' ? hanging : good),
    clock: { now: () => state.nowMs },
    log: silent,
    wait: () => new Promise((resolve) => waiting.push(resolve)),
  });
  const secondGoesBy = async () => {
    for (const resolve of waiting.splice(0)) resolve();
    for (let n = 0; n < 20; n += 1) await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { collector, state, secondGoesBy };
}

describe('an account that gives no answer', () => {
  it('delays nobody for more than five seconds, and is told as missing with what was known', async () => {
    const { collector, state, secondGoesBy } = withSlowAccount();
    await collector.snapshot();
    state.hangs = true;
    state.nowMs += 10 * 60_000;
    let answered: Awaited<ReturnType<typeof collector.snapshot>> | undefined;
    const asked = collector.snapshot().then((snapshot) => (answered = snapshot));
    for (let second = 0; second < 4; second += 1) await secondGoesBy();
    expect(answered).toBeUndefined();
    for (let second = 0; second < 3; second += 1) await secondGoesBy();
    await asked;
    expect(answered?.services).toHaveLength(20);
    const at = (name: string) => answered?.services.find(({ ref }) => ref.account === name)?.metricsAtMs;
    expect(at('good')).toBe(state.nowMs);
    expect(at('slow')).toBe(NOW);
    expect(answered?.missing).toMatchObject([
      { account: 'slow', action: 'ecs:ListClusters', kind: 'unreachable' },
    ]);
    expect(answered?.missing[0]?.why).toContain('no answer for 5 s from slow in eu-west-1');
  });

  it('leaves its names known', async () => {
    const { collector, state, secondGoesBy } = withSlowAccount();
    await collector.snapshot();
    state.hangs = true;
    state.nowMs += 10 * 60_000;
    const asked = collector.inventoryWithMissing();
    for (let second = 0; second < 7; second += 1) await secondGoesBy();
    const { refs, missing } = await asked;
    expect(refs).toHaveLength(20);
    expect(missing).toHaveLength(1);
  });
});

describe('a long reading that gets answers', () => {
  it('is waited for', async () => {
    const resolvers: (() => void)[] = [];
    const slow = fakeAws(generatedFleet(100, 1));
    const original = slow.describeServices.bind(slow);
    slow.describeServices = async (cluster, names) => {
      await new Promise<void>((resolve) => resolvers.push(resolve));
      return original(cluster, names);
    };
    const waiting: (() => void)[] = [];
    const patient = makeCollector({
      accounts: [account()],
      api: () => slow,
      clock: { now: () => NOW },
      log: silent,
      wait: () => new Promise((resolve) => waiting.push(resolve)),
    });
    const asked = patient.snapshot();
    for (let second = 0; second < 40 && slow.count('getMetricData') === 0; second += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      // Every third second one call is answered.
      if (second % 3 === 0) resolvers.shift()?.();
      for (const resolve of waiting.splice(0)) resolve();
    }
    expect((await asked).missing).toEqual([]);
    expect((await asked).services).toHaveLength(100);
  });
});
