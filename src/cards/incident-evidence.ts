import type { Findings, Incident, StopEvidence } from '../domain/incident.ts';
import type { Block, ListItem, Span } from './card.ts';
import { hasFailed, imageSpans, imagesChanged, stopWords } from './incident-cause.ts';
import { momentOf } from './incident-words.ts';
import { truncate } from './literal.ts';
import { plural } from './quantity.ts';
import { trendChart } from './trend-chart.ts';

/** What a look at AWS found, the gravest first: health, the deployment, targets, stops, the trend, and its age. */
export function evidenceBlocks({ findings }: Incident, nowMs: number): Block[] {
  if (findings === undefined) return [];
  const items = [
    ...findings.health
      .slice(0, MOST_REASONS)
      .map((text): ListItem => ({ mark: 'warning', text: truncate(text, LONGEST) })),
    ...deploymentItem(findings.deployment, nowMs),
    ...targetItem(findings.targets),
    ...stopItems(findings.stops ?? [], nowMs),
  ];
  const chart = findings.trend === undefined ? undefined : trendChart(findings.trend);
  if (items.length === 0 && chart === undefined) return [];
  return [
    { kind: 'heading', text: 'Evidence' },
    ...(items.length === 0 ? [] : [{ kind: 'list' as const, items }]),
    ...(chart === undefined ? [] : [chart]),
    { kind: 'context', text: ['As of ', momentOf(findings.atMs, nowMs)] },
  ];
}

/** One task that ended, on a line or two: when, which, why. */
export function stopItem(stop: StopEvidence, nowMs: number): ListItem {
  const words = stopWords(stop);
  const detail = [
    ...(stop.stopCode === undefined ? [] : [stop.stopCode]),
    ...(stop.reason?.trim() && !words.includes(stop.reason.trim())
      ? [truncate(stop.reason.trim(), LONGEST)]
      : []),
    ...(stop.revision === undefined ? [] : [`revision ${stop.revision}`]),
  ];
  return {
    mark: hasFailed(stop) ? 'critical' : 'info',
    text: [
      momentOf(stop.atMs, nowMs),
      ' task ',
      { kind: 'code', text: stop.taskId.slice(0, 8) },
      ` ${words}`,
    ],
    ...(detail.length > 0 && { detail: detail.join(' · ') }),
  };
}

function deploymentItem(deployment: Findings['deployment'], nowMs: number): ListItem[] {
  if (deployment === undefined) return [];
  const { from, to, state, atMs } = deployment;
  const changes = imagesChanged(deployment);
  const revisions =
    from === undefined ? `revision ${to.revision}` : `revision ${from.revision} → ${to.revision}`;
  const text: Span[] = [
    `Deployment of ${revisions}, began `,
    momentOf(atMs, nowMs),
    STATE_WORDS[state ?? 'UNKNOWN'],
  ];
  const same =
    from !== undefined && from.revision !== to.revision
      ? 'The images are the same; other settings changed.'
      : undefined;
  const detail = changes.length > 0 ? imageSpans(changes.slice(0, MOST_IMAGES)) : same;
  const more =
    changes.length > MOST_IMAGES ? [`, and ${plural(changes.length - MOST_IMAGES, 'more image')}`] : [];
  return [
    {
      mark: state === 'FAILED' ? 'critical' : 'info',
      text,
      ...(detail !== undefined && { detail: typeof detail === 'string' ? detail : [...detail, ...more] }),
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

function stopItems(stops: readonly StopEvidence[], nowMs: number): ListItem[] {
  const shown = stops.slice(0, MOST_STOPS).map((stop) => stopItem(stop, nowMs));
  const left = stops.length - shown.length;
  return left === 0 ? shown : [...shown, { text: `and ${plural(left, 'more stop')}` }];
}

const MOST_REASONS = 3;
const MOST_IMAGES = 4;
const MOST_STOPS = 3;
const LONGEST = 240;
const STATE_WORDS = {
  IN_PROGRESS: ', in progress',
  COMPLETED: ', completed',
  FAILED: ', failed',
  UNKNOWN: '',
} as const;
