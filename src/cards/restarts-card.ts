import type { MissingPart, ServiceRef } from '../domain/fleet.ts';
import type { StopEvidence } from '../domain/incident.ts';
import type { Intent } from '../domain/intent.ts';
import { formatDuration } from '../domain/time.ts';
import type { Block, Card, ListItem, Span } from './card.ts';
import { momentOf } from './incident-words.ts';
import { missingBlocks } from './missing-parts.ts';
import { intentAbout, placeOf } from './place.ts';
import { plural } from './quantity.ts';

/** How many tasks ended alike. Words of AWS may be in `reason`: untrusted. */
export interface ReasonCount {
  readonly reason: string;
  readonly count: number;
  readonly newestAtMs: number;
}

/** The stops of one service. */
export interface StopsLine {
  readonly ref: ServiceRef;
  readonly count: number;
  /** There are more than were counted. */
  readonly isCut: boolean;
  /** Most frequent first. */
  readonly reasons: readonly ReasonCount[];
}

/** What every answer about stops says about itself. */
export interface StopsFrame {
  readonly sinceMs: number;
  readonly nowMs: number;
  readonly missing: readonly MissingPart[];
  /** What else the reader must know to trust it: nothing is kept here, a limit was reached. */
  readonly notes: readonly string[];
  /** Nothing keeps stops here: ECS alone was asked. */
  readonly isUnrecorded?: boolean;
  /** How many stops were ECS's own doing: deployments, scaling in. They are left out. */
  readonly planned: number;
  /** Looks further back; undefined where there is no further. */
  readonly further?: Intent;
}

export interface ServiceStopsInput extends StopsFrame {
  readonly line: StopsLine;
  /** Newest first, with the words for why each ended. */
  readonly stops: readonly { readonly stop: StopEvidence; readonly reason: string }[];
  /** The last lines of the newest stop that has some, and whose they are. */
  readonly lastLines?: {
    readonly taskId: string;
    readonly container: string;
    readonly lines: readonly string[];
  };
}

/** Why the tasks of one service ended: counts by reason, the newest one by one, and what the last of them said. */
export function serviceStopsCard(input: ServiceStopsInput): Card {
  const { line, stops, sinceMs, nowMs, missing } = input;
  const over = formatDuration(nowMs - sinceMs);
  const title =
    line.count === 0
      ? `${line.ref.service}: no task stopped unexpectedly in ${over}`
      : `${line.ref.service}: ${counted(line)} stopped in ${over}`;
  const first = line.reasons[0];
  return {
    title,
    tone: line.count > 0 ? 'warning' : missing.length > 0 ? 'unknown' : 'good',
    summary: first === undefined ? `${title}.` : `${title}; ${first.count} × ${first.reason}.`,
    blocks: [
      ...(line.reasons.length === 0
        ? []
        : [list(line.reasons.slice(0, SHOWN_REASONS).map((one) => reasonItem(one, nowMs)))]),
      ...(stops.length === 0
        ? []
        : [heading('Newest first'), list(stops.slice(0, SHOWN_STOPS).map((one) => stopItem(one, nowMs)))]),
      ...(stops.length > SHOWN_STOPS ? [more(stops.length - SHOWN_STOPS, 'stop')] : []),
      ...lastLinesOf(input),
      ...missingBlocks(missing),
      ...smallPrint(input, placeOf(line.ref)),
      ...buttons(input, line.count === 0 ? [] : [press('Details', intentAbout('service', line.ref))]),
    ],
  };
}

export interface ScopeStopsInput extends StopsFrame {
  /** `all accounts`, `prod-core · production`. */
  readonly scopeLabel: string;
  /** Most stops first. */
  readonly lines: readonly StopsLine[];
  /** The same question about one service. */
  readonly ask: (ref: ServiceRef) => Intent;
}

/** The services of a scope with the most stops, each with its reasons. */
export function scopeStopsCard(input: ScopeStopsInput): Card {
  const { lines, scopeLabel, sinceMs, nowMs, missing } = input;
  const over = formatDuration(nowMs - sinceMs);
  const total = lines.reduce((sum, { count }) => sum + count, 0);
  const all = { count: total, isCut: lines.some(({ isCut }) => isCut) };
  const title =
    total === 0
      ? `No task stopped unexpectedly in ${over}: ${scopeLabel}`
      : `${counted(all)} stopped in ${over}, of ${plural(lines.length, 'service')}: ${scopeLabel}`;
  const worst = lines[0];
  const places = [...new Set(lines.map(({ ref }) => `${ref.account} ${ref.region}`))].toSorted();
  return {
    title,
    tone: total > 0 ? 'warning' : missing.length > 0 ? 'unknown' : 'good',
    summary: worst === undefined ? `${title}.` : `${title}. Most: ${worst.ref.service}, ${counted(worst)}.`,
    blocks: [
      ...(lines.length === 0
        ? []
        : [list(lines.slice(0, SHOWN_SERVICES).map((line) => serviceItem(line, input)))]),
      ...(lines.length > SHOWN_SERVICES ? [more(lines.length - SHOWN_SERVICES, 'service')] : []),
      ...missingBlocks(missing),
      ...smallPrint(
        input,
        places.length > MANY_PLACES ? `${places.length} account regions` : places.join(', '),
      ),
      ...buttons(input, []),
    ],
  };
}

