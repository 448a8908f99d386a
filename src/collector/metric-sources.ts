import { BATCH } from '../aws/api.ts';
import type { ServiceRef, TargetGroup } from '../domain/fleet.ts';

/**
 * One CloudWatch metric and the statistics wanted of it. They stay in one call: up to five statistics of a metric
 * in the same call are charged once.
 */
export interface MetricSource {
  /** The same for everything that reads this metric, so that a shared one is asked for once. */
  readonly key: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly stats: readonly string[];
}

/**
 * The metrics of a service itself: two sources, three queries.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html
 */
export function serviceSources({ cluster, service }: Pick<ServiceRef, 'cluster' | 'service'>): {
  readonly cpu: MetricSource;
  readonly memory: MetricSource;
} {
  const dimensions = { ClusterName: cluster, ServiceName: service };
  return {
    cpu: source('AWS/ECS', 'CPUUtilization', dimensions, ['Average', 'SampleCount']),
    memory: source('AWS/ECS', 'MemoryUtilization', dimensions, ['Average']),
  };
}

/** The host counts of a target group: two queries. Undefined for one that hangs on no load balancer. */
export function hostSources(
  group: Pick<TargetGroup, 'kind' | 'loadBalancer' | 'dimension'>,
): { readonly healthy: MetricSource; readonly unhealthy: MetricSource } | undefined {
  if (group.loadBalancer === undefined || group.kind === 'other') return undefined;
  const namespace = group.kind === 'application' ? 'AWS/ApplicationELB' : 'AWS/NetworkELB';
  const dimensions = { LoadBalancer: group.loadBalancer, TargetGroup: group.dimension };
  return {
    healthy: source(namespace, 'HealthyHostCount', dimensions, ['Minimum']),
    unhealthy: source(namespace, 'UnHealthyHostCount', dimensions, ['Maximum']),
  };
}

/**
 * The requests of an application load balancer's target group: eight queries. Undefined for any other kind.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export function requestSources(group: Pick<TargetGroup, 'kind' | 'loadBalancer' | 'dimension'>) {
  if (group.loadBalancer === undefined || group.kind !== 'application') return undefined;
  const dimensions = { LoadBalancer: group.loadBalancer, TargetGroup: group.dimension };
  const of = (metric: string, ...stats: string[]) => source('AWS/ApplicationELB', metric, dimensions, stats);
  return {
    requests: of('RequestCount', 'Sum'),
    responseTime: of('TargetResponseTime', 'Average', 'Maximum', 'p99'),
    http2xx: of('HTTPCode_Target_2XX_Count', 'Sum'),
    http3xx: of('HTTPCode_Target_3XX_Count', 'Sum'),
    http4xx: of('HTTPCode_Target_4XX_Count', 'Sum'),
    http5xx: of('HTTPCode_Target_5XX_Count', 'Sum'),
  };
}

/** An application load balancer's own 5XX: one query. Undefined for any other kind. */
export function loadBalancerSource(loadBalancer: string): MetricSource | undefined {
  if (!loadBalancer.startsWith('app/')) return undefined;
  return source('AWS/ApplicationELB', 'HTTPCode_ELB_5XX_Count', { LoadBalancer: loadBalancer }, ['Sum']);
}

/** Every source that a service's metrics need, apart from its load balancers'. */
export function allSourcesOf(
  ref: Pick<ServiceRef, 'cluster' | 'service'>,
  groups: readonly TargetGroup[],
): readonly MetricSource[] {
  return [
    ...Object.values(serviceSources(ref)),
    ...groups.flatMap((group) => [
      ...Object.values(hostSources(group) ?? {}),
      ...Object.values(requestSources(group) ?? {}),
    ]),
  ];
}

/**
 * Distributes sources over as few calls as they need, without splitting the statistics of a metric. Sources with
 * several statistics come first, and single ones fill what they leave free.
 */
export function packSources(
  sources: readonly MetricSource[],
  queriesPerCall: number = BATCH.metricQueries,
): readonly (readonly MetricSource[])[] {
  const unique = [...new Map(sources.map((s) => [s.key, s])).values()];
  const bySize = unique.toSorted((a, b) => b.stats.length - a.stats.length);
  const calls: { readonly sources: MetricSource[]; free: number }[] = [];
  let firstOpen = 0;
  for (const each of bySize) {
    while (calls[firstOpen]?.free === 0) firstOpen += 1;
    const call = calls.slice(firstOpen).find(({ free }) => free >= each.stats.length);
    if (call) {
      call.sources.push(each);
      call.free -= each.stats.length;
    } else {
      calls.push({ sources: [each], free: queriesPerCall - each.stats.length });
    }
  }
  return calls.map((call) => call.sources);
}

function source(
  namespace: string,
  metric: string,
  dimensions: Readonly<Record<string, string>>,
  stats: readonly string[],
): MetricSource {
  return { key: JSON.stringify([namespace, metric, dimensions]), namespace, metric, dimensions, stats };
}
