import { plainTime } from '../cards/card.ts';
import { intentAbout } from '../cards/place.ts';
import type { Collector } from '../collector/collector.ts';
import { BadRequest, NotFound } from '../domain/errors.ts';
import type { ServiceRef } from '../domain/fleet.ts';
import type { Incident, IncidentTarget, WaitingHook } from '../domain/incident.ts';
import type { ServiceOrder } from '../domain/write.ts';
import type { Answer, Asking } from './command.ts';
import { mayPropose, type ProposeDeps, propose } from './propose.ts';
import { readService, stateOf } from './service-to-change.ts';

export type HookAnswer = 'CONTINUE' | 'ROLLBACK';

/** Where a deployment stands, and its hooks; `aws` reads it. */
interface Stages {
  readonly stage: string | undefined;
  readonly hooks: readonly { readonly id: string; readonly status: string }[];
}

export interface HookDeps extends ProposeDeps {
  readonly collector: Collector;
  readonly incidents: { byId(id: string): Promise<Incident | undefined> };
  /** The deployments of one account (by name) and region. @throws NotFound for an account that is not watched */
  readonly deployments: (
    account: string,
    region: string,
  ) => { describe(arns: readonly string[]): Promise<readonly Stages[]> };
}

/**
 * Proposes the answer to the deployment hook that an incident waits for; the confirm gives it.
 * @throws Denied, BadRequest, NotFound
 */
export type AnswerHook = (incident: string, answer: HookAnswer, asking: Asking) => Promise<Answer>;

/** From the button of an incident to a proposal with confirm. */
export function makeAnswerHook(deps: HookDeps): AnswerHook {
  return async (id, answer, asking) => {
    const { hook, target, state } = (await deps.incidents.byId(id)) ?? {};
    if (target === undefined || hook === undefined || state === 'resolved')
      throw new NotFound('No deployment waits for an answer here any more. Nothing changed.');
    const ref = refOf(target);
    await mayPropose(deps, asking, { action: 'hooks', target: ref });
    const service = await readService(deps.collector, intentAbout('service', ref), asking, 'service');
    const stage = await stageNow(deps, ref, hook);
    const order: ServiceOrder = {
      kind: 'hook',
      ref: service.ref,
      arn: service.arn,
      seen: stateOf(service),
      deploymentArn: hook.deploymentArn,
      hook: hook.id,
      answer,
    };
    return propose(deps, asking, {
      order,
      from: `waiting at a hook${stage === undefined ? '' : ` (${stage.toLowerCase().replaceAll('_', ' ')})`}`,
      to: answer === 'CONTINUE' ? 'the deployment goes on' : 'back to the revision before',
      tags: service.tags,
      notes: notesOf(hook, deps.clock.now()),
    });
  };
}

/** @throws NotFound when the hook waits no more */
async function stageNow(
  { deployments }: HookDeps,
  { account, region, service }: ServiceRef,
  hook: WaitingHook,
): Promise<string | undefined> {
  const [found] = await deployments(account, region).describe([hook.deploymentArn]);
  const waits = found?.hooks.some(({ id, status }) => id === hook.id && status === 'AWAITING_ACTION');
  if (!waits)
    throw new NotFound(`The deployment of ${service} waits for no answer any more. Nothing changed.`);
  return found?.stage ?? hook.stage;
}

function refOf({ account, region, cluster, service }: IncidentTarget): ServiceRef {
  if (cluster === undefined || service === undefined)
    throw new BadRequest('This incident is about no one service. Nothing changed.');
  return { account, region, cluster, service };
}

/** Later than that a time of day alone could be yesterday's. */
const HALF_A_DAY_MS = 12 * 3_600_000;

function notesOf({ expiresAtMs }: WaitingHook, nowMs: number): readonly string[] {
  if (expiresAtMs === undefined) return ['An answer cannot be taken back.'];
  const until = plainTime(expiresAtMs, expiresAtMs - nowMs > HALF_A_DAY_MS ? 'date_time' : 'time');
  return [`If nobody answers by ${until}, ECS decides by itself. An answer cannot be taken back.`];
}