const SHOWN_REASONS = 8;
const SHOWN_STOPS = 10;
const SHOWN_SERVICES = 12;
const SHOWN_LINES = 20;
const SHOWN_LINE_CHARS = 200;
const SHOWN_CODE_CHARS = 2400;
const SHOWN_REASON_CHARS = 200;
const MANY_PLACES = 6;

function counted({ count, isCut }: Pick<StopsLine, 'count' | 'isCut'>): string {
  return isCut ? `more than ${count} tasks` : plural(count, 'task');
}

function reasonItem({ reason, count, newestAtMs }: ReasonCount, nowMs: number): ListItem {
  return {
    text: [bold(`${count} ×`), ` ${reason} · ${count === 1 ? '' : 'last '}`, momentOf(newestAtMs, nowMs)],
  };
}

function stopItem({ stop, reason }: ServiceStopsInput['stops'][number], nowMs: number): ListItem {
  const { taskId, revision, containers } = stop;
  const ends = containers.flatMap(({ name, exitCode, reason: why }) => {
    const parts = [exitCode === undefined ? undefined : `exit code ${exitCode}`, why && short(why)];
    const said = parts.filter((part) => part !== undefined && part !== '');
    return said.length === 0 ? [] : [`${name}: ${said.join(', ')}`];
  });
  const about = [
    ...(stop.reason === undefined ? [] : [short(stop.reason)]),
    ...ends,
    ...(revision === undefined ? [] : [`revision ${revision}`]),
  ];
  return {
    text: [
      momentOf(stop.atMs, nowMs),
      ' ',
      bold(reason),
      ' · task ',
      { kind: 'code', text: taskId.slice(0, 8) },
    ],
    ...(about.length === 0 ? {} : { detail: about.join(' · ') }),
  };
}

function serviceItem(line: StopsLine, { ask, nowMs }: ScopeStopsInput): ListItem {
  const reasons = line.reasons.slice(0, 3).map(({ reason, count }) => `${count} × ${reason}`);
  const rest = line.reasons.length - reasons.length;
  const newest = Math.max(...line.reasons.map(({ newestAtMs }) => newestAtMs));
  return {
    text: [
      bold(line.ref.service),
      ` ${counted(line)}: ${reasons.join('; ')}${rest > 0 ? `; ${rest} more` : ''}`,
    ],
    detail: ['last ', momentOf(newest, nowMs), ` · ${placeOf(line.ref)}`],
    button: press('Why', ask(line.ref)),
  };
}

function lastLinesOf({ lastLines, stops, line }: ServiceStopsInput): Block[] {
  if (lastLines === undefined) {
    if (stops.length === 0) return [];
    return [
      {
        kind: 'context',
        text: `No log lines are kept of ${line.count === 1 ? 'it' : 'these'}: the container logs elsewhere or wrote nothing, or I may not read them.`,
      },
    ];
  }
  const { container, taskId, lines } = lastLines;
  return [
    heading(`Last lines of ${container}, task ${taskId.slice(0, 8)}`),
    { kind: 'code', text: newestOf(lines).join('\n') },
  ];
}

/** As many of the last lines as fit into one block: a renderer would cut them at the end, where the point is. */
function newestOf(lines: readonly string[]): readonly string[] {
  const shown: string[] = [];
  let chars = 0;
  for (const line of lines.slice(-SHOWN_LINES).reverse()) {
    const one = cut(line, SHOWN_LINE_CHARS);
    chars += one.length + 1;
    if (chars > SHOWN_CODE_CHARS) break;
    shown.unshift(one);
  }
  return shown;
}

function smallPrint({ sinceMs, nowMs, planned, notes, isUnrecorded }: StopsFrame, places: string): Block[] {
  const left = planned === 0 ? '' : ` · ${plural(planned, 'stop')} by deployments and scaling in left out`;
  return [
    ...notes.map((text): Block => ({ kind: 'context', text })),
    {
      kind: 'context',
      text: [
        'Since ',
        momentOf(sinceMs, nowMs),
        ` · ECS read now${isUnrecorded ? '' : ', before that from my record'}${left}${places === '' ? '' : ` · ${places}`}`,
      ],
    },
  ];
}

function buttons({ further }: StopsFrame, own: readonly ReturnType<typeof press>[]): Block[] {
  const all = [...own, ...(further === undefined ? [] : [press('Last 7 days', further)])];
  return all.length === 0 ? [] : [{ kind: 'actions', buttons: all }];
}

function press(label: string, intent: Intent) {
  return { kind: 'press' as const, label, payload: { do: 'run' as const, intent } };
}

function more(count: number, noun: string): Block {
  return {
    kind: 'context',
    text: `and ${plural(count, noun)} more; --limit and a narrower scope show others`,
  };
}

function list(items: readonly ListItem[]): Block {
  return { kind: 'list', items };
}

function heading(text: string): Block {
  return { kind: 'heading', text };
}

function bold(text: string): Span {
  return { kind: 'bold', text };
}

function short(text: string): string {
  return cut(text, SHOWN_REASON_CHARS);
}

function cut(text: string, chars: number): string {
  return text.length <= chars ? text : `${text.slice(0, chars - 1)}…`;
}
