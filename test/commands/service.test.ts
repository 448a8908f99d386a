import { expect, test } from 'vitest';
import { toText } from '../../src/cli/text/index.ts';
import type { Collector } from '../../src/collector/collector.ts';
import { makeServiceCommand } from '../../src/commands/service.ts';
import { Denied } from '../../src/domain/errors.ts';
import type { FleetSnapshot, ServiceSnapshot } from '../../src/domain/fleet.ts';
import { DEFAULT_THRESHOLDS } from '../../src/domain/thresholds.ts';

const NOW = Date.UTC(2026, 10, 20, 9);
const ref = { account: 'production', region: 'eu-west-1', cluster: 'core', service: 'web' };

const web: ServiceSnapshot = {
  ref,
  arn: 'arn:aws:ecs:eu-west-1:111122223333:service/core/web',
  status: 'ACTIVE',
  launchType: 'FARGATE',
  capacityProviders: [],
  strategy: 'REPLICA',
  controller: 'ECS',
  platformVersion: '1.4.0',
  taskDefinition: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:7',
  desired: 2,
  running: 2,
  pending: 0,
  createdAtMs: NOW - 86_400_000,
  deployments: [],
  events: [],
  targetGroups: [],
  tags: {},
  scalingBounds: { min: 1, max: 5 },
  metrics: {},
  inventoryAtMs: NOW,
  metricsAtMs: NOW,
};

const policies = 'application-autoscaling:DescribeScalingPolicies';
const definitions = 'ecs:DescribeTaskDefinition';

/** The two calls that this command makes beside the snapshot, both refused. */
const collector: Pick<Collector, 'snapshot' | 'taskDefinition' | 'scaling'> = {
  snapshot: async (): Promise<FleetSnapshot> => ({ atMs: NOW, services: [web], missing: [] }),
  taskDefinition: async () => {
    throw new Denied(`The role lacks ${definitions} in production.`);
  },
  scaling: async () => {
    throw new Denied(`The role lacks ${policies} in production.`);
  },
};

test('a refused part is named by its own action, and what the inventory knows is still told', async () => {
  const command = makeServiceCommand({
    // The command uses nothing else of it.
    collector: collector as Collector,
    thresholds: DEFAULT_THRESHOLDS,
    clock: { now: () => NOW },
  });
  const asking = { person: { platform: 'cli', id: 'me', tenant: '-', name: 'me' }, prefix: '' } as const;
  const { card, data, verdict } = await command({ command: 'service', service: 'web' }, asking);
  expect(verdict).toBe('incomplete');
  expect(data).toMatchObject({ missing: [{ action: definitions }, { action: policies }] });
  const text = toText(card);
  expect(text).toContain('1 to 5 tasks');
  expect(text).toContain(policies);
});
