import type { MetricName } from '../scenario/series-schema.ts';
import type { WorldTargetGroup } from './model.ts';
import type { Sample } from './series.ts';
import type { ServiceSeries } from './service-series.ts';
import type { ServiceState } from './service-state.ts';

/** One CloudWatch metric: its names, and what one minute of it is. */
export interface MetricSource {
  readonly accountId: string;
  readonly region: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** `count`: a rate per minute that adds up. `level`: a value that holds. */
  readonly kind: 'count' | 'level';
  /** CloudWatch has a point only where the value is not zero ("reporting criteria" of the load balancers' metrics). */
  readonly skipsZero: boolean;
  minute(atMs: number): Sample | undefined;
  /** How many samples a minute has: one for each running task. */
  samples(atMs: number): number;
}

export interface SeriesOf {
  readonly state: ServiceState;
  readonly series: ServiceSeries;
}

/** The counts of an application load balancer that come from the scenario, by their names in CloudWatch. */
const COUNTS: readonly (readonly [MetricName, string])[] = [
  ['requests', 'RequestCount'],
  ['http2xx', 'HTTPCode_Target_2XX_Count'],
  ['http3xx', 'HTTPCode_Target_3XX_Count'],
  ['http4xx', 'HTTPCode_Target_4XX_Count'],
  ['http5xx', 'HTTPCode_Target_5XX_Count'],
];

const one = () => 1;

/** Everything that CloudWatch has of these services. */
export function metricSources(all: readonly SeriesOf[]): MetricSource[] {
  return [...all.flatMap(taskSources), ...all.flatMap(targetGroupSources), ...loadBalancerSources(all)];
}

/** AWS/ECS by cluster and service. */
function taskSources({ state, series }: SeriesOf): MetricSource[] {
  const { service } = state;
  const source = (name: MetricName, metric: string): MetricSource[] =>
    series.has(name)
      ? [
          {
            accountId: service.accountId,
            region: service.region,
            namespace: 'AWS/ECS',
            metric,
            dimensions: { ClusterName: service.cluster, ServiceName: service.name },
            kind: 'level',
            skipsZero: false,
            minute: (atMs) => series.at(name, atMs),
            samples: (atMs) => Math.max(1, series.runningAt(atMs)),
          },
        ]
      : [];
  return [...source('cpuPercent', 'CPUUtilization'), ...source('memoryPercent', 'MemoryUtilization')];
}

/** By target group and load balancer. A service's traffic is shared by its application target groups. */
function targetGroupSources({ state, series }: SeriesOf): MetricSource[] {
  const { service } = state;
  const applications = service.targetGroups.filter((group) => group.type === 'application').length;
  return service.targetGroups.flatMap((group) => {
    const base = {
      accountId: service.accountId,
      region: service.region,
      namespace: group.type === 'application' ? 'AWS/ApplicationELB' : 'AWS/NetworkELB',
      dimensions: { TargetGroup: targetGroupDimension(group), LoadBalancer: loadBalancerDimension(group) },
      samples: one,
    };
    const hosts = (['healthyHosts', 'unhealthyHosts'] as const).map((kind) => ({
      ...base,
      metric: kind === 'healthyHosts' ? 'HealthyHostCount' : 'UnHealthyHostCount',
      kind: 'level' as const,
      skipsZero: false,
      minute: (atMs: number) => series.hostsAt(kind, group.arn, atMs),
    }));
    if (group.type === 'network') return hosts;
    const counts = COUNTS.filter(([name]) => series.has(name)).map(([name, metric]) => ({
      ...base,
      metric,
      kind: 'count' as const,
      skipsZero: true,
      minute: (atMs: number) => scaled(series.at(name, atMs), 1 / applications),
    }));
    return [...hosts, ...counts, ...latency(base, [{ state, series }])];
  });
}

/** By load balancer alone: the sum of the services behind it, and what it answers itself. */
function loadBalancerSources(all: readonly SeriesOf[]): MetricSource[] {
  const behind = new Map<string, { readonly group: WorldTargetGroup; readonly services: SeriesOf[] }>();
  for (const each of all) {
    for (const group of each.state.service.targetGroups.filter(({ type }) => type === 'application')) {
      const known = behind.get(group.loadBalancerArn) ?? { group, services: [] };
      if (!known.services.includes(each)) known.services.push(each);
      behind.set(group.loadBalancerArn, known);
    }
  }
  return [...behind.values()].flatMap(({ group, services }) => {
    const [first] = services;
    if (!first) return [];
    const base = {
      accountId: first.state.service.accountId,
      region: first.state.service.region,
      namespace: 'AWS/ApplicationELB',
      dimensions: { LoadBalancer: loadBalancerDimension(group) },
      samples: one,
    };
    const names = [...COUNTS, ['elb5xx', 'HTTPCode_ELB_5XX_Count'] as const];
    const counts = names
      .filter(([name]) => services.some(({ series }) => series.has(name)))
      .map(([name, metric]) => ({
        ...base,
        metric,
        kind: 'count' as const,
        skipsZero: true,
        minute: (atMs: number) => sum(services.map(({ series }) => series.at(name, atMs))),
      }));
    return [...counts, ...latency(base, services)];
  });
}

/** TargetResponseTime is in seconds; over several services it is weighted by their requests. */
function latency(
  base: Pick<MetricSource, 'accountId' | 'region' | 'namespace' | 'dimensions' | 'samples'>,
  services: readonly SeriesOf[],
): MetricSource[] {
  const measured = services.filter(({ series }) => series.has('responseTimeMs'));
  if (measured.length === 0) return [];
  const minute = (atMs: number): Sample | undefined => {
    let weight = 0;
    let value = 0;
    let noise = 0;
    for (const { series } of measured) {
      const sample = series.at('responseTimeMs', atMs);
      if (!sample) continue;
      const requests = Math.max(0.001, series.at('requests', atMs)?.value ?? 1);
      weight += requests;
      value += requests * sample.value;
      noise += requests * sample.noise;
    }
    return weight === 0 ? undefined : { value: value / weight / 1000, noise: noise / weight / 1000 };
  };
  return [{ ...base, metric: 'TargetResponseTime', kind: 'level', skipsZero: true, minute }];
}

function scaled(sample: Sample | undefined, factor: number): Sample | undefined {
  return sample && { value: sample.value * factor, noise: sample.noise * factor };
}

function sum(samples: readonly (Sample | undefined)[]): Sample | undefined {
  const present = samples.filter((sample) => sample !== undefined);
  if (present.length === 0) return undefined;
  return {
    value: present.reduce((total, { value }) => total + value, 0),
    noise: present.reduce((total, { noise }) => total + noise, 0),
  };
}

/** `app/name/id`, `net/name/id`: how CloudWatch names a load balancer. */
export function loadBalancerDimension(group: WorldTargetGroup): string {
  return group.loadBalancerArn.split(':loadbalancer/')[1] ?? '';
}

/** `targetgroup/name/id`. */
export function targetGroupDimension(group: WorldTargetGroup): string {
  return group.arn.split(':').at(-1) ?? '';
}
