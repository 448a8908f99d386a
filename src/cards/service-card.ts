import type { Health, MissingPart, ScalingBounds, ServiceSnapshot, TaskDefinition } from '../domain/fleet.ts';
import { formatDuration } from '../domain/time.ts';
import type { Block, Button, Card, ListItem, Span } from './card.ts';
import { missingBlocks } from './missing-parts.ts';
import { consoleUrl, intentAbout, placeOf } from './place.ts';
import { formatCpu, formatMemory } from './quantity.ts';
import { deploymentItems, imageSpans, shortTaskDefinition } from './service-deployments.ts';
import { healthBlocks, scalingText, usageText } from './service-state.ts';

export interface ServiceCardInput {
  readonly service: ServiceSnapshot;
  readonly health: Health;
  readonly reasons: readonly string[];
  readonly nowMs: number;
  /** Of the PRIMARY deployment; undefined when it could not be read (say so in `missing`). */
  readonly taskDefinition?: TaskDefinition;
  /** `null`: asked, and the service does not scale by itself. Undefined: not known. */
  readonly scaling?: ScalingBounds | null;
  readonly missing?: readonly MissingPart[];
}

/** Everything about one service that a developer would open the AWS console for. */
export function serviceCard(input: ServiceCardInput): Card {
  const { service, health } = input;
  const { ref, running, desired } = service;
  return {
    title: `${ref.service}: ${running} of ${desired} tasks running`,
    tone: health,
    summary: `${ref.service} is ${health}${input.reasons[0] ? `: ${input.reasons[0]}` : ''}; ${running} of ${desired} tasks running. ${placeOf(ref)}.`,
    blocks: [
      ...healthBlocks(input),
      { kind: 'facts', facts: facts(input) },
      ...containers(input.taskDefinition),
      { kind: 'heading', text: 'Deployments' },
      { kind: 'list', items: deploymentItems(service, input.nowMs) },
      ...recentEvents(service, input.nowMs),
      ...missingBlocks(input.missing ?? []),
      smallPrint(service, input.nowMs),
      ...buttons(service),
    ],
  };
}

type Fact = { readonly label: string; readonly value: Span | readonly Span[] };

function facts({ service, taskDefinition, scaling }: ServiceCardInput): Fact[] {
  const main = taskDefinition?.containers.find((container) => container.essential);
  return [
    { label: 'Tasks', value: tasksText(service) },
    { label: 'Runs on', value: launchText(service) },
    ...optional('CPU and memory per task', taskSize(taskDefinition)),
    ...optional('Used now', usageText(service.metrics)),
    {
      label: 'Image',
      value: main
        ? imageSpans(main.image)
        : { kind: 'code', text: shortTaskDefinition(service.taskDefinition) },
    },
    ...optional('Targets', targetsText(service)),
    ...optional('Scaling', scalingText(scaling, service)),
    ...logGroups(taskDefinition),
    ...tagFacts(service.tags),
  ];
}

function optional(label: string, value: string | undefined): Fact[] {
  return value === undefined ? [] : [{ label, value }];
}

function tasksText({ running, desired, pending, strategy }: ServiceSnapshot): string {
  const waiting = pending > 0 ? `, ${pending} pending` : '';
  return `${running} of ${desired} running${waiting}${strategy === 'DAEMON' ? ' (one per instance)' : ''}`;
}

function launchText({ launchType, capacityProviders, platformVersion, controller }: ServiceSnapshot): string {
  const providers = capacityProviders.map(
    ({ name, weight, base }) => `${name} ${weight}${base > 0 ? ` (base ${base})` : ''}`,
  );
  const where = providers.length > 0 ? providers.join(', ') : (launchType ?? 'unknown');
  const version = platformVersion && platformVersion !== 'LATEST' ? ` ${platformVersion}` : '';
  return `${where}${version}${controller === 'ECS' ? '' : `, deployed by ${controller}`}`;
}

function taskSize(task: TaskDefinition | undefined): string | undefined {
  if (!task) return undefined;
  const parts = [
    ...(task.cpuUnits === undefined ? [] : [formatCpu(task.cpuUnits)]),
    ...(task.memoryMiB === undefined ? [] : [formatMemory(task.memoryMiB)]),
    ...(task.arch === undefined ? [] : [task.arch]),
  ];
  return parts.length === 0 ? undefined : parts.join(' · ');
}

