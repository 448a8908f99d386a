import { describe, expect, it } from 'vitest';
import { makeInventoryStore } from '../../src/store/inventory-store.ts';
import { makeMemoryTable } from '../store/memory-table.ts';
import { type FakeService, fakeAws, generatedFleet, NOW } from './fake-aws.ts';
import { collectorOver } from './make.ts';

const MINUTE = 60_000;
const event = (service?: string, cluster = 'cluster-0') => ({
  accountId: '111122223333',
  region: 'eu-west-1',
  cluster,
  service,
});

/** Replicas of the bot over one table and one clock. */
function replicasOver(aws: ReturnType<typeof fakeAws>) {
  const clock = { nowMs: NOW };
  const table = makeMemoryTable({ now: () => clock.nowMs });
  const store = makeInventoryStore(table, () => clock.nowMs);
  const wait = () => new Promise<void>(() => undefined);
  return {
    clock,
    table,
    next: () => collectorOver(aws, {}, {}, { clock, keep: { store, wait } }).collector,
  };
}

describe('an inventory that events keep true', () => {
  it('costs metrics alone for a day, but for bounds and target groups once an hour', async () => {
    const aws = fakeAws(generatedFleet(50, 1));
    const { collector, clock } = collectorOver(aws);
    await collector.snapshot();
    await collector.observe(event());
    for (let n = 1; n <= 5; n += 1) {
      const before = aws.count();
      clock.nowMs += 11 * MINUTE;
      const { services } = await collector.snapshot();
      expect(aws.count() - before).toBe(2);
      expect(services[0]).toMatchObject({ inventoryAtMs: NOW, inventoryTrueAtMs: clock.nowMs });
    }
    clock.nowMs += 6 * MINUTE;
    await collector.snapshot();
    expect(aws.count('describeServices')).toBe(5);
    expect(aws.count('describeTargetGroups')).toBe(2);
  });

  it('is read again after two minutes where no event was ever heard of, and after a day in any case', async () => {
    const aws = fakeAws(generatedFleet(50, 1));
    const { collector, clock } = collectorOver(aws);
    await collector.snapshot();
    clock.nowMs += 3 * MINUTE;
    const deaf = await collector.snapshot();
    expect(aws.count('describeServices')).toBe(10);
    expect(deaf.services[0]?.inventoryTrueAtMs).toBeUndefined();
    for (let hours = 0; hours <= 24; hours += 6) {
      await collector.observe(event());
      clock.nowMs += 6 * 60 * MINUTE;
    }
    await collector.snapshot();
    expect(aws.count('describeServices')).toBe(15);
  });

  it('is read again for the service that an event names, and for no other', async () => {
    const aws = fakeAws(generatedFleet(50, 1));
    const { collector, clock } = collectorOver(aws);
    await collector.snapshot();
    const before = aws.calls.length;
    clock.nowMs += 10_000;
    await collector.observe(event('svc-00007'));
    clock.nowMs += 10_000;
    await collector.snapshot();
    await collector.snapshot();
    const described = aws.calls.slice(before).filter((call) => call.operation === 'describeServices');
    expect(described.map((call) => call.argument)).toEqual([['svc-00007']]);
  });

  it('is read again every two minutes for a service that is not as it wants to be', async () => {
    const fleet = generatedFleet(20, 1);
    const services = fleet.services.map((each, n) =>
      n === 3 ? { ...each, raw: { desiredCount: 5 } } : each,
    );
    const aws = fakeAws({ ...fleet, services });
    const { collector, clock } = collectorOver(aws);
    await collector.snapshot();
    await collector.observe(event());
    const before = aws.calls.length;
    clock.nowMs += 3 * MINUTE;
    await collector.snapshot();
    const described = aws.calls.slice(before).filter((call) => call.operation === 'describeServices');
    expect(described.map((call) => call.argument)).toEqual([['svc-00003']]);
  });

  it('is read again where CloudWatch counted other tasks: an event was lost', async () => {
    let lost = false;
    const value = ({ dimensions, stat }: { dimensions: Readonly<Record<string, string>>; stat: string }) =>
      lost && stat === 'SampleCount' && dimensions['ServiceName'] === 'svc-00004' ? 5 : 10;
    const fleet = generatedFleet(20, 1);
    const services: FakeService[] = fleet.services.map((each) => ({ ...each, raw: { runningCount: 2 } }));
    const aws = fakeAws({ ...fleet, services, value });
    const { collector, clock } = collectorOver(aws);
    await collector.snapshot();
    await collector.observe(event());
    lost = true;
    services[4] = { cluster: 'cluster-0', name: 'svc-00004', raw: { desiredCount: 1, runningCount: 1 } };
    clock.nowMs += 12 * MINUTE;
    const { services: seen } = await collector.snapshot();
    expect(seen.find((each) => each.ref.service === 'svc-00004')?.running).toBe(1);
    expect(aws.count('describeServices')).toBe(3);
  });

  it('learns of a new service and a new cluster through their events', async () => {
    const services: FakeService[] = [{ cluster: 'core', name: 'api' }];
    const aws = fakeAws({ services });
    const { collector, clock } = collectorOver(aws);
    await collector.snapshot();
    await collector.observe(event('api', 'core'));
    services.push({ cluster: 'core', name: 'fresh' });
    clock.nowMs += MINUTE;
    await collector.observe(event('fresh', 'core'));
    expect((await collector.inventory()).map((ref) => ref.service)).toEqual(['api', 'fresh']);
    expect(aws.count('listClusters')).toBe(1);
    clock.nowMs += MINUTE;
    await collector.observe(event('ghost', 'core'));
    clock.nowMs += 1000;
    await collector.inventory();
    await collector.inventory();
    expect(aws.count('listServices')).toBe(3);
    services.push({ cluster: 'annex', name: 'new' });
    await collector.observe(event('new', 'annex'));
    clock.nowMs += 1000;
    expect((await collector.inventory()).map((ref) => ref.cluster)).toEqual(['annex', 'core', 'core']);
  });
});

