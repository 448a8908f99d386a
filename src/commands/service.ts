import { assessFleet } from '../assess/fleet-health.ts';
import { serviceCard } from '../cards/service-card.ts';
import { typed } from '../cards/typed.ts';
import type { Collector } from '../collector/collector.ts';
import { BadRequest, DeckhandError, type ErrorCode, NotFound } from '../domain/errors.ts';
import type { MissingPart, ScalingBounds, ServiceRef, ServiceSnapshot } from '../domain/fleet.ts';
import type { Thresholds } from '../domain/thresholds.ts';
import type { Clock } from '../domain/time.ts';
import type { Handler } from './command.ts';
import { scopeOf } from './health.ts';

/** `service NAME`: everything about one service that people open the AWS console for. */
export function makeServiceCommand(deps: {
  readonly collector: Collector;
  readonly thresholds: Thresholds;
  readonly clock: Clock;
}): Handler {
  return async (intent, asking) => {
    if (intent.service === undefined) {
      throw new BadRequest(
        `Which service? Write \`${typed(asking.prefix, 'service NAME')}\`; \`${typed(asking.prefix, 'health')}\` lists the names.`,
      );
    }
    const snapshot = await deps.collector.snapshot({
      scope: scopeOf(intent),
      ...(intent.fresh === undefined ? {} : { fresh: intent.fresh }),
    });
    const nowMs = deps.clock.now();
    const assessed = assessFleet(snapshot, { nowMs, thresholds: deps.thresholds }).services[0];
    if (assessed === undefined) throw notRead(intent.service, snapshot.missing);
    const { service, health } = assessed;
    const [taskDefinition, scaling] = await Promise.all([
      orMissing(service.ref, 'ecs:DescribeTaskDefinition', () =>
        deps.collector.taskDefinition(service.ref, service.taskDefinition),
      ),
      orMissing(service.ref, 'application-autoscaling:DescribeScalableTargets', () =>
        deps.collector.scaling(service.ref),
      ),
    ]);
    const missing = [...snapshot.missing, ...taskDefinition.missing, ...scaling.missing];
    const reasons = assessed.reasons.map((reason) => reason.text);
    const card = serviceCard({
      service,
      health,
      reasons,
      nowMs,
      missing,
      ...(taskDefinition.value === undefined ? {} : { taskDefinition: taskDefinition.value }),
      ...scalingOf(service, scaling),
    });
    const data = {
      ...service,
      health,
      reasons,
      taskDefinition: taskDefinition.value,
      scaling: scalingOf(service, scaling).scaling ?? null,
      missing,
    };
    const unhealthy = health === 'warning' || health === 'critical';
    return { card, data, verdict: missing.length > 0 ? 'incomplete' : unhealthy ? 'unhealthy' : 'ok' };
  };
}

/** Where the policies may not be read, the bounds of the inventory still hold. */
function scalingOf(
  { scalingBounds }: ServiceSnapshot,
  read: { readonly value?: ScalingBounds | undefined; readonly missing: readonly MissingPart[] },
): { readonly scaling?: ScalingBounds | null } {
  if (read.missing.length === 0) return { scaling: read.value ?? null };
  return scalingBounds === undefined ? {} : { scaling: { ...scalingBounds, policies: [] } };
}

function notRead(service: string, missing: readonly MissingPart[]): DeckhandError {
  const why = missing[0]?.why;
  return new NotFound(
    why === undefined
      ? `I see no service ${service}: it was deleted, or it is in an account, region or cluster that I do not watch.`
      : `I cannot read ${service} at the moment. ${why}`,
  );
}

/** A part that fails leaves the rest of the answer alone. */
async function orMissing<T>(
  ref: ServiceRef,
  action: string,
  read: () => Promise<T>,
): Promise<{ readonly value?: T; readonly missing: readonly MissingPart[] }> {
  try {
    return { value: await read(), missing: [] };
  } catch (error) {
    if (!(error instanceof DeckhandError)) throw error;
    // The sentence names the action that failed; a read may take several calls.
    const named = /\b[a-z-]+:[A-Z]\w+/.exec(error.message)?.[0];
    const part = {
      account: ref.account,
      region: ref.region,
      action: named ?? action,
      why: error.message,
      kind: KINDS[error.code],
    };
    return { missing: [part] };
  }
}

const KINDS: Readonly<Record<ErrorCode, MissingPart['kind']>> = {
  denied: 'denied',
  throttled: 'throttled',
  unreachable: 'unreachable',
  not_found: 'other',
  bad_request: 'other',
  internal: 'other',
};
