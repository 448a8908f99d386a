import {
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListClustersCommand,
  ListServicesCommand,
} from '@aws-sdk/client-ecs';
import { DescribeTargetGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { NotFound } from '../domain/errors.ts';
import type { Clock } from '../domain/time.ts';
import { type AwsApi, BATCH, type MetricRequest } from './api.ts';
import { type AwsCall, dollarsFor, type OnCall } from './calls.ts';
import type { RegionClients } from './clients.ts';
import { isExpired, translateAwsError } from './errors.ts';
import type { Bucket, Limiter } from './limiter.ts';
import { decodedMetrics } from './metric-decoder.ts';
import type { IamAction } from './permissions.ts';

/** Where the calls go. */
export interface RegionConnection {
  readonly account: string;
  readonly region: string;
  readonly clients: RegionClients;
  readonly limiter: Limiter;
  /** A call that has no answer after this, all of its attempts included, is given up. */
  readonly callTimeoutMs: number;
  readonly clock: Clock;
  /** Lets the next client get new credentials. */
  readonly forgetCredentials?: () => void;
  /** Hears of every call. */
  readonly onCall?: OnCall | undefined;
}

/** {@link AwsApi} over the real SDK clients, under the limiter, with errors translated. */
export function makeAwsApi(connection: RegionConnection): AwsApi {
  return { ...ecsCalls(connection), ...scalingCalls(connection), ...metricCalls(connection) };
}

type Costs = Partial<Readonly<Record<Bucket, number>>>;

async function call<T>(
  to: RegionConnection,
  action: IamAction,
  costs: Costs,
  send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>,
  dollars = 0,
): Promise<T> {
  const { account, region, limiter, callTimeoutMs, clock, onCall } = to;
  let startedMs = clock.now();
  const told = (outcome: AwsCall['outcome']) =>
    onCall?.({
      account,
      region,
      action,
      outcome,
      durationMs: clock.now() - startedMs,
      dollars: outcome === 'ok' ? dollars : 0,
    });
  const attempt = () =>
    limiter.run(costs, () => {
      startedMs = clock.now();
      return send({ abortSignal: AbortSignal.timeout(callTimeoutMs) });
    });
  try {
    const answer = await withNewCredentials(to, attempt);
    told('ok');
    return answer;
  } catch (error) {
    const known = translateAwsError(error, { account, region, action });
    told(known.code);
    throw known;
  }
}

/**
 * A session may end before it said that it would: somebody revoked it, or a clock is wrong. Then the call is made once
 * more with new credentials; whoever else meets the same end shares them.
 */
async function withNewCredentials<T>(to: RegionConnection, attempt: () => Promise<T>): Promise<T> {
  const { clients } = to;
  const { generation } = clients;
  try {
    return await attempt();
  } catch (error) {
    if (!isExpired(error) || !to.forgetCredentials) throw error;
    if (clients.generation === generation) {
      to.forgetCredentials();
      clients.renew();
    }
    return attempt();
  }
}

type EcsCalls = Pick<AwsApi, 'listClusters' | 'listServices' | 'describeServices' | 'describeTaskDefinition'>;

function ecsCalls(to: RegionConnection): EcsCalls {
  return {
    listClusters: (next) =>
      call(to, 'ecs:ListClusters', { ecsClusters: 1 }, async (within) => {
        const answer = await to.clients
          .ecs()
          .send(new ListClustersCommand({ maxResults: BATCH.list, ...token('nextToken', next) }), within);
        return { items: answer.clusterArns ?? [], next: answer.nextToken };
      }),
    listServices: (cluster, next) =>
      call(to, 'ecs:ListServices', { ecsServices: 1 }, async (within) => {
        const answer = await to.clients
          .ecs()
          .send(
            new ListServicesCommand({ cluster, maxResults: BATCH.list, ...token('nextToken', next) }),
            within,
          );
        return { items: answer.serviceArns ?? [], next: answer.nextToken };
      }),
    describeServices: (cluster, names) =>
      call(to, 'ecs:DescribeServices', { ecsServices: 1 }, async (within) => {
        const answer = await to.clients
          .ecs()
          .send(new DescribeServicesCommand({ cluster, services: [...names], include: ['TAGS'] }), within);
        return answer.services ?? [];
      }),
    describeTaskDefinition: (arn) =>
      call(to, 'ecs:DescribeTaskDefinition', { ecsTaskDefinitions: 1 }, async (within) => {
        const answer = await to.clients
          .ecs()
          .send(new DescribeTaskDefinitionCommand({ taskDefinition: arn }), within);
        if (!answer.taskDefinition) throw new NotFound(`There is no task definition ${arn}.`);
        return answer.taskDefinition;
      }),
  };
}

type ScalingCalls = Pick<
  AwsApi,
  'describeTargetGroups' | 'describeScalableTargets' | 'describeScalingPolicies'
>;

function scalingCalls(to: RegionConnection): ScalingCalls {
  return {
    describeTargetGroups: (next) =>
      call(to, 'elasticloadbalancing:DescribeTargetGroups', { elbReads: 1 }, async (within) => {
        const answer = await to.clients
          .elb()
          .send(
            new DescribeTargetGroupsCommand({ PageSize: BATCH.targetGroups, ...token('Marker', next) }),
            within,
          );
        return { items: answer.TargetGroups ?? [], next: answer.NextMarker };
      }),
    describeScalableTargets: (resourceIds, next) =>
      call(to, 'application-autoscaling:DescribeScalableTargets', { scalingReads: 1 }, async (within) => {
        const answer = await to.clients.scaling().send(
          new DescribeScalableTargetsCommand({
            ServiceNamespace: 'ecs',
            ScalableDimension: 'ecs:service:DesiredCount',
            ResourceIds: [...resourceIds],
            MaxResults: BATCH.scalableTargets,
            ...token('NextToken', next),
          }),
          within,
        );
        return { items: answer.ScalableTargets ?? [], next: answer.NextToken };
      }),
    describeScalingPolicies: (resourceId, next) =>
      call(to, 'application-autoscaling:DescribeScalingPolicies', { scalingReads: 1 }, async (within) => {
        const answer = await to.clients.scaling().send(
          new DescribeScalingPoliciesCommand({
            ServiceNamespace: 'ecs',
            ScalableDimension: 'ecs:service:DesiredCount',
            ...(resourceId === undefined ? {} : { ResourceId: resourceId }),
            ...token('NextToken', next),
          }),
          within,
        );
        return { items: answer.ScalingPolicies ?? [], next: answer.NextToken };
      }),
  };
}

/** CloudWatch counts the datapoints of calls that start further back than this apart. */
const RECENT_MS = 3 * 60 * 60 * 1000;

function metricCalls(to: RegionConnection): Pick<AwsApi, 'getMetricData'> {
  return {
    getMetricData: (request) => {
      const datapoints =
        (request.queries.length * (request.endMs - request.startMs)) / (request.periodSeconds * 1000);
      const isOld = request.endMs - request.startMs > RECENT_MS;
      const bucket = isOld ? 'olderMetricDatapoints' : 'metricDatapoints';
      const costs = { metricCalls: 1, [bucket]: Math.ceil(datapoints) };
      return call(
        to,
        'cloudwatch:GetMetricData',
        costs,
        async (within) => {
          const answer = await to.clients.cloudwatch().send(
            new GetMetricDataCommand({
              MetricDataQueries: request.queries.map((query) => toMetricDataQuery(query, request)),
              StartTime: new Date(request.startMs),
              EndTime: new Date(request.endMs),
              ScanBy: 'TimestampAscending',
              ...token('NextToken', request.next),
            }),
            within,
          );
          return decodedMetrics(answer);
        },
        dollarsFor(request.queries),
      );
    },
  };
}

function toMetricDataQuery(
  query: MetricRequest['queries'][number],
  { periodSeconds }: MetricRequest,
): MetricDataQuery {
  return {
    Id: query.id,
    MetricStat: {
      Metric: {
        Namespace: query.namespace,
        MetricName: query.metric,
        Dimensions: Object.entries(query.dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: periodSeconds,
      Stat: query.stat,
    },
    ReturnData: true,
  };
}

/** A token is sent only when there is one; an empty one means the end. */
function token<K extends string>(name: K, value: string | undefined): Partial<Record<K, string>> {
  // A computed key widens to string; K is the only key it can be.
  return value ? ({ [name]: value } as Record<K, string>) : {};
}
