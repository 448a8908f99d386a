import { describe, expect, it } from 'vitest';
import { makeCollector } from '../../src/collector/collector.ts';
import { Spending } from '../../src/collector/spending.ts';
import { makeHealthCommand } from '../../src/commands/health.ts';
import { DEFAULT_THRESHOLDS } from '../../src/domain/thresholds.ts';
import { toBlockKit } from '../../src/slack/blocks/index.ts';
import { toAdaptiveCard } from '../../src/teams/cards/index.ts';
import { fakeAws, generatedFleet, NOW } from '../collector/fake-aws.ts';
import { account, silent } from '../collector/make.ts';
import { slackProblems } from '../slack/blocks/slack-rules.ts';
import { teamsProblems } from '../teams/cards/teams-rules.ts';

const SERVICES = 5000;
const ASKING = {
  person: { platform: 'slack', id: 'U1', tenant: 'T1', name: 'Olivia' },
  prefix: '/ecs',
} as const;

/** Every 25th service is hot, every 40th warm. */
const value = ({ metric, dimensions }: { metric: string; dimensions: Readonly<Record<string, string>> }) => {
  const n = Number(/svc-(\d+)/.exec(dimensions['ServiceName'] ?? '')?.[1] ?? 1);
  if (metric === 'UnHealthyHostCount' || metric.includes('5XX')) return 0;
  if (metric === 'TargetResponseTime') return 0.1;
  if (metric !== 'CPUUtilization') return 10;
  return n % 25 === 0 ? 97 : n % 40 === 0 ? 85 : 30;
};

describe('health under a budget', () => {
  it('says that reading is slowed', async () => {
    const clock = { now: () => NOW };
    const aws = fakeAws({ ...generatedFleet(3, 1), value });
    const collector = makeCollector({ accounts: [account()], api: () => aws, clock, log: silent });
    const spending = new Spending({ clock, budgetDollars: 1 });
    const health = makeHealthCommand({ collector, thresholds: DEFAULT_THRESHOLDS, clock, spending });
    const said = async () => JSON.stringify((await health({ command: 'health' }, ASKING)).card);
    expect(await said()).not.toContain('are spent');
    spending.record(0.8);
    expect(await said()).toContain('$0.80 of today’s $1.00 for reading metrics are spent');
  });
});

describe('health of 5,000 services from cache', () => {
  it('calls nothing, fits both platforms, has the worst first and counts the rest', async () => {
    const aws = fakeAws({ ...generatedFleet(SERVICES, 50), value });
    const clock = { nowMs: NOW, now: () => clock.nowMs };
    const collector = makeCollector({ accounts: [account()], api: () => aws, clock, log: silent });
    const health = makeHealthCommand({ collector, thresholds: DEFAULT_THRESHOLDS, clock });
    await collector.snapshot();
    const calls = aws.count();
    clock.nowMs += 30_000;
    const before = process.cpuUsage();
    const { card, data } = await health({ command: 'health' }, ASKING);
    const answered = process.cpuUsage(before);
    const slack = toBlockKit(card);
    const teams = toAdaptiveCard(card);
    const drawn = process.cpuUsage(before);
    const ms = ({ user, system }: NodeJS.CpuUsage) => Math.round((user + system) / 1000);
    process.stdout.write(
      `health of 5,000 services from cache: ${ms(answered)} ms CPU, drawn after ${ms(drawn)} ms\n`,
    );

    expect(aws.count()).toBe(calls);
    expect(slackProblems(slack)).toEqual([]);
    expect(teamsProblems(teams)).toEqual([]);
    expect(data).toMatchObject({ counts: { critical: 200, warning: 100, good: 4700, unknown: 0 } });
    expect(card.title).toContain('300 of 5000 services need attention');
    const list = card.blocks.find((block) => block.kind === 'list');
    expect(list?.kind === 'list' && list.items.every((item) => item.mark === 'critical')).toBe(true);
    expect(list?.kind === 'list' && list.items.length).toBeLessThan(50);
    const text = JSON.stringify(card.blocks);
    expect(text).toContain('188 critical');
    expect(text).toContain('"only":"critical"');
  });
});
