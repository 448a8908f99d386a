import { type Incident, SEVERITIES } from '../domain/incident.ts';
import { formatDuration } from '../domain/time.ts';
import type { Block, Card, ListItem, Span } from './card.ts';
import { placeOfIncident } from './incident-members.ts';
import { incidentTitle, lasted, SEVERITY_TONE } from './incident-words.ts';
import { plural } from './quantity.ts';

export interface IncidentsCardInput {
  /** In any order. */
  readonly incidents: readonly Incident[];
  /** Which were asked for: `alerts open`, `mine`, `all`. */
  readonly which: 'open' | 'mine' | 'all';
  readonly nowMs: number;
}

/** The answer to `alerts …`: unresolved before resolved, the severest first, with a button on what nobody has. */
export function incidentsCard({ incidents, which, nowMs }: IncidentsCardInput): Card {
  const live = incidents.filter(({ state }) => state !== 'resolved');
  const free = live.filter(({ state }) => state === 'open');
  if (incidents.length === 0) return nothing(which);
  const sorted = incidents.toSorted(
    (a, b) =>
      STATES.indexOf(a.state) - STATES.indexOf(b.state) ||
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      b.openedAtMs - a.openedAtMs,
  );
  const worst = sorted[0];
  const title =
    live.length === 0
      ? `${plural(incidents.length, 'incident')}, all resolved`
      : heading(which, live.length, free.length);
  return {
    title,
    tone: live.length > 0 && worst ? SEVERITY_TONE[worst.severity] : 'good',
    summary: worst ? `${title}. First: #${worst.number} ${incidentTitle(worst)}.` : title,
    blocks: [
      { kind: 'list', items: sorted.slice(0, SHOWN).map((incident) => item(incident, nowMs)) },
      ...more(sorted.length),
    ],
  };
}

const STATES: readonly Incident['state'][] = ['open', 'acknowledged', 'resolved'];
const SHOWN = 15;
const NONE = {
  open: 'No open incidents',
  mine: 'You have no incidents',
  all: 'No incidents so far',
} as const;

/** Quiet may also mean that nothing arrives: it says where to look, and how to be sure. */
function nothing(which: IncidentsCardInput['which']): Card {
  const code = (text: string): Span => ({ kind: 'code', text });
  const text: Record<typeof which, readonly Span[]> = {
    open: [
      code('alerts all'),
      ' also lists what is over, ',
      code('alerts test'),
      ' shows that alerts arrive.',
    ],
    mine: [code('alerts open'), ' lists what others have and what nobody has.'],
    all: ['I tell of them when ECS or CloudWatch does. ', code('alerts test'), ' shows that alerts arrive.'],
  };
  return {
    title: NONE[which],
    tone: 'good',
    summary: NONE[which],
    blocks: [{ kind: 'context', text: text[which] }],
  };
}

function heading(which: IncidentsCardInput['which'], live: number, free: number): string {
  const count = which === 'mine' ? `You have ${plural(live, 'incident')}` : plural(live, 'open incident');
  return free === 0 || which === 'mine' ? count : `${count}, ${free} that nobody has`;
}

function item(incident: Incident, nowMs: number): ListItem {
  const { number, state, resolved, acknowledged, severity, merged, isTest } = incident;
  const text: Span[] = [
    { kind: 'bold', text: `${isTest ? 'TEST ' : ''}#${number}` },
    ` ${incidentTitle(incident)}`,
  ];
  const part = merged === undefined ? '' : `part of #${merged.number}, `;
  const age = resolved
    ? `${part}resolved ${formatDuration(nowMs - resolved.atMs)} ago, lasted ${lasted(incident, nowMs)}`
    : `${severity}, for ${lasted(incident, nowMs)}`;
  const who: Span[] = acknowledged ? [' · ', { kind: 'person', person: acknowledged.by }] : [];
  const free = state === 'open';
  return {
    mark: state === 'resolved' ? 'good' : SEVERITY_TONE[severity],
    text,
    detail: [`${age} · ${placeOfIncident(incident)}`, ...(state === 'open' ? [' · nobody has it'] : who)],
    ...(free && {
      button: {
        kind: 'press' as const,
        label: 'Acknowledge',
        payload: { do: 'ack' as const, incident: incident.id },
      },
    }),
  };
}

function more(count: number): Block[] {
  return count <= SHOWN ? [] : [{ kind: 'context', text: `and ${count - SHOWN} more, less severe or older` }];
}
