import { createHash } from 'node:crypto';
import type { NetworkConfiguration } from '@aws-sdk/client-ecs';
import type { WorldCluster, WorldInstance, WorldService, WorldTask } from '../../world/model.ts';

/** The simulated network: ids that the world does not hold are derived from its ARNs, so that they never change. */
export function subnetsOf(service: WorldService): NetworkConfiguration {
  const base = `${service.accountId}/${service.region}`;
  return {
    awsvpcConfiguration: {
      subnets: [`subnet-${hex(`${base}/a`, 17)}`, `subnet-${hex(`${base}/b`, 17)}`],
      securityGroups: [`sg-${hex(service.arn, 17)}`],
      assignPublicIp: 'DISABLED',
    },
  };
}

/** A lasting hexadecimal id for something. */
export function hex(seed: string, length: number): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, length);
}

/** The container instance a task of an EC2 service stands on: one of its zone, always the same. */
export function instanceOf(
  task: WorldTask,
  service: WorldService,
  cluster: WorldCluster,
): WorldInstance | undefined {
  if (service.launchType !== 'EC2') return undefined;
  const sameZone = cluster.instances.filter((instance) => instance.zone === task.zone);
  const candidates = sameZone.length > 0 ? sameZone : cluster.instances;
  return candidates[Number.parseInt(hex(task.arn, 6), 16) % Math.max(1, candidates.length)];
}