describe('an inventory in the table', () => {
  it('makes a restart warm: metrics alone are read', async () => {
    const aws = fakeAws(generatedFleet(50, 1));
    const bots = replicasOver(aws);
    const first = bots.next();
    await first.observe(event());
    const before = await first.snapshot();
    await first.idle();
    bots.clock.nowMs += 20 * MINUTE;
    const calls = aws.count();
    const after = await bots.next().snapshot();
    expect(aws.count() - calls).toBe(2);
    expect(after.services.map(({ ref }) => ref)).toEqual(before.services.map(({ ref }) => ref));
    expect(after.services[7]?.targetGroups).toEqual(before.services[7]?.targetGroups);
    expect(after.services[7]?.inventoryAtMs).toBe(NOW);
  });

  it('tells every replica what an event told one of them', async () => {
    const aws = fakeAws(generatedFleet(50, 1));
    const bots = replicasOver(aws);
    const [one, other] = [bots.next(), bots.next()];
    await one.observe(event());
    await one.snapshot();
    await one.idle();
    await other.snapshot();
    expect(aws.count('describeServices')).toBe(5);
    bots.clock.nowMs += MINUTE;
    await one.observe(event('svc-00009'));
    bots.clock.nowMs += 30_000;
    const before = aws.calls.length;
    await other.snapshot();
    const described = aws.calls.slice(before).filter((call) => call.operation === 'describeServices');
    expect(described.map((call) => call.argument)).toEqual([['svc-00009']]);
  });

  it('is not believed after a restart where it says what an event has changed since', async () => {
    const aws = fakeAws(generatedFleet(20, 1));
    const bots = replicasOver(aws);
    const first = bots.next();
    await first.observe(event());
    await first.snapshot();
    await first.idle();
    bots.clock.nowMs += MINUTE;
    await first.observe(event('svc-00001'));
    const before = aws.calls.length;
    bots.clock.nowMs += MINUTE;
    await bots.next().snapshot();
    const described = aws.calls.slice(before).filter((call) => call.operation === 'describeServices');
    expect(described.map((call) => call.argument)).toEqual([['svc-00001']]);
  });

  it('keeps a task definition for ever and for everybody', async () => {
    const aws = fakeAws(generatedFleet(1, 1));
    const bots = replicasOver(aws);
    const place = { account: 'production', region: 'eu-west-1' };
    const arn = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/api:7';
    const read = await bots.next().taskDefinition(place, arn);
    bots.clock.nowMs += 40 * 24 * 60 * MINUTE;
    expect(await bots.next().taskDefinition(place, arn)).toEqual(read);
    expect(aws.count('describeTaskDefinition')).toBe(1);
  });

  it('is done without where the table does not answer', async () => {
    const aws = fakeAws(generatedFleet(20, 1));
    const broken = { now: () => NOW };
    const table = makeMemoryTable(broken);
    const fail = () => Promise.reject(new Error('no table'));
    const store = makeInventoryStore({ ...table, get: fail, put: fail, query: fail }, broken.now);
    const keep = { store, wait: () => new Promise<void>(() => undefined) };
    const { collector } = collectorOver(aws, {}, {}, { keep });
    await collector.observe(event('svc-00001'));
    expect((await collector.snapshot()).services).toHaveLength(20);
    const hanging = makeInventoryStore({ ...table, get: () => new Promise(() => undefined) }, broken.now);
    const patient = collectorOver(aws, {}, {}, { keep: { store: hanging, wait: async () => undefined } });
    expect((await patient.collector.snapshot()).services).toHaveLength(20);
  });
});
