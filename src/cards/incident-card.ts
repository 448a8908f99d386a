import type { Findings, Incident, IncidentFact } from '../domain/incident.ts';
import {
  type Block,
  type Card,
  type FactsBlock,
  type ListItem,
  plainText,
  type Span,
  type Tone,
} from './card.ts';
import {
  type IncidentButtonOptions,
  incidentButtons,
  isHookWaiting,
  offersRemedy,
} from './incident-buttons.ts';
import { likelyCause } from './incident-cause.ts';
import { evidenceBlocks } from './incident-evidence.ts';
import { isGroup, memberSummary, membersBlocks, placeOfIncident } from './incident-members.ts';
import {
  beganMs,
  incidentTitle,
  lasted,
  momentOf,
  numberedTitle,
  SEVERITY_TONE,
  SEVERITY_WORD,
  sentence,
  subject,
  timesSeen,
  timeToAcknowledge,
} from './incident-words.ts';
import { truncate } from './literal.ts';
import { placeOf } from './place.ts';

export { incidentTitle } from './incident-words.ts';

export interface IncidentRootOptions extends IncidentButtonOptions {
  /** What the cause means, for somebody who was just woken up. Without it the card names the cause as ECS does. */
  readonly meaning?: string;
  /** What usually helps, in sentences; shown where no button does it. */
  readonly remedy?: readonly string[];
  /** It had been resolved and failed again then. */
  readonly reopenedAtMs?: number;
}

/**
 * The root message of an incident, edited in place through its life. It is complete from the event alone; what a look
 * at AWS finds is filled in: the likely cause above the buttons, everything else below them. Times are absolute, so
 * that a message which nobody edits does not grow wrong.
 */
export function incidentRootCard(incident: Incident, options: IncidentRootOptions): Card {
  const { nowMs } = options;
  if (incident.merged !== undefined) return mergedCard(incident, incident.merged.number);
  const isOver = incident.state === 'resolved';
  return {
    title: isOver ? `Resolved: ${numberedTitle(incident)}` : numberedTitle(incident),
    tone: isOver ? 'good' : SEVERITY_TONE[incident.severity],
    summary: summary(incident, nowMs),
    blocks: [
      ...testNote(incident),
      { kind: 'context', text: standing(incident, options) },
      ...(isOver ? ending(incident) : trouble(incident, options)),
      { kind: 'facts', facts: isOver ? closingFacts(incident, nowMs) : facts(incident, nowMs) },
      ...incidentButtons(incident, options),
      ...membersBlocks(incident, nowMs),
      ...(isOver ? [] : evidenceBlocks(incident, nowMs)),
    ],
  };
}

/** One thing that was learnt, as a line in the incident's thread. */
export function incidentFactCard(fact: IncidentFact, incident: Incident): Card {
  const detail: Span[] = fact.detail === undefined ? [] : [` · ${truncate(fact.detail, LONGEST_REASON)}`];
  return {
    title: fact.text,
    tone: FACT_TONE[fact.kind],
    summary: `${incident.isTest ? 'TEST ' : ''}#${incident.number} ${subject(incident.target)}: ${fact.text}`,
    blocks: [{ kind: 'context', text: [momentOf(fact.atMs, incident.openedAtMs), ...detail] }],
    compact: true,
  };
}

/** The whole story in one message that grows, for platforms where it is one reply that is edited in place. */
export function incidentStoryCard(incident: Incident, { nowMs }: { readonly nowMs: number }): Card {
  const told = incident.facts.toSorted((a, b) => a.atMs - b.atMs);
  const earlier = told.length - STORY_LENGTH;
  const newest = told.at(-1);
  return {
    title: 'What happened so far',
    tone: 'info',
    summary: `#${incident.number} ${subject(incident.target)}: ${newest?.text ?? 'nothing yet'}`,
    blocks: [
      ...(earlier > 0 ? [{ kind: 'context' as const, text: `${earlier} earlier not shown` }] : []),
      { kind: 'list', items: told.slice(-STORY_LENGTH).map((fact) => storyItem(fact, nowMs)) },
    ],
    compact: true,
  };
}

export const FACT_TONE: Readonly<Record<IncidentFact['kind'], Tone>> = {
  worse: 'warning',
  better: 'good',
  neutral: 'info',
};

