/**
 * The simulated company at one moment. `scenario/` builds it, `world/` moves it, `aws/` answers from it.
 * Times are absolute milliseconds on the world's clock. Everything is mutable by `world/` alone.
 */
export interface Clock {
  now(): number;
}

export interface WorldAccount {
  readonly id: string;
  readonly name: string;
  /** `service:Operation`, patterns with `*`: these answer AccessDenied. */
  readonly deny: readonly string[];
  readonly regions: readonly WorldRegion[];
}

export interface WorldRegion {
  readonly accountId: string;
  readonly name: string;
  readonly down: boolean;
  readonly clusters: readonly WorldCluster[];
}

export interface WorldCluster {
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
  readonly instances: readonly WorldInstance[];
  readonly services: readonly WorldService[];
}

export interface WorldInstance {
  readonly arn: string;
  readonly ec2InstanceId: string;
  readonly cpu: number;
  readonly memoryMiB: number;
  connected: boolean;
  readonly zone: string;
  status: 'ACTIVE' | 'DRAINING';
}

export interface WorldService {
  readonly arn: string;
  readonly accountId: string;
  readonly region: string;
  readonly cluster: string;
  readonly name: string;
  readonly launchType: 'FARGATE' | 'EC2' | 'EXTERNAL';
  readonly capacityProviders: Readonly<Record<string, number>> | undefined;
  readonly strategy: 'REPLICA' | 'DAEMON';
  readonly controller: 'ECS' | 'CODE_DEPLOY' | 'EXTERNAL';
  readonly arch: string;
  readonly createdAtMs: number;
  readonly tags: Readonly<Record<string, string>>;
  readonly scaling:
    | {
        readonly min: number;
        readonly max: number;
        readonly cpuTarget?: number;
        readonly memoryTarget?: number;
      }
    | undefined;
  readonly circuitBreaker: { readonly enable: boolean; readonly rollback: boolean };
  readonly targetGroups: readonly WorldTargetGroup[];
  /** The certificate that the service's own host presents, for probes. */
  readonly certificate: { readonly host: string; readonly expiresAtMs: number } | undefined;
  /** What the service's own address answers, for probes. */
  readonly endpoint:
    | { readonly url: string; readonly status: number; readonly latencyMs: number }
    | undefined;
  desired: number;
  running: number;
  pending: number;
  /** Newest last; the last is PRIMARY. */
  deployments: WorldDeployment[];
  /** Newest first, at most 100. */
  events: { readonly id: string; readonly atMs: number; readonly message: string }[];
  tasks: WorldTask[];
}

export interface WorldDeployment {
  readonly id: string;
  readonly revision: number;
  readonly taskDefinitionArn: string;
  readonly createdAtMs: number;
  updatedAtMs: number;
  state: 'COMPLETED' | 'FAILED' | 'IN_PROGRESS';
  reason: string;
  failedTasks: number;
  /** The pause hook that it came to last. */
  hook?: WorldHook;
}

/** A point at which a deployment waits for ContinueServiceDeployment. */
export interface WorldHook {
  readonly id: string;
  /** `POST_SCALE_UP` and the like. */
  readonly stage: string;
  status: 'AWAITING_ACTION' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
  readonly expiresAtMs: number;
  readonly timeoutAction: 'ROLLBACK' | 'CONTINUE';
  /** The ARN of the service deployment, as the event told it. */
  readonly deploymentArn: string;
}

export interface WorldTask {
  readonly arn: string;
  readonly id: string;
  readonly revision: number;
  /** Which deployment started it (`startedBy` of DescribeTasks). */
  readonly deploymentId: string;
  readonly createdAtMs: number;
  readonly zone: string;
  /** Private IPv4 address of its network interface. */
  readonly ip: string;
  /** Where an EC2 task runs. */
  readonly containerInstanceArn: string | undefined;
  readonly capacityProvider: string | undefined;
  lastStatus: 'PROVISIONING' | 'PENDING' | 'RUNNING' | 'DEPROVISIONING' | 'STOPPED';
  desiredStatus: 'RUNNING' | 'STOPPED';
  startedAtMs: number | undefined;
  stoppedAtMs: number | undefined;
  stopCode: string | undefined;
  stoppedReason: string | undefined;
  /** Rises with every state change; `detail.version` of its events. */
  version: number;
  containers: {
    readonly name: string;
    lastStatus: string;
    exitCode: number | undefined;
    reason: string | undefined;
    health: 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';
  }[];
}

