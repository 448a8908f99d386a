import type { Incident } from '../../src/domain/incident.ts';
import { openWriteWorld, type WriteWorld } from './write-world.ts';

/** A world in which a deployment of web waits at a hook. */
export async function openHookWorld(): Promise<WriteWorld> {
  const world = await openWriteWorld([
    { at: '+10s', service: 'shop/web', eventName: 'HOOK_AWAITING_ACTION' },
  ]);
  world.pass(15_000);
  return world;
}

/** The newest deployment of web in the simulated AWS. */
export function waiting(world: WriteWorld) {
  const clusters = world.world.region('111122223333', 'us-east-1')?.clusters ?? [];
  const service = clusters.flatMap(({ services }) => services).find(({ name }) => name === 'web');
  const deployment = service?.deployments.findLast(({ hook }) => hook !== undefined);
  if (service === undefined || deployment?.hook === undefined) throw new Error('web waits at a hook');
  return { service, deployment, hook: deployment.hook };
}

/** The incident that the waiting hook has opened. */
export function hookIncident(world: WriteWorld): Incident {
  const { hook } = waiting(world);
  return {
    id: 'production/us-east-1/shop/web#4',
    number: 4,
    target: { account: 'production', region: 'us-east-1', cluster: 'shop', service: 'web' },
    severity: 'high',
    cause: 'HOOK_AWAITING_ACTION',
    title: 'A deployment waits',
    state: 'open',
    openedAtMs: world.clock.nowMs,
    lastSeenAtMs: world.clock.nowMs,
    count: 1,
    facts: [],
    hook: { id: hook.id, deploymentArn: hook.deploymentArn, expiresAtMs: hook.expiresAtMs },
    version: 1,
  };
}