/** What AWS gives as a reason may be pages long; its beginning tells. */
const LONGEST_REASON = 600;
const STORY_LENGTH = 30;

function storyItem({ kind, text, detail, atMs }: IncidentFact, nowMs: number): ListItem {
  return {
    mark: FACT_TONE[kind],
    text: [momentOf(atMs, nowMs), ` ${text}`],
    ...(detail !== undefined && { detail: truncate(detail, LONGEST_REASON) }),
  };
}

/** It ended because another incident tells its story: nothing is to be done here. */
function mergedCard(incident: Incident, into: number): Card {
  const title = `Part of #${into}: ${numberedTitle(incident)}`;
  return {
    title,
    tone: 'info',
    summary: `${title} (${placeOf(incident.target)})`,
    blocks: [
      { kind: 'context', text: placeOf(incident.target) },
      {
        kind: 'text',
        text: [
          'Several services fail for the same reason. ',
          { kind: 'bold', text: `#${into}` },
          ' lists them all and goes on from here.',
        ],
      },
      ...incidentButtons({ ...incident, state: 'resolved' }, { nowMs: incident.lastSeenAtMs }),
    ],
  };
}

function testNote({ isTest }: Incident): Block[] {
  if (!isTest) return [];
  return [
    {
      kind: 'text',
      text: [{ kind: 'bold', text: 'This is a test.' }, ' It is no real alert, and nothing is wrong.'],
    },
  ];
}

/** `Critical, open · prod-core · production · us-east-1`, and until when it is muted. */
function standing(
  incident: Incident,
  { nowMs, mutedUntilMs = 0, reopenedAtMs }: IncidentRootOptions,
): Span[] {
  const { severity, state } = incident;
  const reopened: Span[] =
    reopenedAtMs === undefined || state === 'resolved' ? [] : [', reopened ', momentOf(reopenedAtMs, nowMs)];
  const muted: Span[] = mutedUntilMs > nowMs ? [' · muted until ', momentOf(mutedUntilMs, nowMs)] : [];
  return [
    { kind: 'bold', text: SEVERITY_WORD[severity] },
    reopened.length > 0 && state === 'open' ? '' : `, ${state}`,
    ...reopened,
    ` · ${placeOfIncident(incident)}`,
    ...muted,
  ];
}

function trouble(incident: Incident, options: IncidentRootOptions): Block[] {
  const { nowMs, meaning } = options;
  const { cause } = incident;
  const likely = likelyCause(incident, nowMs);
  const asked = hookBlock(incident, nowMs);
  const means: Block = {
    kind: 'text',
    text: meaning ?? ['ECS reports ', { kind: 'code', text: cause }, '.'],
  };
  return [
    // What is asked says as well what is meant.
    ...(asked.length > 0 && cause.startsWith('HOOK_') ? [] : [means]),
    ...asked,
    ...(says(likely, incident.reason) ? [] : reason(incident)),
    ...likely,
    ...(asked.length > 0 ? [] : whatHelps(incident, options)),
  ];
}

/** Only where neither a rollback nor another count is on offer: then the button is what helps. */
function whatHelps(incident: Incident, { remedy = [] }: IncidentRootOptions): Block[] {
  if (remedy.length === 0 || incident.isTest || offersRemedy(incident)) return [];
  return [{ kind: 'context', text: [{ kind: 'bold', text: 'What helps:' }, ` ${remedy.join(' ')}`] }];
}

/** Whether AWS's reason stands in the likely cause already. */
function says(blocks: readonly Block[], why: string | undefined): boolean {
  const words = why?.trim().replace(/\.$/, '') ?? '';
  return blocks.some((block) => block.kind === 'text' && plainText(block.text).includes(words));
}

/** Shown as AWS gave it, and told apart from our own words. */
function reason({ reason: text }: Incident): Block[] {
  if (!text?.trim()) return [];
  return [
    { kind: 'text', text: [{ kind: 'bold', text: 'Reason:' }, ` ${truncate(text.trim(), LONGEST_REASON)}`] },
  ];
}

