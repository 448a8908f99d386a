import type { AwsApi } from '../../src/aws/api.ts';
import { type Collector, type CollectorOptions, makeCollector } from '../../src/collector/collector.ts';
import type { CacheTimes } from '../../src/collector/region-types.ts';
import type { AccountConfig } from '../../src/domain/accounts.ts';
import { NOW } from './fake-aws.ts';

export const silent = { debug: () => undefined, warn: () => undefined };

export function account(change: Partial<AccountConfig> = {}): AccountConfig {
  return {
    name: 'production',
    id: '111122223333',
    regions: ['eu-west-1'],
    auth: { kind: 'default' },
    include: [],
    exclude: [],
    ...change,
  };
}

/** A collector over one fake region, and the clock that it reads. */
export function collectorOver(
  api: AwsApi,
  change: Partial<AccountConfig> = {},
  times: Partial<CacheTimes> = {},
  more: Pick<CollectorOptions, 'keep' | 'slowdown'> & { readonly clock?: { nowMs: number } } = {},
): { readonly collector: Collector; readonly clock: { nowMs: number } } {
  const clock = more.clock ?? { nowMs: NOW };
  const collector = makeCollector({
    accounts: [account(change)],
    api: () => api,
    clock: { now: () => clock.nowMs },
    log: silent,
    times,
    ...(more.keep ? { keep: more.keep } : {}),
    ...(more.slowdown ? { slowdown: more.slowdown } : {}),
  });
  return { collector, clock };
}
