import { digits, hexId } from './seeded.ts';

/** Where a service is, in AWS's names. */
export interface Place {
  readonly accountId: string;
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
  /** `account/region/cluster/service` and the world's seed: what all ids of the service derive from. */
  readonly seed: string;
}

export function clusterArn(place: Pick<Place, 'accountId' | 'region' | 'cluster'>): string {
  return `arn:aws:ecs:${place.region}:${place.accountId}:cluster/${place.cluster}`;
}

export function serviceArn(place: Place): string {
  return `arn:aws:ecs:${place.region}:${place.accountId}:service/${place.cluster}/${place.service}`;
}

export function taskArn(place: Place, id: string): string {
  return `arn:aws:ecs:${place.region}:${place.accountId}:task/${place.cluster}/${id}`;
}

export function taskDefinitionArn(place: Place, family: string, revision: number): string {
  return `arn:aws:ecs:${place.region}:${place.accountId}:task-definition/${family}:${revision}`;
}

export function containerInstanceArn(
  place: Pick<Place, 'accountId' | 'region' | 'cluster'>,
  id: string,
): string {
  return `arn:aws:ecs:${place.region}:${place.accountId}:container-instance/${place.cluster}/${id}`;
}

export function targetGroupArn(place: Place, name: string): string {
  const id = hexId(`${place.seed}/tg/${name}`, 16);
  return `arn:aws:elasticloadbalancing:${place.region}:${place.accountId}:targetgroup/${name}/${id}`;
}

/** One load balancer serves all target groups of an account and region that name it. */
export function loadBalancerArn(
  place: Pick<Place, 'accountId' | 'region'>,
  name: string,
  type: 'application' | 'network',
): string {
  const id = hexId(`${place.accountId}/${place.region}/lb/${name}`, 16);
  const kind = type === 'application' ? 'app' : 'net';
  return `arn:aws:elasticloadbalancing:${place.region}:${place.accountId}:loadbalancer/${kind}/${name}/${id}`;
}

/** The `n`-th deployment of a service: `ecs-svc/` and 19 digits. */
export function deploymentId(place: Place, n: number): string {
  return `ecs-svc/${digits(`${place.seed}/deployment/${n}`, 19)}`;
}

/** The service deployment that ECS keeps of a deployment. */
export function serviceDeploymentArn(ofService: string, id: string): string {
  return `${ofService.replace(':service/', ':service-deployment/')}/${id.slice(id.lastIndexOf('/') + 1)}`;
}

/** An address of the service's subnets for the `n`-th network interface. */
export function privateIp(place: Place, n: number): string {
  const hex = hexId(`${place.seed}/eni/${n}`, 6);
  const [a, b, c] = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return `10.${(a ?? 0) % 4}.${b ?? 0}.${4 + ((c ?? 0) % 250)}`;
}

/** Zone `a`, `b`, `c` of a region in turn. */
export function zoneOf(region: string, n: number): string {
  return `${region}${'abc'[n % 3] ?? 'a'}`;
}
