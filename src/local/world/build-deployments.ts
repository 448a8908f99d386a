import type { ServiceSpec } from '../scenario/service-schema.ts';
import type { WorldDeployment } from './model.ts';
import { deploymentId, taskDefinitionArn } from './place.ts';
import { createdAt, type ServiceContext } from './service-context.ts';

const MINUTE_MS = 60_000;

/** The deployments of the file, newest last; a service without any has had one, when it was made. */
export function buildDeployments(spec: ServiceSpec, context: ServiceContext): WorldDeployment[] {
  const { place, family, startMs } = context;
  const specs = spec.deployments ?? [{ state: 'COMPLETED' as const, failedTasks: 0 }];
  let revision = 0;
  let at = createdAt(spec);
  return specs.map((deployment, index) => {
    revision = deployment.revision ?? revision + 1;
    at = deployment.at ?? at;
    const id = deploymentId(place, index);
    return {
      id,
      revision,
      taskDefinitionArn: taskDefinitionArn(place, family, revision),
      createdAtMs: startMs + at,
      updatedAtMs: startMs + Math.min(0, at + updatedAfterMs(deployment.state, spec, revision, at)),
      state: deployment.state,
      reason: deployment.reason ?? deploymentReason(deployment.state, id),
      failedTasks: deployment.failedTasks,
    };
  });
}

/** `rolloutStateReason` as ECS words it. */
export function deploymentReason(state: WorldDeployment['state'], id: string): string {
  switch (state) {
    case 'COMPLETED':
      return `ECS deployment ${id} completed.`;
    case 'FAILED':
      return 'ECS deployment circuit breaker: tasks failed to start.';
    case 'IN_PROGRESS':
      return `ECS deployment ${id} in progress.`;
  }
}

/** A deployment that is over took some minutes; one in progress was last touched when a task of it stopped. */
function updatedAfterMs(
  state: WorldDeployment['state'],
  spec: ServiceSpec,
  revision: number,
  at: number,
): number {
  if (state === 'COMPLETED') return 3 * MINUTE_MS;
  const stops = spec.stoppedTasks.filter((task) => (task.revision ?? revision) === revision && task.at >= at);
  const last = Math.max(at, ...stops.map((task) => task.at));
  return state === 'FAILED' ? Math.max(10 * MINUTE_MS, last - at) : last - at;
}
