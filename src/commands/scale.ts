import { recentAverage } from '../assess/metric-window.ts';
import { monthlyTaskCost } from '../assess/price.ts';
import {
  type CountBounds,
  clampCount,
  countBounds,
  DEFAULT_CPU_TARGET,
  DEFAULT_MAXIMUM,
  DEFAULT_MEMORY_TARGET,
  type DefaultMaximum,
  type Load,
  suggestCount,
} from '../assess/scaling.ts';
import type { Collector } from '../collector/collector.ts';
import { BadRequest, isUnreadable, NotFound } from '../domain/errors.ts';
import type { ScalingBounds, ServiceSnapshot } from '../domain/fleet.ts';
import type { Handler } from './command.ts';
import { mayPropose, type ProposeDeps, propose, type Wanted } from './propose.ts';
import { isServiceDeploying, readService, stateOf } from './service-to-change.ts';

export interface ScaleDeps extends ProposeDeps {
  readonly collector: Collector;
}

/** `scale NAME COUNT|suggested|±N`: proposes; the click does it. */
export function makeScaleCommand(deps: ScaleDeps): Handler {
  return async (intent, asking) => {
    const service = await readService(deps.collector, intent, asking, 'scale');
    const { ref } = service;
    const isOff = intent.count === 0;
    await mayPropose(
      deps,
      asking,
      isOff
        ? { action: 'admin', target: ref, doing: `switch ${ref.service} off` }
        : { action: 'scale', target: ref },
    );
    refuseKind(service);
    const bounds = await deps.collector.scaling(ref);
    const wanted = isOff
      ? offOrder(service, bounds)
      : scaleOrder(service, bounds, askedCount(intent, service), deps.defaultMaximum);
    const { missing, ...cost } = await costOf(deps.collector, service, wanted.delta);
    return propose(deps, asking, { ...wanted, ...cost, notes: [...(wanted.notes ?? []), ...missing] });
  };
}

type AskedCount = { readonly kind: 'count'; readonly count: number } | { readonly kind: 'suggested' };

function askedCount(
  intent: { readonly count?: number | 'suggested'; readonly delta?: number },
  { desired, ref }: ServiceSnapshot,
): AskedCount {
  if (intent.count === 'suggested') return { kind: 'suggested' };
  const count = intent.count ?? (intent.delta === undefined ? undefined : desired + intent.delta);
  if (count === undefined) {
    throw new BadRequest(
      `To how many tasks? \`scale ${ref.service} 4\`, \`scale ${ref.service} +1\` or \`scale ${ref.service} suggested\`. It is set to ${desired} now.`,
    );
  }
  if (count <= 0) {
    throw new BadRequest(
      `${ref.service} would have no task left. Nothing changed. To switch it off, an administrator writes \`scale ${ref.service} 0\` and types its name.`,
    );
  }
  return { kind: 'count', count };
}

function refuseKind({ strategy, ref }: ServiceSnapshot): void {
  if (strategy === 'DAEMON') {
    throw new BadRequest(
      `${ref.service} is a daemon service: it runs one task on each instance. To have more or fewer, change the number of instances (its Auto Scaling group or capacity provider).`,
    );
  }
}

function scaleOrder(
  service: ServiceSnapshot,
  scaling: ScalingBounds | undefined,
  asked: AskedCount,
  defaultMaximum: DefaultMaximum = DEFAULT_MAXIMUM,
): Wanted & { readonly delta: number } {
  const { ref, arn, desired, tags } = service;
  const bounds = countBounds(scaling, tags, desired, defaultMaximum);
  const deploying = isServiceDeploying(service);
  const suggestion = asked.kind === 'suggested' ? suggestCount(loadOf(service, scaling), bounds) : undefined;
  if (suggestion?.action === 'no_change') {
    throw new BadRequest(
      `${ref.service} should stay at ${desired}: ${suggestion.why}. To set another count all the same, write it: \`scale ${ref.service} N\`.`,
    );
  }
  const wanted = suggestion?.count ?? (asked.kind === 'count' ? asked.count : desired);
  const clamped = clampCount(wanted, { desired, deploying }, bounds);
  if (clamped.kind === 'none') throw new BadRequest(whyNot(clamped.why, wanted, service, bounds));
  return {
    order: { kind: 'scale', ref, arn, count: clamped.count, seen: stateOf(service) },
    from: String(desired),
    to: String(clamped.count),
    delta: clamped.count - desired,
    evidence: suggestion === undefined ? [] : [suggestion.why],
    notes: notesOf(wanted, clamped, bounds, deploying),
    tags,
  };
}

