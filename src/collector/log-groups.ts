import type { ContainerDefinition, ServiceRef, TaskDefinition } from '../domain/fleet.ts';

/** Where a service's lines are looked for when its task definition names no log group. */
export const DEFAULT_LOG_GROUP_PATTERN = '/ecs/{service}';

/**
 * The CloudWatch log groups of a service: those of its task definition's awslogs drivers, else what the pattern
 * gives, in which `{service}` and `{cluster}` stand for its names.
 */
export function logGroupsOf(
  { cluster, service }: Pick<ServiceRef, 'cluster' | 'service'>,
  definition: Pick<TaskDefinition, 'containers'> | undefined,
  pattern: string = DEFAULT_LOG_GROUP_PATTERN,
): readonly string[] {
  const named = (definition?.containers ?? []).flatMap((container) => container.logGroup ?? []);
  if (named.length > 0) return [...new Set(named)];
  return [pattern.replaceAll('{service}', service).replaceAll('{cluster}', cluster)];
}

/**
 * The stream in which one container of one task logs; undefined where the driver is another, or names streams after
 * Docker's own id. Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html
 */
export function logStreamOf(
  { name, logGroup, logStreamPrefix, logRegion }: ContainerDefinition,
  taskId: string,
): LogStream | undefined {
  if (logGroup === undefined || !logStreamPrefix) return undefined;
  return {
    group: logGroup,
    stream: `${logStreamPrefix}/${name}/${taskId}`,
    ...(logRegion === undefined ? {} : { region: logRegion }),
  };
}

/** `region` only where it is another than the task's. */
export interface LogStream {
  readonly group: string;
  readonly stream: string;
  readonly region?: string;
}
