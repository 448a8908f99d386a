import { type Incident, SEVERITIES } from '../domain/incident.ts';
import { formatDuration } from '../domain/time.ts';
import type { Block, Card, ListItem, MentionSpan, Span } from './card.ts';
import { takeButton } from './incident-buttons.ts';
import { placeOfIncident } from './incident-members.ts';
import { lastNote } from './incident-notes.ts';
import {
  beganMs,
  incidentTitle,
  lasted,
  momentOf,
  numberedTitle,
  SEVERITY_TONE,
  SEVERITY_WORD,
  timeToAcknowledge,
} from './incident-words.ts';
import { truncate } from './literal.ts';
import { plural } from './quantity.ts';

export interface ReminderOptions {
  /** How long nobody has had it. */
  readonly afterMs: number;
  /** The first reminder is 1. */
  readonly step: number;
  /** Whom it calls. */
  readonly mentions: readonly MentionSpan[];
}

/** In the thread of an incident: nobody has taken it for a while. */
export function reminderCard(incident: Incident, { afterMs, step, mentions }: ReminderOptions): Card {
  const open = formatDuration(afterMs);
  const title = `${testWord(incident)}#${incident.number} has been open for ${open} and nobody has it`;
  return {
    title,
    tone: SEVERITY_TONE[incident.severity],
    summary: `${title}: ${incidentTitle(incident)} (${placeOfIncident(incident)})`,
    blocks: [
      ...called(mentions, 'please take it'),
      { kind: 'context', text: `${step > 1 ? `Reminder ${step}` : 'Reminder'} · ${incidentTitle(incident)}` },
      ...take(incident),
    ],
    compact: true,
  };
}

export interface EscalationOptions extends ReminderOptions {
  /** How many steps there are. */
  readonly of?: number;
  /** Who else is told, in words: `PagerDuty (PAGERDUTY_KEY)`, `slack:C012AB3CD`. */
  readonly told?: readonly string[];
}

/** One step of calling for help while nobody takes an incident; complete for a channel that never heard of it. */
export function escalationCard(incident: Incident, options: EscalationOptions): Card {
  const { afterMs, step, of, mentions, told = [] } = options;
  const title = `Escalated: ${numberedTitle(incident)}`;
  const open = formatDuration(afterMs);
  return {
    title,
    tone: SEVERITY_TONE[incident.severity],
    summary: `${title} (${placeOfIncident(incident)}). Nobody has had it for ${open}.`,
    blocks: [
      ...called(mentions, 'this needs somebody now'),
      {
        kind: 'text',
        text: [
          { kind: 'bold', text: SEVERITY_WORD[incident.severity] },
          `, open since `,
          momentOf(beganMs(incident), incident.openedAtMs + afterMs),
          `: nobody has taken it for ${open}.`,
        ],
      },
      {
        kind: 'context',
        text: [
          `Step ${step}${of === undefined ? '' : ` of ${of}`} · ${placeOfIncident(incident)}`,
          ...(told.length === 0 ? [] : [` · also told: ${told.join(', ')}`]),
        ],
      },
      ...take(incident),
    ],
  };
}

export interface AwayInput {
  /** Deckhand did nothing from here to there. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Began while it was away and go on. */
  readonly opened: readonly Incident[];
  /** Ended while it was away, whenever they began. */
  readonly resolved: readonly Incident[];
  /** Began before and go on. */
  readonly stillOpen: readonly Incident[];
}

/** One message after downtime instead of all those that were not sent: what changed meanwhile. */
export function awayCard({ fromMs, toMs, opened, resolved, stillOpen }: AwayInput): Card {
  const counts = [
    ...(opened.length > 0 ? [plural(opened.length, 'new incident')] : []),
    ...(resolved.length > 0 ? [`${resolved.length} resolved`] : []),
    ...(stillOpen.length > 0 ? [`${stillOpen.length} still open`] : []),
  ];
  const what = counts.join(', ') || 'nothing changed';
  return {
    title: `I was away for ${formatDuration(toMs - fromMs)}: ${what}`,
    tone: opened.length > 0 ? worstTone(opened) : stillOpen.length > 0 ? 'warning' : 'good',
    summary: `I was away for ${formatDuration(toMs - fromMs)}; this is what changed: ${what}.`,
    blocks: [
      {
        kind: 'text',
        text: [
          'From ',
          momentOf(fromMs, toMs),
          ' to ',
          momentOf(toMs, toMs),
          counts.length === 0
            ? ' I saw nothing. No incident began or ended.'
            : ' I saw nothing. This is what changed:',
        ],
      },
      ...section('New', opened, toMs),
      ...section('Resolved meanwhile', resolved, toMs),
      ...section('Still open', stillOpen, toMs),
    ],
  };
}

