import type { ScalingPolicy } from '@aws-sdk/client-application-auto-scaling';
import type { Service, TaskDefinition } from '@aws-sdk/client-ecs';
import type { TargetGroup } from '@aws-sdk/client-elastic-load-balancing-v2';
import { type AwsApi, BATCH, type MetricQuery, type Page } from '../../src/aws/api.ts';
import { NotFound } from '../../src/domain/errors.ts';

export const NOW = Date.UTC(2026, 10, 20, 9, 2);
const ARN = 'arn:aws:ecs:eu-west-1:111122223333';
const ELB = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333';

export interface FakeService {
  readonly cluster: string;
  readonly name: string;
  /** Names of target groups. */
  readonly groups?: readonly string[];
  readonly raw?: Partial<Service>;
}

export interface FakeGroup {
  readonly name: string;
  /** `app/edge`, `net/edge`; absent: the group hangs on nothing. */
  readonly on?: string;
}

/** How a server may cut and order its answers; the same fleet must come out. */
export interface FakeHabits {
  readonly pageSize?: number;
  readonly metricPageSize?: number;
  readonly reverse?: boolean;
  /** Repeats the last item of a page at the beginning of the next. */
  readonly repeat?: boolean;
}

export type Operation = keyof AwsApi;

export interface FakeRegion {
  readonly services: readonly FakeService[];
  readonly groups?: readonly FakeGroup[];
  readonly bounds?: Readonly<Record<string, { readonly min: number; readonly max: number }>>;
  readonly policies?: readonly Partial<ScalingPolicy>[];
  /** What a revision answers; default: one without containers. */
  readonly definition?: (arn: string) => TaskDefinition;
  /** Clusters without services. */
  readonly emptyClusters?: readonly string[];
  /** Points by start of period; undefined: no data. Default: 10 at every period of the hour. */
  readonly value?: (query: MetricQuery, atMs: number) => number | undefined;
  readonly habits?: FakeHabits;
  /** What a call throws instead of answering; undefined lets it through. */
  readonly fail?: (operation: Operation, argument: unknown) => Error | undefined;
}

export interface FakeAws extends AwsApi {
  readonly calls: { readonly operation: Operation; readonly argument: unknown }[];
  count(operation?: Operation): number;
  /** Every query of every GetMetricData call. */
  queries(): readonly MetricQuery[];
}

/** AWS behind the narrow port: answers from a model, within AWS's batch limits, and counts. */
export function fakeAws(region: FakeRegion): FakeAws {
  const calls: FakeAws['calls'][number][] = [];
  const asked: MetricQuery[] = [];
  const enter = async (operation: Operation, argument: unknown) => {
    calls.push({ operation, argument });
    await Promise.resolve();
    const error = region.fail?.(operation, argument);
    if (error !== undefined) throw error;
  };
  const clusters = () => [
    ...new Set([...region.services.map((s) => s.cluster), ...(region.emptyClusters ?? [])]),
  ];
  const paged = <T>(items: readonly T[], next: string | undefined, maximum: number) =>
    pageOf(items, next, region.habits, maximum);
  return {
    calls,
    count: (operation) =>
      calls.filter((each) => operation === undefined || each.operation === operation).length,
    queries: () => asked,
    async listClusters(next) {
      await enter('listClusters', next);
      return paged(
        clusters().map((name) => `${ARN}:cluster/${name}`),
        next,
        BATCH.list,
      );
    },
    async listServices(cluster, next) {
      await enter('listServices', cluster);
      if (!clusters().includes(cluster)) throw new NotFound('no such cluster');
      const own = region.services.filter((s) => s.cluster === cluster);
      return paged(
        own.map((s) => `${ARN}:service/${cluster}/${s.name}`),
        next,
        BATCH.list,
      );
    },
    async describeServices(cluster, names) {
      await enter('describeServices', names);
      atMost(names.length, BATCH.services);
      if (!clusters().includes(cluster)) throw new NotFound('no such cluster');
      const found = region.services
        .filter((s) => s.cluster === cluster && names.includes(s.name))
        .map(rawService);
      return region.habits?.reverse ? found.reverse() : found;
    },
    async describeTargetGroups(next) {
      await enter('describeTargetGroups', next);
      return paged((region.groups ?? []).map(rawGroup), next, BATCH.targetGroups);
    },
    async describeScalableTargets(ids, next) {
      await enter('describeScalableTargets', ids);
      atMost(ids.length, BATCH.scalableTargets);
      const found = ids.flatMap((id) => {
        const bounds = region.bounds?.[id.replace('service/', '')];
        return bounds ? [{ ResourceId: id, MinCapacity: bounds.min, MaxCapacity: bounds.max }] : [];
      });
      // The port's shape has required members that nothing here reads.
      return paged(found, next, BATCH.scalableTargets) as Awaited<
        ReturnType<AwsApi['describeScalableTargets']>
      >;
    },
    async describeScalingPolicies(id, next) {
      await enter('describeScalingPolicies', id);
      const all = (region.policies ?? []).filter((each) => id === undefined || each.ResourceId === id);
      // The port's shape has required members that nothing here reads.
      return paged(all, next, 50) as Awaited<ReturnType<AwsApi['describeScalingPolicies']>>;
    },
    async describeTaskDefinition(arn) {
      await enter('describeTaskDefinition', arn);
      return (
        region.definition?.(arn) ?? {
          family: 'api',
          revision: 7,
          cpu: '512',
          memory: '1 GB',
          containerDefinitions: [],
        }
      );
    },
    async getMetricData(request) {
      await enter('getMetricData', request);
      atMost(request.queries.length, BATCH.metricQueries);
      if (request.next === undefined) asked.push(...request.queries);
      const points = request.queries.flatMap((query) => pointsOf(region, query, request));
      const habits = { ...region.habits, pageSize: region.habits?.metricPageSize ?? 100_800 };
      const page = pageOf(points, request.next, habits, 100_800);
      const byId = new Map<string, (typeof points)[number][]>();
      for (const point of page.items) byId.set(point.id, [...(byId.get(point.id) ?? []), point]);
      return {
        results: [...byId].map(([id, own]) => ({
          id,
          status: page.next === undefined ? ('complete' as const) : ('partial' as const),
          timesMs: Float64Array.from(own, (point) => point.atMs),
          values: Float64Array.from(own, (point) => point.value),
        })),
        next: page.next,
      };
    },
  };
}

