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
import { type AwsApi, BATCH, type MetricRequest } from './api.ts';
import { dollarsFor } from './calls.ts';
import { decodedMetrics } from './metric-decoder.ts';
import { callAws, type RegionConnection } from './region-call.ts';

/** {@link AwsApi} over the real SDK clients, under the limiter, with errors translated. */
export function makeAwsApi(connection: RegionConnection): AwsApi {
  return { ...ecsCalls(connection), ...scalingCalls(connection), ...metricCalls(connection) };
}

type EcsCalls = Pick<AwsApi, 'listClusters' | 'listServices' | 'describeServices' | 'describeTaskDefinition'>;

function ecsCalls(to: RegionConnection): EcsCalls {
  return {
    listClusters: (next) =>
      callAws(to, 'ecs:ListClusters', { ecsClusters: 1 }, async (within) => {
        const answer = await to.clients
          .ecs()
          .send(new ListClustersCommand({ maxResults: BATCH.list, ...token('nextToken', next) }), within);
        return { items: answer.clusterArns ?? [], next: answer.nextToken };
      }),
    listServices: (cluster, next) =>
      callAws(to, 'ecs:ListServices', { ecsServices: 1 }, async (within) => {
        const answer = await to.clients
          .ecs()
          .send(
            new ListServicesCommand({ cluster, maxResults: BATCH.list, ...token('nextToken', next) }),
            within,
          );
        return { items: answer.serviceArns ?? [], next: answer.nextToken };
      }),
    describeServices: (cluster, names) =>
      callAws(to, 'ecs:DescribeServices', { ecsServices: 1 }, async (within) => {
        const answer = await to.clients
          .ecs()
          .send(new DescribeServicesCommand({ cluster, services: [...names], include: ['TAGS'] }), within);
        return answer.services ?? [];
      }),
    describeTaskDefinition: (arn) =>
      callAws(to, 'ecs:DescribeTaskDefinition', { ecsTaskDefinitions: 1 }, async (within) => {
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
      callAws(to, 'elasticloadbalancing:DescribeTargetGroups', { elbReads: 1 }, async (within) => {
        const answer = await to.clients
          .elb()
          .send(
            new DescribeTargetGroupsCommand({ PageSize: BATCH.targetGroups, ...token('Marker', next) }),
            within,
          );
        return { items: answer.TargetGroups ?? [], next: answer.NextMarker };
      }),
    describeScalableTargets: (resourceIds, next) =>
      callAws(to, 'application-autoscaling:DescribeScalableTargets', { scalingReads: 1 }, async (within) => {
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
      callAws(to, 'application-autoscaling:DescribeScalingPolicies', { scalingReads: 1 }, async (within) => {
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
      return callAws(
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
