/** Where a service is. `account` is the configured name, else the 12-digit id. */
export interface ServiceRef {
  readonly account: string;
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
}

/** `account/region/cluster/service`: the key of a service in the store, in logs and in button payloads. */
export function serviceKey(ref: ServiceRef): string {
  return `${ref.account}/${ref.region}/${ref.cluster}/${ref.service}`;
}

export const HEALTHS = ['good', 'warning', 'critical', 'unknown'] as const;
export type Health = (typeof HEALTHS)[number];

/** One deployment of a service, as DescribeServices tells it. */
export interface Deployment {
  readonly id: string;
  readonly status: 'PRIMARY' | 'ACTIVE' | 'INACTIVE';
  readonly taskDefinition: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  readonly failedTasks: number;
  readonly rolloutState: 'COMPLETED' | 'FAILED' | 'IN_PROGRESS' | undefined;
  readonly rolloutReason: string | undefined;
  readonly createdAtMs: number | undefined;
  readonly updatedAtMs: number | undefined;
}

/** A message from a service's own event list (`events` of DescribeServices), newest first. */
export interface ServiceEvent {
  readonly id: string;
  readonly atMs: number;
  readonly message: string;
}

export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  /** `app/…` or `net/…`: the LoadBalancer dimension in CloudWatch. Undefined for a group without load balancer. */
  readonly loadBalancer: string | undefined;
  /** `targetgroup/…`: the TargetGroup dimension in CloudWatch. */
  readonly dimension: string;
  readonly kind: 'application' | 'network' | 'other';
  readonly healthCheckPath: string | undefined;
}

/** What is known of a service without its metrics. */
export interface ServiceInventory {
  readonly ref: ServiceRef;
  readonly arn: string;
  readonly status: string;
  readonly launchType: 'FARGATE' | 'EC2' | 'EXTERNAL' | undefined;
  readonly capacityProviders: readonly {
    readonly name: string;
    readonly weight: number;
    readonly base: number;
  }[];
  readonly strategy: 'REPLICA' | 'DAEMON';
  readonly controller: 'ECS' | 'CODE_DEPLOY' | 'EXTERNAL';
  readonly platformVersion: string | undefined;
  readonly taskDefinition: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  readonly createdAtMs: number | undefined;
  readonly deployments: readonly Deployment[];
  readonly events: readonly ServiceEvent[];
  readonly targetGroups: readonly TargetGroup[];
  /** The bounds registered with Application Auto Scaling; absent where there are none or they could not be read. */
  readonly scalingBounds?: { readonly min: number; readonly max: number };
  readonly tags: Readonly<Record<string, string>>;
}

/** `arn:…:task-definition/orders-api:42` → `revision 42` */
export function revisionWords(taskDefinition: string): string {
  const revision = /:(\d+)$/.exec(taskDefinition)?.[1];
  return revision === undefined ? taskDefinition || 'no revision' : `revision ${revision}`;
}

/**
 * A 5-minute series of one metric, oldest first. `undefined` points are gaps: CloudWatch had nothing.
 * Percent is 0–100, times are milliseconds, counts are per period.
 */
export interface Series {
  readonly periodMs: number;
  readonly points: readonly { readonly atMs: number; readonly value: number }[];
}

/** The metrics behind health. An absent series has no data at all. Counts are per 5-minute period. */
export interface ServiceMetrics {
  readonly cpuPercent?: Series;
  readonly memoryPercent?: Series;
  /** Tasks that ran, averaged over the period: the sample count of CPUUtilization, one sample a task and minute. */
  readonly runningTasks?: Series;
  readonly requests?: Series;
  /** Average of the period, weighted by requests where there are several target groups. */
  readonly responseTimeMs?: Series;
  readonly responseTimeMaxMs?: Series;
  readonly responseTimeP99Ms?: Series;
  readonly http2xx?: Series;
  readonly http3xx?: Series;
  readonly http4xx?: Series;
  readonly http5xx?: Series;
  /** Answers with 4XX or 5XX from the target, of all requests. */
  readonly errorPercent?: Series;
  /** Answers with 5XX from the target alone, of all requests. */
  readonly http5xxPercent?: Series;
  /** The load balancer's own 5XX: it belongs to the load balancer, not to the service. */
  readonly elb5xx?: Series;
  /** Minimum over the period, summed over the service's target groups. */
  readonly healthyHosts?: Series;
  /** Maximum over the period, summed over the service's target groups. */
  readonly unhealthyHosts?: Series;
}

