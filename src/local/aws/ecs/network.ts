import { createHash } from 'node:crypto';
import type { Attachment, NetworkConfiguration } from '@aws-sdk/client-ecs';
import type { WorldService, WorldTask } from '../../world/model.ts';

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

/** The network interface of a Fargate task, as `attachments` shows it. */
export function interfaceOf(task: WorldTask, service: WorldService): Attachment {
  const subnet = subnetsOf(service).awsvpcConfiguration?.subnets?.[0];
  const gone = task.lastStatus === 'STOPPED';
  return {
    id: hex(`${task.arn}/attachment`, 32),
    type: 'ElasticNetworkInterface',
    status: gone ? 'DELETED' : 'ATTACHED',
    details: [
      { name: 'subnetId', value: subnet },
      { name: 'networkInterfaceId', value: `eni-${hex(`${task.arn}/eni`, 17)}` },
      { name: 'privateIPv4Address', value: task.ip },
    ],
  };
}
