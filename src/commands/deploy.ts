import type { Collector } from '../collector/collector.ts';
import { BadRequest, isUnreadable, NotFound } from '../domain/errors.ts';
import {
  revisionWords,
  type ServiceInventory,
  type ServiceRef,
  type ServiceSnapshot,
} from '../domain/fleet.ts';
import type { Handler } from './command.ts';
import { mayPropose, type ProposeDeps, propose } from './propose.ts';
import { readService, stateOf } from './service-to-change.ts';

export interface DeployDeps extends ProposeDeps {
  readonly collector: Collector;
  /** Task definitions of deployments that succeeded, newest first. Rejects where ECS does not tell. */
  readonly steady: (ref: ServiceRef) => Promise<readonly string[]>;
}

/** `redeploy NAME`: the same revision in new tasks. */
export function makeRedeployCommand(deps: DeployDeps): Handler {
  return async (intent, asking) => {
    const service = await readService(deps.collector, intent, asking, 'redeploy');
    await mayPropose(deps, asking, { action: 'redeploy', target: service.ref });
    refuseController(service, 'redeploy it');
    const revision = revisionWords(service.taskDefinition);
    return propose(deps, asking, {
      order: { kind: 'redeploy', ref: service.ref, arn: service.arn, seen: stateOf(service) },
      from: `${revision}, ${service.running} of ${service.desired} tasks running`,
      to: `${revision}, every task replaced`,
      tags: service.tags,
      notes: ['Old tasks stop only when new ones are healthy.'],
    });
  };
}

/** `rollback NAME`: to the last revision that came to rest. */
export function makeRollbackCommand(deps: DeployDeps): Handler {
  return async (intent, asking) => {
    const service = await readService(deps.collector, intent, asking, 'rollback');
    await mayPropose(deps, asking, { action: 'rollback', target: service.ref });
    refuseController(service, 'roll it back');
    const target = await rollbackTarget(deps, service);
    return propose(deps, asking, {
      order: { kind: 'rollback', ref: service.ref, arn: service.arn, to: target.to, seen: stateOf(service) },
      from: revisionWords(service.taskDefinition),
      to: revisionWords(target.to),
      tags: service.tags,
      notes: target.notes,
    });
  };
}

/** Services whose deployments are not ECS's own. The right tool is named. */
export function refuseController({ controller, ref }: ServiceInventory, doing: string): void {
  if (controller === 'CODE_DEPLOY') {
    throw new BadRequest(
      `AWS CodeDeploy deploys ${ref.service}, so I do not ${doing}. Use CodeDeploy: its console, or \`aws deploy create-deployment\` (to go back: \`aws deploy stop-deployment --auto-rollback-enabled\`).`,
    );
  }
  if (controller === 'EXTERNAL') {
    throw new BadRequest(
      `An external controller deploys ${ref.service} through task sets, so I do not ${doing}. Use the tool that created them (\`aws ecs describe-services\` shows the task sets and who started them).`,
    );
  }
}

async function rollbackTarget(
  { steady, collector }: DeployDeps,
  service: ServiceSnapshot,
): Promise<{ readonly to: string; readonly notes: readonly string[] }> {
  const { ref, taskDefinition, deployments } = service;
  const older = deployments.filter((each) => each.taskDefinition !== taskDefinition);
  // One that failed is no way back; controllers without a rollout state say nothing against theirs.
  const stillThere =
    older.find((each) => each.rolloutState === 'COMPLETED') ??
    older.find((each) => each.rolloutState === undefined);
  if (stillThere !== undefined)
    return { to: stillThere.taskDefinition, notes: ['It ran before and is still there.'] };
  const history = await steadyOf(steady, ref);
  const known = history.revisions.find((each) => each !== taskDefinition);
  if (known !== undefined)
    return { to: known, notes: ['The last other revision whose deployment succeeded.'] };
  const before = await revisionBefore(collector, service);
  if (before === undefined) {
    throw new NotFound(
      `${ref.service} has no earlier revision that I could go back to. Deploy the one you want with your own tool.${history.missing === undefined ? '' : ` ${history.missing}`}`,
    );
  }
  const why =
    history.missing === undefined
      ? 'ECS does not tell which revision was steady; this is the one before.'
      : `I could not read which revision was steady, so this is only the one before. ${history.missing}`;
  return { to: before, notes: [why] };
}

/** The deployment history is one source of several: without it there is less to choose from, and the card says so. */
async function steadyOf(
  steady: DeployDeps['steady'],
  ref: ServiceRef,
): Promise<{ readonly revisions: readonly string[]; readonly missing?: string }> {
  try {
    return { revisions: await steady(ref) };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return { revisions: [], missing: error.message };
  }
}

/** By number, if it is there. */
async function revisionBefore(
  collector: Collector,
  { ref, taskDefinition }: ServiceSnapshot,
): Promise<string | undefined> {
  const [, family, number] = /^(.+):(\d+)$/.exec(taskDefinition) ?? [];
  if (family === undefined || Number(number) <= 1) return undefined;
  const arn = `${family}:${Number(number) - 1}`;
  try {
    await collector.taskDefinition(ref, arn);
    return arn;
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}