export interface ServiceSnapshot extends ServiceInventory {
  readonly metrics: ServiceMetrics;
  /** When the inventory part was read. */
  readonly inventoryAtMs: number;
  /** Until when ECS events vouch for the inventory part; absent where no events of its region arrive. */
  readonly inventoryTrueAtMs?: number;
  /** When the metrics were read; undefined when they could not be. */
  readonly metricsAtMs: number | undefined;
  /** What the current revision runs, where it is known: sizes of the task and of each container, images. */
  readonly task?: TaskDefinition;
  /** The policies that move the desired count, where they are known; bounds are in `scalingBounds`. */
  readonly scalingPolicies?: readonly ScalingPolicy[];
  /** Where the lines are: the task definition's log groups, else what the configured pattern gives. */
  readonly logGroups?: readonly string[];
}

/** A part of the fleet that could not be read, and why. `action` is the IAM action that was refused or failed. */
export interface MissingPart {
  readonly account: string;
  readonly region: string;
  readonly action: string;
  /** A sentence for people: `denied: the role lacks ecs:ListClusters`, `no answer from eu-west-1`. */
  readonly why: string;
  readonly kind: 'denied' | 'throttled' | 'unreachable' | 'credentials' | 'other';
}

/**
 * An application load balancer that a service of the snapshot is on. Its own 5XX belong to no service, so it is
 * kept with everything that shares it.
 */
export interface LoadBalancer {
  readonly account: string;
  readonly region: string;
  /** `app/…`, as {@link TargetGroup.loadBalancer} names it. */
  readonly dimension: string;
  /** All target groups on it, those of services outside the snapshot included. */
  readonly targetGroups: readonly {
    /** `targetgroup/…` */
    readonly dimension: string;
    /** Maximum over the period; absent where it was not read or has no data. */
    readonly unhealthyHosts?: Series;
  }[];
  /** Answers with 5XX that it gave by itself, per period. */
  readonly elb5xx?: Series;
}

/** What the collector knew at one moment, of everything that is watched or of one scope. */
export interface FleetSnapshot {
  readonly atMs: number;
  readonly services: readonly ServiceSnapshot[];
  /** The load balancers of these services; absent where nobody looked. */
  readonly loadBalancers?: readonly LoadBalancer[];
  readonly missing: readonly MissingPart[];
}

/** Limits what a question is about. All given parts must match; absent parts match everything. */
export interface Scope {
  readonly account?: string;
  readonly region?: string;
  readonly cluster?: string;
  readonly service?: string;
}

/** Whether a service lies within a scope. Scopes hold the inventory's full names. */
export function inScope(ref: Partial<ServiceRef>, scope: Scope): boolean {
  return (
    (scope.account === undefined || scope.account === ref.account) &&
    (scope.region === undefined || scope.region === ref.region) &&
    (scope.cluster === undefined || scope.cluster === ref.cluster) &&
    (scope.service === undefined || scope.service === ref.service)
  );
}

/**
 * What one revision of a task definition runs, as DescribeTaskDefinition tells it. A revision never changes, so
 * it may be kept for ever.
 */
export interface TaskDefinition {
  readonly family: string;
  readonly revision: number;
  /** 1024 units are one vCPU. Undefined where only the containers say it (EC2). */
  readonly cpuUnits: number | undefined;
  readonly memoryMiB: number | undefined;
  /** `X86_64`, `ARM64`; undefined where the task definition leaves it to the platform. */
  readonly arch: string | undefined;
  readonly containers: readonly ContainerDefinition[];
}

export interface ContainerDefinition {
  readonly name: string;
  readonly image: string;
  readonly essential: boolean;
  readonly cpuUnits: number | undefined;
  /** The hard limit, else the reservation. */
  readonly memoryMiB: number | undefined;
  /** The CloudWatch log group of the awslogs driver; undefined with any other driver. */
  readonly logGroup: string | undefined;
  /** Its streams are `<prefix>/<container>/<task id>`; absent with any other driver, and where none is configured. */
  readonly logStreamPrefix?: string;
  /** Where that group is, when it is not the task's own region. */
  readonly logRegion?: string;
}

/** The bounds that Application Auto Scaling keeps a service's desired count in, and the policies that move it. */
export interface ScalingBounds {
  readonly min: number;
  readonly max: number;
  readonly policies: readonly ScalingPolicy[];
}

/** One policy. `target` is set for target tracking alone, in the unit of its metric (percent for CPU and memory). */
export interface ScalingPolicy {
  readonly name: string;
  readonly kind: 'target_tracking' | 'step' | 'other';
  readonly metric: 'cpu' | 'memory' | 'requests' | 'other';
  readonly target: number | undefined;
}
