import type { ServiceSpec, TargetGroupSpec, TargetsSpec } from '../scenario/service-schema.ts';
import type { WorldCluster, WorldService, WorldTargetGroup, WorldTask } from './model.ts';
import { loadBalancerArn, type Place, privateIp, targetGroupArn } from './place.ts';

const PORT = 8080;

/** The target groups of a service; without `targets` every running task is a healthy target. */
export function buildTargetGroups(
  service: WorldService,
  spec: ServiceSpec,
  tasks: readonly WorldTask[],
  place: Place,
  cluster: WorldCluster,
): WorldTargetGroup[] {
  const specs = spec.targetGroups ?? (spec.targetGroup ? [spec.targetGroup] : []);
  return specs.map((group, index) => {
    const name = group.name ?? `${place.service}${index === 0 ? '' : `-${index}`}`.slice(0, 32);
    const loadBalancerName = group.loadBalancer ?? place.cluster.replaceAll('_', '-').slice(0, 32);
    return {
      arn: targetGroupArn(place, name),
      name,
      loadBalancerName,
      loadBalancerArn: loadBalancerArn(place, loadBalancerName, group.type),
      type: group.type,
      healthCheckPath: healthCheckPath(group),
      targets: initialTargets(service, group.targets, tasks, place, cluster),
    };
  });
}

function healthCheckPath(group: TargetGroupSpec): string | undefined {
  return group.healthCheckPath ?? (group.type === 'application' ? '/' : undefined);
}

function initialTargets(
  service: WorldService,
  spec: TargetsSpec | undefined,
  tasks: readonly WorldTask[],
  place: Place,
  cluster: WorldCluster,
): WorldTargetGroup['targets'] {
  const running = tasks.filter((task) => task.lastStatus === 'RUNNING');
  const unhealthy = spec?.unhealthy ?? 0;
  const healthy = spec?.healthy ?? Math.max(0, service.running - unhealthy);
  return Array.from({ length: healthy + unhealthy }, (_, index) => {
    const task = running[index];
    const address = task
      ? targetAddress(service, task, cluster)
      : { id: privateIp(place, 900 + index), port: PORT };
    return { ...address, ...targetState(index < healthy, spec) };
  });
}

/** What the load balancer says of a target (DescribeTargetHealth). */
export function targetState(
  healthy: boolean,
  spec: Pick<TargetsSpec, 'reason' | 'description'> | undefined,
): Pick<WorldTargetGroup['targets'][number], 'state' | 'reason' | 'description'> {
  if (healthy) return { state: 'healthy', reason: undefined, description: undefined };
  return {
    state: 'unhealthy',
    reason: spec?.reason ?? 'Target.FailedHealthChecks',
    description: spec?.description ?? 'Health checks failed',
  };
}

/** Fargate tasks are targets by their address, EC2 tasks by instance and a port of their own. */
export function targetAddress(
  service: WorldService,
  task: WorldTask,
  cluster: WorldCluster,
): { readonly id: string; readonly port: number } {
  const instance = cluster.instances.find((one) => one.arn === task.containerInstanceArn);
  if (service.launchType === 'FARGATE' || !instance) return { id: task.ip, port: PORT };
  return { id: instance.ec2InstanceId, port: 32_768 + (Number.parseInt(task.id.slice(0, 4), 16) % 28_000) };
}