export interface WorldTargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly loadBalancerName: string;
  readonly loadBalancerArn: string;
  readonly type: 'application' | 'network';
  readonly healthCheckPath: string | undefined;
  targets: {
    readonly id: string;
    readonly port: number;
    state: 'healthy' | 'unhealthy' | 'initial' | 'draining';
    reason: string | undefined;
    description: string | undefined;
  }[];
}

/** A revision of a task definition: family = service name. */
export interface WorldTaskDefinition {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly arch: string;
  readonly registeredAtMs: number;
  readonly launchType: 'FARGATE' | 'EC2' | 'EXTERNAL';
  readonly containers: readonly {
    readonly name: string;
    readonly image: string;
    readonly essential: boolean;
    readonly cpu: number;
    readonly memoryMiB: number | undefined;
    readonly healthCheck: string | undefined;
    readonly logGroup: string | undefined;
  }[];
}

export interface MetricQuery {
  readonly accountId: string;
  readonly region: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly stat: string;
  readonly periodMs: number;
  readonly startMs: number;
  readonly endMs: number;
}

export interface LogEvent {
  readonly id: string;
  readonly atMs: number;
  readonly ingestedAtMs: number;
  readonly stream: string;
  readonly message: string;
}

/** What `aws/` needs of the world. */
export interface World {
  readonly clock: Clock;
  readonly accounts: readonly WorldAccount[];
  readonly latencyMs: number;
  region(accountId: string, region: string): WorldRegion | undefined;
  taskDefinition(
    arnOrFamilyRevision: string,
    accountId: string,
    region: string,
  ): WorldTaskDefinition | undefined;
  /** Ascending points; empty when there is no such metric or no data. */
  metric(query: MetricQuery): readonly { readonly atMs: number; readonly value: number }[];
  /** The metrics that exist, for ListMetrics. */
  metrics(
    accountId: string,
    region: string,
  ): readonly {
    readonly namespace: string;
    readonly metric: string;
    readonly dimensions: Readonly<Record<string, string>>;
  }[];
  putMetric(
    accountId: string,
    region: string,
    namespace: string,
    metric: string,
    dimensions: Readonly<Record<string, string>>,
    value: number,
    atMs: number,
  ): void;
  logGroups(accountId: string, region: string): readonly string[];
  /** Ascending, all containers and tasks of the group, [startMs, endMs). */
  logs(accountId: string, region: string, group: string, startMs: number, endMs: number): readonly LogEvent[];
  updateService(
    service: WorldService,
    change: {
      readonly desired?: number;
      readonly taskDefinitionArn?: string;
      readonly forceNewDeployment?: boolean;
    },
  ): void;
  stopTask(service: WorldService, task: WorldTask, reason: string): void;
  /** Answers the hook that a deployment waits at: it goes on, or back. Nothing when it does not wait. */
  continueDeployment(
    service: WorldService,
    deployment: WorldDeployment,
    action: 'CONTINUE' | 'ROLLBACK',
  ): void;
  /** Nothing that happens in an account and region reaches the bot at this moment. */
  isSilent(accountId: string, region: string): boolean;
  /** Extra throttling that the timeline orders: `cloudwatch:GetMetricData` until a moment. */
  throttledUntil(accountId: string, region: string, action: string): number | undefined;
  /** Whole EventBridge events as JSON objects, in the order AWS would send them. */
  onEvent(listener: (event: Readonly<Record<string, unknown>>) => void): void;
  /**
   * The moment from which the timeline's `+10s` count, on the world's clock: called when the bot is ready. Only a
   * world that was told to hold its timeline waits for it; for any other they count from its start.
   */
  startTimeline?(atMs: number): void;
  /** Applies everything that is due until the clock's now: timeline, task movement. Idempotent; called by a timer in `main` and by tests. */
  advance(): void;
  /** When {@link advance} has something to do next; undefined when nothing is scheduled. */
  nextDueMs(): number | undefined;
}
