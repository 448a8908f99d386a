import {
  DescribeLoadBalancersCommand,
  type DescribeLoadBalancersCommandInput,
  type DescribeLoadBalancersOutput,
  DescribeTargetGroupsCommand,
  type DescribeTargetGroupsCommandInput,
  type DescribeTargetGroupsOutput,
  DescribeTargetHealthCommand,
  type DescribeTargetHealthCommandInput,
  type DescribeTargetHealthOutput,
  errorTypeRegistries,
  InvalidTargetException,
  type LoadBalancer,
  LoadBalancerNotFoundException,
  type TargetGroup,
  TargetGroupNotFoundException,
  type TargetHealth,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { WorldTargetGroup } from '../world/model.ts';
import { Fault } from './faults.ts';
import { DEFAULT_PAGE } from './limits.ts';
import { type Page, pageOf } from './pages.ts';
import { type Ctx, clustersOf, operation, operationsByName, type Service } from './service.ts';

/** Elastic Load Balancing v2: what the simulated services have registered with. */
export const loadBalancing: Service = {
  prefix: 'elasticloadbalancing',
  signingName: 'elasticloadbalancing',
  xmlNamespace: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  errorRegistries: errorTypeRegistries,
  operations: operationsByName([
    operation(DescribeLoadBalancersCommand, describeLoadBalancers),
    operation(DescribeTargetGroupsCommand, describeTargetGroups),
    operation(DescribeTargetHealthCommand, describeTargetHealth),
  ]),
};

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeLoadBalancers.html */
function describeLoadBalancers(
  input: DescribeLoadBalancersCommandInput,
  ctx: Ctx,
): DescribeLoadBalancersOutput {
  const all = [...new Map(groupsOf(ctx).map((group) => [group.loadBalancerArn, group])).values()];
  const found = pick(
    all,
    [input.LoadBalancerArns, (each) => each.loadBalancerArn],
    [input.Names, (each) => each.loadBalancerName],
  );
  if (found === undefined) {
    throw new LoadBalancerNotFoundException({
      message: 'One or more load balancers not found',
      $metadata: {},
    });
  }
  const page = groupPage('DescribeLoadBalancers', found, input, ctx, (each) => each.loadBalancerArn);
  return { LoadBalancers: page.items.map((each) => loadBalancerShape(each)), NextMarker: page.next };
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetGroups.html */
function describeTargetGroups(input: DescribeTargetGroupsCommandInput, ctx: Ctx): DescribeTargetGroupsOutput {
  const all = groupsOf(ctx);
  if (
    input.LoadBalancerArn !== undefined &&
    !all.some((each) => each.loadBalancerArn === input.LoadBalancerArn)
  ) {
    throw new LoadBalancerNotFoundException({
      message: `Load balancers '[${input.LoadBalancerArn}]' not found`,
      $metadata: {},
    });
  }
  const found = pick(
    all.filter(
      (each) => input.LoadBalancerArn === undefined || each.loadBalancerArn === input.LoadBalancerArn,
    ),
    [input.TargetGroupArns, (each) => each.arn],
    [input.Names, (each) => each.name],
  );
  if (found === undefined) {
    throw new TargetGroupNotFoundException({ message: 'One or more target groups not found', $metadata: {} });
  }
  const page = groupPage('DescribeTargetGroups', found, input, ctx, (each) => each.arn);
  return { TargetGroups: page.items.map((each) => targetGroupShape(each)), NextMarker: page.next };
}

/** One group a call. https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetHealth.html */
function describeTargetHealth(input: DescribeTargetHealthCommandInput, ctx: Ctx): DescribeTargetHealthOutput {
  const group = groupsOf(ctx).find((each) => each.arn === input.TargetGroupArn);
  if (group === undefined) {
    throw new TargetGroupNotFoundException({
      message: `Target groups '${input.TargetGroupArn}' not found`,
      $metadata: {},
    });
  }
  const wanted = input.Targets?.map((target) => target.Id);
  const unknown = wanted?.find((id) => !group.targets.some((target) => target.id === id));
  if (unknown !== undefined) {
    throw new InvalidTargetException({
      message: `The following targets are not registered: '${unknown}'`,
      $metadata: {},
    });
  }
  return {
    TargetHealthDescriptions: group.targets
      .filter((target) => wanted === undefined || wanted.includes(target.id))
      .map((target) => ({
        Target: { Id: target.id, Port: target.port },
        HealthCheckPort: String(target.port),
        TargetHealth: {
          State: target.state,
          ...(target.reason === undefined
            ? {}
            : // The world's reasons are the vendor's own codes.
              { Reason: target.reason as NonNullable<TargetHealth['Reason']> }),
          ...(target.description === undefined ? {} : { Description: target.description }),
        },
      })),
  };
}

/** Every target group of the account and region once; two services may share one. */
function groupsOf(ctx: Ctx): readonly WorldTargetGroup[] {
  const merged = new Map<string, WorldTargetGroup>();
  for (const group of clustersOf(ctx)
    .flatMap((cluster) => cluster.services)
    .flatMap((each) => each.targetGroups)) {
    const known = merged.get(group.arn);
    const isSame = known === undefined || known === group || known.targets === group.targets;
    merged.set(group.arn, isSame ? group : { ...known, targets: [...known.targets, ...group.targets] });
  }
  return [...merged.values()];
}

type Choice<T> = readonly [wanted: readonly string[] | undefined, key: (item: T) => string];

/** The items that every given list names; undefined when a list names one that does not exist. */
function pick<T>(all: readonly T[], ...choices: readonly Choice<T>[]): readonly T[] | undefined {
  const given = choices.flatMap(([wanted, key]) =>
    wanted === undefined || wanted.length === 0 ? [] : [{ wanted, key }],
  );
  const isKnown = given.every(({ wanted, key }) =>
    wanted.every((name) => all.some((item) => key(item) === name)),
  );
  if (!isKnown) return undefined;
  return all.filter((item) => given.every(({ wanted, key }) => wanted.includes(key(item))));
}

function groupPage(
  operationName: string,
  groups: readonly WorldTargetGroup[],
  input: { readonly Marker?: string | undefined; readonly PageSize?: number | undefined },
  ctx: Ctx,
  id: (group: WorldTargetGroup) => string,
): Page<WorldTargetGroup> {
  const { Marker, PageSize, ...filters } = input;
  return pageOf(groups, {
    token: Marker,
    size: PageSize ?? DEFAULT_PAGE['elasticloadbalancing:*'],
    scope: [operationName, ctx.accountId, ctx.region, filters],
    id,
    refuse: () => new Fault('validation', `Marker '${Marker}' is not valid`),
  });
}

function loadBalancerShape(group: WorldTargetGroup): LoadBalancer {
  const id = group.loadBalancerArn.slice(group.loadBalancerArn.lastIndexOf('/') + 1);
  const region = group.loadBalancerArn.split(':')[3];
  return {
    LoadBalancerArn: group.loadBalancerArn,
    LoadBalancerName: group.loadBalancerName,
    DNSName: `${group.loadBalancerName}-${id}.${region}.elb.amazonaws.com`,
    Scheme: 'internet-facing',
    State: { Code: 'active' },
    Type: group.type,
    IpAddressType: 'ipv4',
    AvailabilityZones: [{ ZoneName: `${region}a` }, { ZoneName: `${region}b` }],
  };
}

function targetGroupShape(group: WorldTargetGroup): TargetGroup {
  const isHttp = group.type === 'application';
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: isHttp ? 'HTTP' : 'TCP',
    Port: group.targets[0]?.port ?? 8080,
    HealthCheckProtocol: isHttp ? 'HTTP' : 'TCP',
    HealthCheckPort: 'traffic-port',
    HealthCheckEnabled: true,
    HealthCheckIntervalSeconds: 30,
    HealthCheckTimeoutSeconds: 5,
    HealthyThresholdCount: 5,
    UnhealthyThresholdCount: 2,
    ...(isHttp ? { HealthCheckPath: group.healthCheckPath ?? '/', Matcher: { HttpCode: '200' } } : {}),
    LoadBalancerArns: [group.loadBalancerArn],
    TargetType: 'ip',
    ...(isHttp ? { ProtocolVersion: 'HTTP1' } : {}),
    IpAddressType: 'ipv4',
  };
}