/** For the person who takes over: what is open, who has it, and what is known. Unheld first, then the severest. */
export function handoverCard(
  incidents: readonly Incident[],
  { nowMs, by }: { readonly nowMs: number; readonly by?: Span },
): Card {
  const live = incidents.filter(({ state }) => state !== 'resolved');
  const free = live.filter(({ state }) => state === 'open').length;
  const title =
    live.length === 0
      ? 'Handover: nothing is open'
      : `Handover: ${plural(live.length, 'open incident')}${free > 0 ? `, ${free} that nobody has` : ''}`;
  const items = live
    .toSorted((a, b) => Number(a.state !== 'open') - Number(b.state !== 'open') || rank(a) - rank(b))
    .map((incident) => handoverItem(incident, nowMs));
  return {
    title,
    tone: live.length === 0 ? 'good' : worstTone(live),
    summary: `${title}.`,
    blocks: [
      ...(items.length > 0 ? [{ kind: 'list' as const, items }] : []),
      {
        kind: 'context',
        text: ['As of ', momentOf(nowMs, nowMs), ...(by === undefined ? [] : [' · asked by ', by])],
      },
    ],
  };
}

function handoverItem(incident: Incident, nowMs: number): ListItem {
  const [button] = takeButton(incident);
  return {
    ...line(incident),
    detail: [
      `${placeOfIncident(incident)} · for ${lasted(incident, nowMs)} · `,
      ...holder(incident),
      ...lastNews(incident, nowMs),
    ],
    ...(button !== undefined && { button }),
  };
}

/** The newest note, else the newest fact; where the title says that already, AWS's words for it. */
function lastNews(incident: Incident, nowMs: number): Span[] {
  const note = lastNote(incident);
  const newest = note ?? incident.facts.toSorted((a, b) => b.atMs - a.atMs)[0];
  if (newest === undefined) return [];
  const detail = newest.detail === undefined ? '' : truncate(newest.detail, LONGEST_NOTE);
  const said = note !== undefined && detail !== '' ? `${newest.text}: ${detail}` : newest.text;
  const news = note === undefined && newest.text === incident.title ? detail : said;
  return news === '' ? [] : [' · last: ', momentOf(newest.atMs, nowMs), ` ${news}`];
}

function section(title: string, incidents: readonly Incident[], nowMs: number): Block[] {
  if (incidents.length === 0) return [];
  const shown = incidents.toSorted((a, b) => rank(a) - rank(b)).slice(0, SHOWN);
  const more = incidents.length - shown.length;
  return [
    { kind: 'heading', text: title },
    { kind: 'list', items: shown.map((incident) => awayItem(incident, nowMs)) },
    ...(more > 0 ? [{ kind: 'context' as const, text: `and ${more} more` }] : []),
  ];
}

function awayItem(incident: Incident, nowMs: number): ListItem {
  const { state, resolved } = incident;
  const [button] = takeButton(incident);
  const when: Span[] =
    state === 'resolved' && resolved !== undefined
      ? ['over since ', momentOf(resolved.atMs, nowMs), `, lasted ${lasted(incident, nowMs)}`]
      : ['since ', momentOf(beganMs(incident), nowMs), ' · ', ...holder(incident)];
  return {
    ...line(incident),
    detail: [...when, ` · ${placeOfIncident(incident)}`],
    ...(button !== undefined && { button }),
  };
}

function line(incident: Incident): Pick<ListItem, 'mark' | 'text'> {
  return {
    mark: incident.state === 'resolved' ? 'good' : SEVERITY_TONE[incident.severity],
    text: [{ kind: 'bold', text: `${testWord(incident)}#${incident.number}` }, ` ${incidentTitle(incident)}`],
  };
}

function holder(incident: Incident): Span[] {
  const { acknowledged } = incident;
  if (acknowledged === undefined) return ['nobody has it'];
  return [{ kind: 'person', person: acknowledged.by }, ` has it (after ${timeToAcknowledge(incident)})`];
}

function called(mentions: readonly MentionSpan[], ask: string): Block[] {
  if (mentions.length === 0) return [];
  const spans = mentions.flatMap((mention, at): Span[] => (at === 0 ? [mention] : [' ', mention]));
  return [{ kind: 'text', text: [...spans, `: ${ask}.`] }];
}

function take(incident: Incident): Block[] {
  const buttons = takeButton(incident);
  return buttons.length === 0 ? [] : [{ kind: 'actions', buttons }];
}

function testWord({ isTest }: Incident): string {
  return isTest ? 'TEST ' : '';
}

function rank({ severity }: Incident): number {
  return SEVERITIES.indexOf(severity);
}

function worstTone(incidents: readonly Incident[]) {
  const worst = incidents.toSorted((a, b) => rank(a) - rank(b))[0];
  return worst === undefined ? 'info' : SEVERITY_TONE[worst.severity];
}

const SHOWN = 10;
const LONGEST_NOTE = 200;
