import type { ServiceInventory, TaskDefinition } from '../domain/fleet.ts';

/**
 * Dollars an hour on Fargate in us-east-1; other regions differ by up to a third.
 * Source: https://aws.amazon.com/fargate/pricing/
 */
const PER_HOUR = {
  X86_64: { vcpu: 0.04048, gb: 0.004445 },
  ARM64: { vcpu: 0.03238, gb: 0.00356 },
} as const;
/** What Spot costs at least, as a share of the full price ("up to 70 % less"). */
const SPOT_SHARE = 0.3;
/** As AWS's own calculator counts a month. */
const HOURS_A_MONTH = 730;

/**
 * What one task more costs a month, in dollars; undefined where the price is not the task's (EC2, ECS Anywhere) or its
 * size is not known.
 */
export function monthlyTaskCost(
  service: Pick<ServiceInventory, 'launchType' | 'capacityProviders'>,
  task: Pick<TaskDefinition, 'cpuUnits' | 'memoryMiB' | 'arch'>,
): number | undefined {
  const share = fargateShare(service);
  if (share === undefined || task.cpuUnits === undefined || task.memoryMiB === undefined) return undefined;
  const price = task.arch === 'ARM64' ? PER_HOUR.ARM64 : PER_HOUR.X86_64;
  const hourly = (task.cpuUnits / 1024) * price.vcpu + (task.memoryMiB / 1024) * price.gb;
  return hourly * HOURS_A_MONTH * share;
}

/** The share of the full price by the weights of the capacity providers; undefined for anything but Fargate. */
function fargateShare({
  launchType,
  capacityProviders,
}: Pick<ServiceInventory, 'launchType' | 'capacityProviders'>): number | undefined {
  if (capacityProviders.length === 0) return launchType === 'FARGATE' ? 1 : undefined;
  if (capacityProviders.some(({ name }) => name !== 'FARGATE' && name !== 'FARGATE_SPOT')) return undefined;
  const weights = capacityProviders.map(({ name, weight }) => ({
    weight,
    share: name === 'FARGATE_SPOT' ? SPOT_SHARE : 1,
  }));
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return 1;
  return weights.reduce((sum, { weight, share }) => sum + weight * share, 0) / total;
}
