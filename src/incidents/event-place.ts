import { lastPart } from './event-envelope.ts';

/** The cluster and service that an event is about, as far as it says. */
export interface EventPlace {
  readonly cluster: string | undefined;
  readonly service: string | undefined;
}

/** What tells the place, by family: ARNs in any order, names or ARNs of the parts, the group of a task. */
export interface PlaceHints {
  readonly arns: readonly (string | undefined)[];
  readonly cluster?: string | undefined;
  readonly service?: string | undefined;
  /** `service:web` */
  readonly group?: string | undefined;
}

/**
 * The service stands in an ARN, under its own name or in the task's group, depending on the family. The cluster may
 * be missing where the ARN is of the old form (docs.aws.amazon.com/AmazonECS/latest/developerguide/
 * ecs-account-settings.html#ecs-resource-ids).
 */
export function placeOf({ arns, cluster, service, group }: PlaceHints): EventPlace {
  const ofService = arns.map(serviceInArn).find((place) => place !== undefined);
  const named = serviceInArn(service) ?? { cluster: undefined, service: lastPart(service) };
  const ofGroup = group?.startsWith('service:') ? group.slice('service:'.length) || undefined : undefined;
  const ofTask = arns.map(clusterInArn).find((name) => name !== undefined);
  return {
    cluster: lastPart(cluster) ?? ofService?.cluster ?? named.cluster ?? ofTask,
    service: ofService?.service ?? named.service ?? ofGroup,
  };
}

/** `service/web` of the old form, `service/core/web`, and what belongs to one: `service-deployment/core/web/abc`. */
const OF_A_SERVICE =
  /:(?:service|service-deployment|service-revision|task-set|daemon|daemon-deployment|daemon-revision)\/(.+)$/;
/** What lives in a cluster and names it in its ARN of the new form. */
const IN_A_CLUSTER = /:(?:task|container-instance)\/([^/]+)\//;

/** The cluster and service that a service's ARN, or the ARN of something that belongs to one, names. */
export function serviceInArn(arn: string | undefined): EventPlace | undefined {
  const parts = arn === undefined ? undefined : OF_A_SERVICE.exec(arn)?.[1]?.split('/');
  if (parts === undefined) return undefined;
  const [first, second] = parts;
  return parts.length > 1
    ? { cluster: first || undefined, service: second || undefined }
    : { cluster: undefined, service: first || undefined };
}

function clusterInArn(arn: string | undefined): string | undefined {
  return arn === undefined ? undefined : IN_A_CLUSTER.exec(arn)?.[1];
}
