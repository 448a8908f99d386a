import { isDeploying } from '../assess/deploying.ts';
import type { Collector } from '../collector/collector.ts';
import { BadRequest, NotFound } from '../domain/errors.ts';
import type { ServiceInventory, ServiceSnapshot } from '../domain/fleet.ts';
import type { Intent } from '../domain/intent.ts';
import type { ServiceState } from '../domain/write.ts';
import type { Asking } from './command.ts';
import { scopeOf } from './health.ts';

/** The one service that an intent names, read now. @throws BadRequest without a name, NotFound when it cannot be read. */
export async function readService(
  collector: Collector,
  intent: Intent,
  asking: Asking,
  verb: string,
): Promise<ServiceSnapshot> {
  if (intent.service === undefined) {
    const command = `${asking.prefix} ${verb}`.trim();
    throw new BadRequest(`Which service? Write \`${command} NAME\`. Nothing changed.`);
  }
  const snapshot = await collector.snapshot({ scope: scopeOf(intent), fresh: true });
  const service = snapshot.services[0];
  if (service !== undefined && snapshot.services.length === 1) return service;
  if (service !== undefined)
    throw new BadRequest(
      `Several services are called ${intent.service}: say which cluster. Nothing changed.`,
    );
  throw new NotFound(
    `I cannot read ${intent.service} now. ${snapshot.missing[0]?.why ?? 'It is not there.'}`,
  );
}

/** What a write is compared with when somebody clicks. */
export function stateOf(service: ServiceInventory): ServiceState {
  const primary = service.deployments.find((each) => each.status === 'PRIMARY');
  return {
    desired: service.desired,
    running: service.running,
    taskDefinition: service.taskDefinition,
    deployment: primary?.id ?? '',
  };
}

/** Whether a deployment of the service is under way. */
export function isServiceDeploying({ deployments }: Pick<ServiceInventory, 'deployments'>): boolean {
  return isDeploying(
    deployments.map(({ status, rolloutState }) => ({ isPrimary: status === 'PRIMARY', state: rolloutState })),
  );
}