function targetsText({ targetGroups, metrics }: ServiceSnapshot): string | undefined {
  if (targetGroups.length === 0) return undefined;
  const healthy = metrics.healthyHosts?.points.at(-1)?.value;
  const unhealthy = metrics.unhealthyHosts?.points.at(-1)?.value;
  const counts =
    healthy === undefined ? '' : `${healthy} healthy${unhealthy ? `, ${unhealthy} unhealthy` : ''} in `;
  const names = targetGroups.map(({ name, healthCheckPath }) =>
    healthCheckPath ? `${name} (${healthCheckPath})` : name,
  );
  return counts + names.join(', ');
}

function logGroups(task: TaskDefinition | undefined): Fact[] {
  const groups = [...new Set(task?.containers.flatMap(({ logGroup }) => logGroup ?? []))];
  if (groups.length === 0) return [];
  const value = groups.flatMap((text, index): Span[] => [
    ...(index > 0 ? [' '] : []),
    { kind: 'code', text },
  ]);
  return [{ label: groups.length === 1 ? 'Log group' : 'Log groups', value }];
}

/** The tags that people act on; the rest is noise on a phone. */
function tagFacts(tags: Readonly<Record<string, string>>): Fact[] {
  return Object.entries(tags)
    .filter(([name]) => /^(team|owner|runbook|docs|oncall|on-call)$/i.test(name))
    .map(([name, value]) => ({
      label: name.charAt(0).toUpperCase() + name.slice(1),
      value: /^https?:\/\//.test(value) ? { kind: 'link' as const, text: name, url: value } : value,
    }));
}

/** One container is told by the facts already. */
function containers(task: TaskDefinition | undefined): Block[] {
  if (!task || task.containers.length < 2) return [];
  const items = task.containers.map(({ name, image, essential, cpuUnits, memoryMiB }): ListItem => {
    const size = [
      ...(cpuUnits ? [formatCpu(cpuUnits)] : []),
      ...(memoryMiB === undefined ? [] : [formatMemory(memoryMiB)]),
      ...(essential ? [] : ['not essential']),
    ];
    return {
      text: [{ kind: 'bold', text: name }, ' ', ...imageSpans(image)],
      ...(size.length > 0 && { detail: size.join(' · ') }),
    };
  });
  return [
    { kind: 'heading', text: 'Containers' },
    { kind: 'list', items },
  ];
}

const EVENTS_SHOWN = 4;

function recentEvents({ events }: ServiceSnapshot, nowMs: number): Block[] {
  if (events.length === 0) return [];
  const newest = events.toSorted((a, b) => b.atMs - a.atMs);
  const items = newest.slice(0, EVENTS_SHOWN).map(
    ({ atMs, message }): ListItem => ({
      text: `${formatDuration(nowMs - atMs)} ago: ${message}`,
    }),
  );
  return [
    { kind: 'heading', text: 'Latest service events' },
    { kind: 'list', items },
    ...(newest.length > EVENTS_SHOWN
      ? [{ kind: 'context' as const, text: `and ${newest.length - EVENTS_SHOWN} older` }]
      : []),
  ];
}

function smallPrint(service: ServiceSnapshot, nowMs: number): Block {
  const inventory = formatDuration(nowMs - (service.inventoryTrueAtMs ?? service.inventoryAtMs));
  const metrics =
    service.metricsAtMs === undefined
      ? 'no metrics'
      : `metrics ${formatDuration(nowMs - service.metricsAtMs)} old`;
  return { kind: 'context', text: `${placeOf(service.ref)} · data ${inventory} old, ${metrics}` };
}

function buttons({ ref }: ServiceSnapshot): Block[] {
  const url = consoleUrl(ref);
  const all: Button[] = [
    {
      kind: 'press',
      label: 'Refresh',
      payload: { do: 'run', intent: { ...intentAbout('service', ref), fresh: true } },
    },
    ...(url ? [{ kind: 'link' as const, label: 'AWS console', url }] : []),
  ];
  return [{ kind: 'actions', buttons: all }];
}
