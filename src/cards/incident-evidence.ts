import type { Findings, Incident, StopEvidence } from '../domain/incident.ts';
import type { Block, ListItem } from './card.ts';
import {
  causeLoad,
  causeStop,
  hasFailed,
  isDeploymentCause,
  stopWords,
  whatChanged,
} from './incident-cause.ts';
import { isGroup } from './incident-members.ts';
import { momentOf, subject } from './incident-words.ts';
import { truncate } from './literal.ts';
import { plural } from './quantity.ts';
import { trendChart } from './trend-chart.ts';

/**
 * What a look at AWS found, the gravest first: health, the deployment, targets, stops, the trend, and its age. What
 * stands above as the reason or the likely cause is not said again.
 */
export function evidenceBlocks(incident: Incident, nowMs: number): Block[] {
  const { findings } = incident;
  if (findings === undefined) return [];
  const items = [
    ...findings.health
      .filter((text) => text !== causeLoad(incident) && !incident.reason?.includes(text))
      .slice(0, MOST_REASONS)
      .map((text): ListItem => ({ mark: 'warning', text: truncate(text, LONGEST) })),
    ...deploymentItem(incident, nowMs),
    ...targetItem(findings.targets),
    ...stopItems(incident, nowMs),
  ];
  // How one service of many was doing does not explain what they share.
  const chart = findings.trend === undefined || isGroup(incident) ? undefined : trendChart(findings.trend);
  if (items.length === 0 && chart === undefined) return [];
  return [
    { kind: 'heading', text: isGroup(incident) ? `Evidence of ${subject(incident.target)}` : 'Evidence' },
    ...(items.length === 0 ? [] : [{ kind: 'list' as const, items }]),
    ...(chart === undefined ? [] : [chart]),
    { kind: 'context', text: ['As of ', momentOf(findings.atMs, nowMs)] },
  ];
}

/** One task that ended, on a line or two: when, which, why. */
export function stopItem(stop: StopEvidence, nowMs: number): ListItem {
  const detail = stopDetail(stop);
  return {
    mark: hasFailed(stop) ? 'critical' : 'info',
    text: [
      momentOf(stop.atMs, nowMs),
      ' task ',
      { kind: 'code', text: stop.taskId.slice(0, 8) },
      `: ${stopWords(stop)}`,
    ],
    ...(detail !== '' && { detail }),
  };
}

/** `EssentialContainerExited · revision 42`: what the words do not say yet. */
function stopDetail(stop: StopEvidence): string {
  const { stopCode, revision } = stop;
  const reason = stop.reason?.trim() ?? '';
  const isNews =
    reason !== '' && stopCode !== 'EssentialContainerExited' && !stopWords(stop).includes(reason);
  return [
    ...(stopCode === undefined ? [] : [stopCode]),
    ...(isNews ? [truncate(reason, LONGEST)] : []),
    ...(revision === undefined ? [] : [`revision ${revision}`]),
  ].join(' · ');
}

function deploymentItem(incident: Incident, nowMs: number): ListItem[] {
  const deployment = incident.findings?.deployment;
  if (deployment === undefined || isDeploymentCause(incident)) return [];
  const { from, to, state, atMs } = deployment;
  const revisions =
    from === undefined || from.revision === to.revision
      ? `revision ${to.revision}${from === undefined ? '' : ', the same as before'}`
      : `revision ${from.revision} → ${to.revision}`;
  const detail = whatChanged(deployment);
  return [
    {
      mark: state === 'FAILED' ? 'critical' : 'info',
      text: [`Deployment of ${revisions}, began `, momentOf(atMs, nowMs), STATE_WORDS[state ?? 'UNKNOWN']],
      ...(detail !== undefined && { detail }),
    },
  ];
}

function targetItem(targets: Findings['targets']): ListItem[] {
  if (targets === undefined) return [];
  const { healthy, unhealthy, why } = targets;
  return [
    {
      mark: healthy === 0 ? 'critical' : unhealthy > 0 ? 'warning' : 'good',
      text:
        unhealthy === 0
          ? `Targets: all ${healthy} healthy`
          : `Targets: ${healthy} healthy, ${unhealthy} unhealthy`,
      ...(why?.trim() && { detail: truncate(why.trim(), LONGEST) }),
    },
  ];
}

/** Tasks that died of the same are one line. */
function stopItems(incident: Incident, nowMs: number): ListItem[] {
  const told = causeStop(incident);
  const stops = incident.findings?.stops ?? [];
  const kinds = new Map<string, [StopEvidence, ...StopEvidence[]]>();
  for (const stop of stops) {
    const key = `${stopWords(stop)}\n${stopDetail(stop)}`;
    const alike = kinds.get(key);
    if (alike === undefined) kinds.set(key, [stop]);
    else alike.push(stop);
  }
  const items = [...kinds.values()].flatMap((alike): ListItem[] => {
    const [newest] = alike;
    const isTold = told !== undefined && alike.includes(told);
    if (alike.length === 1) return isTold ? [] : [stopItem(newest, nowMs)];
    const detail = stopDetail(newest);
    // Only the newest stops are at hand: how many there were in all is not known here.
    const which =
      alike.length === stops.length
        ? `The newest ${alike.length} tasks`
        : `${alike.length} of the newest ${stops.length} tasks`;
    const how = isTold ? `${which} ended like this, last ` : `${which}: ${stopWords(newest)}, last `;
    return [
      {
        mark: hasFailed(newest) ? 'critical' : 'info',
        text: [how, momentOf(newest.atMs, nowMs)],
        ...(detail !== '' && { detail }),
      },
    ];
  });
  const left = items.length - MOST_STOPS;
  return left <= 0
    ? items
    : [...items.slice(0, MOST_STOPS), { text: `and ${plural(left, 'other way')} to stop` }];
}

const MOST_REASONS = 3;
const MOST_STOPS = 3;
const LONGEST = 240;
const STATE_WORDS = {
  IN_PROGRESS: ', in progress',
  COMPLETED: ', completed',
  FAILED: ', failed',
  UNKNOWN: '',
} as const;