/** To no task at all: an administrator confirms it by typing the service's name. */
function offOrder(
  service: ServiceSnapshot,
  scaling: ScalingBounds | undefined,
): Wanted & { readonly delta: number } {
  const { ref, arn, desired, tags } = service;
  if (desired === 0) throw new BadRequest(`${ref.service} is set to 0 already. Nothing to change.`);
  if (isServiceDeploying(service)) throw new BadRequest(deployingSentence(service));
  return {
    order: { kind: 'scale', ref, arn, count: 0, seen: stateOf(service) },
    from: String(desired),
    to: '0',
    delta: -desired,
    notes: [
      'This switches the service off: every task stops, and nobody answers until it is scaled up again.',
      ...(scaling === undefined ? [] : [mayRaise(scaling.min)]),
    ],
    tags,
  };
}

function mayRaise(min: number): string {
  return min > 0
    ? `Application Auto Scaling keeps at least ${min} and may raise the count again. To keep it off, set its minimum to 0 or suspend the policy.`
    : 'Application Auto Scaling may raise the count again when its policy asks for it.';
}

/** CPU and memory of the last 15 minutes against the service's own targets. */
export function loadOf(service: ServiceSnapshot, scaling: ScalingBounds | undefined): Load {
  const atMs = service.metricsAtMs ?? service.inventoryAtMs;
  const target = (metric: 'cpu' | 'memory') =>
    scaling?.policies.find((each) => each.metric === metric && each.target !== undefined)?.target;
  return {
    running: service.running,
    desired: service.desired,
    cpuPercent: recentAverage(service.metrics.cpuPercent, atMs)?.value,
    memoryPercent: recentAverage(service.metrics.memoryPercent, atMs)?.value,
    cpuTarget: target('cpu') ?? DEFAULT_CPU_TARGET,
    memoryTarget: target('memory') ?? DEFAULT_MEMORY_TARGET,
    deploying: isServiceDeploying(service),
  };
}

function whyNot(
  why: 'same' | 'deploying' | 'no_room' | 'not_a_count',
  wanted: number,
  service: ServiceSnapshot,
  bounds: CountBounds,
): string {
  const { ref, desired } = service;
  switch (why) {
    case 'same':
      return wanted === desired
        ? `${ref.service} is set to ${desired} already. Nothing to change.`
        : `${ref.service} may have ${bounds.min} to ${bounds.max} tasks (${SOURCE_WORDS[bounds.source]}), and it is at ${desired} already.`;
    case 'deploying':
      return deployingSentence(service);
    case 'no_room':
      return `${ref.service} may have at most ${bounds.max} tasks (${SOURCE_WORDS[bounds.source]}): there is nothing I could set it to.`;
    case 'not_a_count':
      return `${wanted} is no number of tasks. Write a whole number, \`suggested\`, or a change such as +2.`;
  }
}

function deployingSentence({ ref }: ServiceSnapshot): string {
  return `${ref.service} has a deployment running, and I take no tasks away during one. Ask again when it is complete.`;
}

function notesOf(
  wanted: number,
  clamped: { readonly count: number; readonly limited?: 'min' | 'max' },
  bounds: CountBounds,
  deploying: boolean,
): readonly string[] {
  return [
    ...(clamped.limited === undefined
      ? []
      : [
          `${wanted} is ${clamped.limited === 'max' ? 'more' : 'fewer'} than allowed: ${bounds.min} to ${bounds.max} (${SOURCE_WORDS[bounds.source]}).`,
        ]),
    ...(bounds.source === 'auto_scaling'
      ? [
          `Application Auto Scaling keeps it between ${bounds.min} and ${bounds.max} and may move the count again.`,
        ]
      : []),
    ...(deploying ? ['A deployment is running; more tasks are started of its revision.'] : []),
  ];
}

const SOURCE_WORDS: Readonly<Record<CountBounds['source'], string>> = {
  auto_scaling: 'Application Auto Scaling',
  tag: 'its tag deckhand:max',
  default: 'a default, from what it has now; the tag deckhand:max sets another limit',
};

/** The cost is told where it can be; a revision that cannot be read costs nothing but the figure, and a note says so. */
async function costOf(
  collector: Collector,
  service: ServiceSnapshot,
  delta: number,
): Promise<{ readonly costDelta?: number; readonly missing: readonly string[] }> {
  try {
    const task = await collector.taskDefinition(service.ref, service.taskDefinition);
    const perTask = monthlyTaskCost(service, task);
    return perTask === undefined ? { missing: [] } : { costDelta: perTask * delta, missing: [] };
  } catch (error) {
    if (!isUnreadable(error) && !(error instanceof NotFound)) throw error;
    return { missing: [`I cannot tell what it costs. ${error.message}`] };
  }
}
