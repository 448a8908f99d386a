import type { Collector } from '../collector/collector.ts';
import { BadRequest, NotFound } from '../domain/errors.ts';
import type { Scope, ServiceRef } from '../domain/fleet.ts';
import type { Handler } from './command.ts';
import { refuseController } from './deploy.ts';
import { scopeOf } from './health.ts';
import { mayPropose, type ProposeDeps, propose } from './propose.ts';
import { readService, stateOf } from './service-to-change.ts';

/** A task that was found. */
export interface FoundTask {
  readonly id: string;
  readonly arn: string;
  readonly lastStatus: string;
  readonly place: Omit<ServiceRef, 'service'>;
  readonly service: string | undefined;
}

export interface StopDeps extends ProposeDeps {
  readonly collector: Collector;
  /** By ARN, id or the beginning of one, in every watched cluster of a scope; `incomplete` when some could not be asked. */
  readonly findTask: (
    id: string,
    scope: Scope,
  ) => Promise<{ readonly task: FoundTask | undefined; readonly incomplete: boolean }>;
}

/** `stop TASK`: one task; its service starts another. */
export function makeStopCommand(deps: StopDeps): Handler {
  return async (intent, asking) => {
    if (intent.task === undefined)
      throw new BadRequest('Which task? Write `stop` and the id of the task. Nothing changed.');
    const { task, incomplete } = await deps.findTask(intent.task, scopeOf(intent));
    if (task === undefined) throw new NotFound(notFound(intent.task, incomplete));
    const { id } = task;
    if (task.service === undefined) {
      throw new BadRequest(
        `Task ${id.slice(0, 8)} belongs to no service: somebody started it by hand. Stop it with \`aws ecs stop-task\`.`,
      );
    }
    const asked = { ...intent, ...task.place, service: task.service };
    const service = await readService(deps.collector, asked, asking, 'stop');
    await mayPropose(deps, asking, { action: 'stop', target: service.ref });
    refuseController(service, 'stop its tasks');
    if (task.lastStatus === 'STOPPED')
      throw new BadRequest(`Task ${id.slice(0, 8)} has stopped already. Nothing to do.`);
    return propose(deps, asking, {
      order: {
        kind: 'stop',
        ref: service.ref,
        arn: service.arn,
        task: task.id,
        taskArn: task.arn,
        seen: stateOf(service),
      },
      from: `${task.lastStatus.toLowerCase()}; ${service.running} of ${service.desired} tasks run`,
      to: 'stopped; the service starts another',
      tags: service.tags,
      notes:
        service.running <= 1
          ? ['It is the only task that runs: the service is gone until the next is up.']
          : [],
    });
  };
}

function notFound(id: string, incomplete: boolean): string {
  const where = incomplete ? ' Some clusters could not be asked.' : '';
  return `I find no one task ${id} in what I watch.${where} Copy its whole id from the AWS console. Nothing changed.`;
}