function pointsOf(
  region: FakeRegion,
  query: MetricQuery,
  { startMs, endMs, periodSeconds }: { startMs: number; endMs: number; periodSeconds: number },
) {
  const points: { readonly id: string; readonly atMs: number; readonly value: number }[] = [];
  for (let atMs = startMs; atMs < endMs; atMs += periodSeconds * 1000) {
    const value = region.value ? region.value(query, atMs) : 10;
    if (value !== undefined) points.push({ id: query.id, atMs, value });
  }
  return points;
}

function pageOf<T>(
  items: readonly T[],
  next: string | undefined,
  habits: FakeHabits | undefined,
  maximum: number,
): Page<T> {
  const ordered = habits?.reverse ? items.toReversed() : items;
  const size = Math.min(habits?.pageSize ?? maximum, maximum);
  const from = next === undefined ? 0 : Number(next);
  const to = from + size;
  const shown = ordered.slice(habits?.repeat ? Math.max(0, from - 1) : from, to);
  return { items: shown, next: to < ordered.length ? String(to) : undefined };
}

function rawService({ cluster, name, groups = [], raw }: FakeService): Service {
  return {
    serviceArn: `${ARN}:service/${cluster}/${name}`,
    serviceName: name,
    clusterArn: `${ARN}:cluster/${cluster}`,
    status: 'ACTIVE',
    launchType: 'FARGATE',
    taskDefinition: `${ARN}:task-definition/${name}:1`,
    desiredCount: 2,
    runningCount: 2,
    pendingCount: 0,
    createdAt: new Date(NOW - 90 * 86_400_000),
    loadBalancers: groups.map((group) => ({ targetGroupArn: groupArn(group) })),
    ...raw,
  };
}

function rawGroup({ name, on }: FakeGroup): TargetGroup {
  return {
    TargetGroupArn: groupArn(name),
    TargetGroupName: name,
    HealthCheckPath: '/health',
    LoadBalancerArns: on === undefined ? [] : [`${ELB}:loadbalancer/${on}/50dc`],
  };
}

export function groupArn(name: string): string {
  return `${ELB}:targetgroup/${name}/6d0e`;
}

function atMost(count: number, maximum: number): void {
  if (count > maximum) throw new Error(`AWS takes at most ${maximum} here, not ${count}`);
}

/** A generated fleet: services spread evenly over clusters, each with a group on a load balancer of its own. */
export function generatedFleet(services: number, clusters: number): FakeRegion {
  const names = Array.from({ length: services }, (_, n) => `svc-${String(n).padStart(5, '0')}`);
  return {
    services: names.map((name, n) => ({ cluster: `cluster-${n % clusters}`, name, groups: [name] })),
    groups: names.map((name) => ({ name, on: `app/${name}` })),
  };
}
