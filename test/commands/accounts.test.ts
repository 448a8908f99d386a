import { describe, expect, it } from 'vitest';
import { CredentialProblem } from '../../src/aws/errors.ts';
import { toText } from '../../src/cli/text/index.ts';
import { testAccount } from '../../src/collector/account-test.ts';
import { makeCollector } from '../../src/collector/collector.ts';
import { Spending } from '../../src/collector/spending.ts';
import { makeAccountsCommand } from '../../src/commands/accounts.ts';
import { Denied, NotFound, Unreachable } from '../../src/domain/errors.ts';
import { type FakeRegion, fakeAws, generatedFleet, NOW } from '../collector/fake-aws.ts';
import { account, silent } from '../collector/make.ts';

const ASKING = { person: { platform: 'cli', id: 'me', name: 'me' }, prefix: 'ecs' } as never;

function commandOver(fleet: FakeRegion, second?: FakeRegion) {
  const [aws, other] = [fakeAws(fleet), fakeAws(second ?? { services: [] })];
  const clock = { nowMs: NOW, now: () => clock.nowMs };
  const accounts = [account(), ...(second ? [account({ name: 'lab', id: '222233334444' })] : [])];
  const api = (of: { readonly name: string }) => (of.name === 'lab' ? other : aws);
  const collector = makeCollector({ accounts, api, clock, log: silent });
  const spending = new Spending({ clock, budgetDollars: 5 });
  const command = makeAccountsCommand({
    collector,
    clock,
    accounts,
    spending,
    watch: { refreshMinutes: 5, unwatchedMinutes: 60 },
    testAccount: (of) =>
      testAccount({ account: of, api: () => api(of), identity: async () => of.id, now: clock.now }),
  });
  const say = (action?: string, text?: string) =>
    command(
      {
        command: 'accounts',
        ...(action === undefined ? {} : { action }),
        ...(text === undefined ? {} : { text }),
      },
      ASKING,
    );
  return { aws, clock, collector, spending, say };
}

describe('accounts list', () => {
  it('shows services, ages, events, and what reading costs a day', async () => {
    const { clock, collector, say } = commandOver(generatedFleet(50, 1));
    await collector.snapshot();
    await collector.observe({
      accountId: '111122223333',
      region: 'eu-west-1',
      cluster: 'cluster-0',
      service: 'svc-00001',
    });
    clock.nowMs += 30_000;
    const { card, data, verdict } = await say('list');
    // 11 metrics a service at $0.01 per 1,000: 49 of 50 once an hour, one every five minutes.
    const dollars = 550 * 0.00001 * ((49 / 50) * 24 + (1 / 50) * 288);
    expect(data).toMatchObject({
      accounts: [{ account: 'production', services: 50, watched: 1, listening: 1, missing: [] }],
      dollarsPerDayBudget: 5,
    });
    expect((data as { accounts: { dollarsPerDay: number }[] }).accounts[0]?.dollarsPerDay).toBeCloseTo(
      dollars,
    );
    expect(verdict).toBe('ok');
    const text = toText(card);
    expect(text).toContain('1 account, 50 services');
    expect(text).toContain('$0.16 a day');
    expect(text).toContain('kept true by events');
  });

  it('names what is missing in one account and shows the other', async () => {
    const { say } = commandOver(generatedFleet(5, 1), {
      services: [],
      fail: () => new Denied('denied: lacks ecs:ListClusters.'),
    });
    const { card, verdict } = await say();
    expect(verdict).toBe('incomplete');
    expect(toText(card)).toContain('ecs:ListClusters');
    expect(toText(card)).toContain('2 accounts, 5 services');
  });

  it('says that reading is slowed, and why', async () => {
    const { spending, say } = commandOver(generatedFleet(5, 1));
    spending.record(4.9);
    expect(toText((await say()).card)).toContain('until midnight UTC I read only what people ask for');
  });
});

describe('accounts refresh', () => {
  it('reads everything again, whatever is known', async () => {
    const { aws, clock, say } = commandOver(generatedFleet(50, 1));
    await say('list');
    await say('list');
    expect(aws.count()).toBe(11);
    clock.nowMs += 1000;
    await say('refresh');
    expect(aws.count()).toBe(22);
  });
});

describe('accounts test', () => {
  it('finds nothing wrong where every question is allowed, though nothing is there', async () => {
    const { say } = commandOver({
      services: [],
      fail: (operation) =>
        operation === 'describeServices' || operation === 'listServices'
          ? new NotFound('no cluster')
          : undefined,
    });
    const { card, verdict } = await say('test', 'Production');
    expect(verdict).toBe('ok');
    expect(toText(card)).toContain('production: everything can be read');
    expect(toText(card)).toContain('not tried: ');
  });

  it('says which action is missing for what, and where', async () => {
    const { say } = commandOver({
      ...generatedFleet(2, 1),
      fail: (operation) =>
        operation === 'getMetricData'
          ? new Denied('denied: the credentials of production eu-west-1 lack cloudwatch:GetMetricData.')
          : operation === 'describeTargetGroups'
            ? new Unreachable('no answer in time.')
            : undefined,
    });
    const { card, data, verdict } = await say('test', '111122223333');
    expect(verdict).toBe('incomplete');
    expect(data).toMatchObject({
      tests: [
        {
          account: 'production',
          actions: expect.arrayContaining([
            expect.objectContaining({
              action: 'cloudwatch:GetMetricData',
              outcome: 'denied',
              capability: 'metrics',
            }),
            expect.objectContaining({
              action: 'elasticloadbalancing:DescribeTargetGroups',
              outcome: 'failed',
            }),
            expect.objectContaining({ action: 'ecs:ListClusters', outcome: 'allowed' }),
          ]),
        },
      ],
    });
    expect(toText(card)).toContain('cloudwatch:GetMetricData in eu-west-1, needed for metrics');
  });

  it('asks a region that gives no answer nothing more', async () => {
    const { aws, say } = commandOver({ services: [], fail: () => new Unreachable('no answer in time.') });
    const { card, verdict } = await say('test');
    expect(verdict).toBe('incomplete');
    expect(toText(card)).toContain('production: 1 problem');
    expect(aws.count()).toBe(1);
  });

  it('says once that credentials do not work', async () => {
    const { say } = commandOver({
      services: [],
      fail: () => new CredentialProblem('no usable credentials for production: set PROD_AWS_ACCESS_KEY_ID.'),
    });
    const text = toText((await say('test')).card);
    expect(text.match(/no usable credentials/g)).toHaveLength(2);
    expect(text).toContain('1 problem');
  });

  it('helps with a name that it does not know', async () => {
    const { say } = commandOver(generatedFleet(2, 1));
    await expect(say('test', 'prodction')).rejects.toThrow(
      'I watch no account called prodction. Did you mean production?',
    );
    await expect(say('test', 'mars')).rejects.toThrow('I watch production.');
  });
});