function hookBlock(incident: Incident, nowMs: number): Block[] {
  const { hook, state } = incident;
  if (hook === undefined || state === 'resolved') return [];
  const at: Span[] = hook.stage === undefined ? [] : [' at ', { kind: 'code', text: hook.stage }];
  if (!isHookWaiting(incident, nowMs) && hook.expiresAtMs !== undefined)
    return [
      {
        kind: 'text',
        text: [
          'The deployment was paused',
          ...at,
          '. The time to answer was up ',
          momentOf(hook.expiresAtMs, nowMs),
          ': ECS decides by itself.',
        ],
      },
    ];
  const until: Span[] = hook.expiresAtMs === undefined ? [] : [' until ', momentOf(hook.expiresAtMs, nowMs)];
  return [
    {
      kind: 'text',
      text: [
        { kind: 'bold', text: 'Your answer is needed' },
        ': the deployment is paused',
        ...at,
        ' and waits',
        ...until,
        '. Let it go on, or roll it back?',
      ],
    },
  ];
}

function facts(incident: Incident, nowMs: number): FactsBlock['facts'] {
  const { lastSeenAtMs, count, findings } = incident;
  // Of a group they are those of one service.
  const tasks = isGroup(incident) ? undefined : findings?.tasks;
  return [
    { label: 'Since', value: momentOf(beganMs(incident), nowMs) },
    ...(tasks === undefined ? [] : [{ label: 'Tasks', value: tasksInWords(tasks, incident, nowMs) }]),
    { label: 'Who has it', value: holder(incident, nowMs) },
    {
      label: 'Seen',
      value: count > 1 ? [`${timesSeen(count)}, last `, momentOf(lastSeenAtMs, nowMs)] : 'once',
    },
  ];
}

/** Since when nothing has progressed, unless that is when the incident began. */
function tasksInWords(
  { running, desired, stillSinceMs }: NonNullable<Findings['tasks']>,
  incident: Incident,
  nowMs: number,
): readonly Span[] {
  const isNews = stillSinceMs !== undefined && stillSinceMs !== beganMs(incident);
  return [
    `${running} of ${desired} running`,
    ...(isNews ? [', no progress since ', momentOf(stillSinceMs, nowMs)] : []),
  ];
}

function holder(incident: Incident, nowMs: number): readonly Span[] {
  const { acknowledged } = incident;
  if (acknowledged === undefined) return ['nobody yet'];
  const { by, atMs, assignedBy } = acknowledged;
  return [
    { kind: 'person', person: by },
    ' since ',
    momentOf(atMs, nowMs),
    ` (after ${timeToAcknowledge(incident)})`,
    ...(assignedBy === undefined ? [] : [', given by ', { kind: 'person' as const, person: assignedBy }]),
  ];
}

function ending({ resolved }: Incident): Block[] {
  if (resolved?.by !== undefined)
    return [{ kind: 'text', text: ['It is over: closed by ', { kind: 'person', person: resolved.by }, '.'] }];
  const how = resolved?.how.trim() || 'The service is steady again';
  return [{ kind: 'text', text: `It is over: ${sentence(how, LONGEST_REASON)}` }];
}

function closingFacts(incident: Incident, nowMs: number): FactsBlock['facts'] {
  const { count, acknowledged } = incident;
  return [
    { label: 'Lasted', value: [lasted(incident, nowMs), ', from ', momentOf(beganMs(incident), nowMs)] },
    {
      label: 'Who had it',
      value:
        acknowledged === undefined
          ? 'nobody at the end'
          : [{ kind: 'person', person: acknowledged.by }, ` after ${timeToAcknowledge(incident)}`],
    },
    { label: 'Seen', value: timesSeen(count) },
  ];
}

function summary(incident: Incident, nowMs: number): string {
  const { state, acknowledged, reason: why, severity, isTest, findings } = incident;
  const name = `${isTest ? 'TEST, no real alert: ' : ''}${incidentTitle(incident)} (${placeOfIncident(incident)})`;
  if (state === 'resolved') return `Resolved after ${lasted(incident, nowMs)}: ${name}`;
  const parts = [
    ...(acknowledged === undefined ? [] : [`${acknowledged.by.name} has it.`]),
    ...(findings?.tasks === undefined || isGroup(incident)
      ? []
      : [`${findings.tasks.running} of ${findings.tasks.desired} tasks running.`]),
    ...memberSummary(incident),
    ...(why?.trim() ? [truncate(why.trim(), LONGEST_REASON)] : []),
  ];
  return [`${SEVERITY_WORD[severity]}: ${name}.`, ...parts].join(' ');
}
