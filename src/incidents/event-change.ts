import { isRecord, lastPart } from './event-envelope.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * What a call changed, in words: `desired count 4, task definition web:42, new deployment forced`. A failed call says
 * first that it had no effect. Undefined where the request says nothing beyond its name.
 */
export function changeOf(
  eventName: string,
  request: Fields,
  errorCode: string | undefined,
): string | undefined {
  const told = Object.entries(WORDS).flatMap(([key, words]) => {
    const value = request[key];
    const said = value === undefined || value === null || value === '' ? undefined : words(value, eventName);
    return said === undefined ? [] : [said];
  });
  const settings = SETTINGS.filter(([key]) => isSet(request[key])).map(([, name]) => name);
  const others = settings.length === 0 ? [] : [`${settings.join(', ')} changed`];
  const failed = errorCode === undefined ? [] : [`refused with ${errorCode.slice(0, 80)}`];
  return [...failed, ...told, ...others].join(', ').slice(0, LONGEST_CHANGE) || undefined;
}

const LONGEST_CHANGE = 600;

/** Members whose value is worth telling (docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html). */
const WORDS: Readonly<Record<string, (value: unknown, eventName: string) => string | undefined>> = {
  desiredCount: (value) => scalar('desired count', value),
  count: (value, eventName) => (/^(Run|Start)Task$/.test(eventName) ? scalar('count', value) : undefined),
  taskDefinition: (value) =>
    typeof value === 'string' ? scalar('task definition', lastPart(value)) : undefined,
  forceNewDeployment: (value) => (isTrue(value) ? 'new deployment forced' : undefined),
  task: (value) => (typeof value === 'string' ? scalar('task', lastPart(value)) : undefined),
  capacityProviderStrategy: (value) => strategy('capacity providers', value),
  defaultCapacityProviderStrategy: (value) => strategy('default capacity providers', value),
  capacityProviders: (value) => list('capacity providers', value),
  platformVersion: (value) => scalar('platform version', value),
  healthCheckGracePeriodSeconds: (value) => scalar('health check grace period in seconds', value),
  availabilityZoneRebalancing: (value) => scalar('zone rebalancing', value),
  primaryTaskSet: (value) =>
    typeof value === 'string' ? scalar('primary task set', lastPart(value)) : undefined,
  scale: (value) => (isRecord(value) ? scalar('scale in percent', value['value']) : undefined),
  status: (value) => scalar('status', value),
  containerInstances: (value) => (Array.isArray(value) ? `${value.length} container instances` : undefined),
  action: (value) => scalar('action', value),
  stopType: (value) => scalar('stop type', value),
  force: (value) => (isTrue(value) ? 'by force' : undefined),
  reason: (value) => (typeof value === 'string' ? `“${value.slice(0, 200)}”` : undefined),
};

/** Members that are only named, for their values are pages long. */
const SETTINGS: readonly (readonly [string, string])[] = [
  ['deploymentConfiguration', 'deployment settings'],
  ['networkConfiguration', 'network settings'],
  ['loadBalancers', 'load balancers'],
  ['serviceRegistries', 'service registries'],
  ['serviceConnectConfiguration', 'Service Connect'],
  ['placementConstraints', 'placement constraints'],
  ['placementStrategy', 'placement strategy'],
  ['volumeConfigurations', 'volumes'],
  ['vpcLatticeConfigurations', 'VPC Lattice'],
];

function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return isRecord(value) && Object.keys(value).length > 0;
}

function scalar(name: string, value: unknown): string | undefined {
  return isScalar(value) ? `${name} ${String(value).slice(0, 200)}` : undefined;
}

function isScalar(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

/** `capacity providers FARGATE_SPOT 3, FARGATE 1` */
function strategy(name: string, value: unknown): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const parts = value
    .filter((one) => isRecord(one))
    .flatMap((one) => {
      const provider = one['capacityProvider'];
      if (typeof provider !== 'string') return [];
      return [isScalar(one['weight']) ? `${provider} ${String(one['weight'])}` : provider];
    });
  return parts.length === 0 ? undefined : `${name} ${parts.join(', ')}`;
}

function list(name: string, value: unknown): string | undefined {
  const names = Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
  return names.length === 0 ? undefined : `${name} ${names.join(', ')}`;
}
