import type { Block, Card, MentionSpan, Span } from '../cards/card.ts';
import { incidentTitle, SEVERITY_TONE } from '../cards/incident-words.ts';
import { placeOf } from '../cards/place.ts';
import type { Incident } from '../domain/incident.ts';
import type { EscalationStep } from '../domain/route.ts';
import { formatDuration } from '../domain/time.ts';
import { type Destination, destinationKey, type WantedMessage } from '../messaging/messenger.ts';
import { parseChannel } from '../messaging/routes.ts';
import type { PageTarget } from '../store/page-store.ts';
import type { DueStep } from './escalation.ts';
import { rootKey } from './messages.ts';

/** A message of a step in a channel where the incident itself does not stand. */
export interface FollowingPost {
  readonly key: string;
  readonly dest: Destination;
  readonly step: number;
}

/** The key of a step's message. A step that comes again because the incident was given back is another message. */
export function stepKey(incident: string, { key }: Pick<DueStep, 'key'>, round: number): string {
  return `inc/${incident}/${key}${round === 0 ? '' : `-${round + 1}`}`;
}

/** What a step tells: a reply in the incident's thread, and for a step with a channel of its own a message there. */
export function stepMessages(
  incident: Incident,
  due: DueStep,
  round: number,
): { readonly messages: readonly WantedMessage[]; readonly posts: readonly FollowingPost[] } {
  const key = stepKey(incident.id, due, round);
  const other = otherChannel(due);
  const card = due.step === undefined ? reminderCard(incident, due) : escalationCard(incident, due, due.step);
  const reply: WantedMessage = {
    dest: due.dest,
    key,
    rev: 1,
    card,
    parent: rootKey(incident.id),
    urgency: 'critical',
  };
  if (other === undefined) return { messages: [reply], posts: [] };
  const post = { key, dest: other, step: due.number };
  return { messages: [reply, followingMessage(incident, post, due.step?.mention ?? [])], posts: [post] };
}

/** The message of a step in another channel as it should stand now. It calls people once, while nobody has it. */
export function followingMessage(
  incident: Incident,
  { key, dest, step }: FollowingPost,
  mention: readonly string[],
): WantedMessage {
  const { state, version, number, target } = incident;
  const title = `#${number} ${incidentTitle(incident)}`;
  const calls = state === 'open' ? mentionsFor(mention, dest) : [];
  const card: Card = {
    title: state === 'resolved' ? `Resolved: ${title}` : title,
    tone: state === 'resolved' ? 'good' : SEVERITY_TONE[incident.severity],
    summary: `${standing(incident)} ${title} (${placeOf(target)})`,
    blocks: [
      ...(calls.length === 0 ? [] : [{ kind: 'text' as const, text: withSpaces(calls) }]),
      { kind: 'text', text: standing(incident) },
      { kind: 'context', text: [`${placeOf(target)} · escalation ${step} · since `, since(incident)] },
      ...acknowledge(incident),
    ],
  };
  return {
    dest,
    key,
    rev: version,
    card,
    ...(state === 'open' ? { urgency: 'critical' as const } : { urgency: 'ack' as const }),
  };
}

/** Tells in the thread that another program could not be reached. */
export function gaveUpMessage(
  incident: Incident,
  dest: Destination,
  { key, text }: { readonly key: string; readonly text: string },
): WantedMessage {
  return {
    dest,
    key: `inc/${incident.id}/escalate/${key}`,
    rev: 1,
    parent: rootKey(incident.id),
    card: { title: text, tone: 'critical', summary: text, blocks: [], compact: true },
  };
}

/** `PagerDuty (PAGERDUTY_KEY)`, `the webhook at hooks.example.com`: never a secret, never a whole address. */
export function targetName(target: PageTarget): string {
  if (target.kind === 'pagerDuty') return `PagerDuty (${target.keyEnv})`;
  return `the webhook at ${URL.canParse(target.url) ? new URL(target.url).host : 'an address that is none'}`;
}

function reminderCard(incident: Incident, { afterMinutes }: DueStep): Card {
  const lasted = formatDuration(afterMinutes * 60_000);
  return {
    title: `Nobody has had #${incident.number} for ${lasted}`,
    tone: SEVERITY_TONE[incident.severity],
    summary: `Nobody has had #${incident.number} ${incidentTitle(incident)} for ${lasted}.`,
    blocks: acknowledge(incident),
    compact: true,
  };
}

function escalationCard(incident: Incident, due: DueStep, step: EscalationStep): Card {
  const lasted = formatDuration(due.afterMinutes * 60_000);
  const calls = otherChannel(due) === undefined ? mentionsFor(step.mention ?? [], due.dest) : [];
  const told = toldElsewhere(due, step);
  return {
    title: `Nobody has had #${incident.number} for ${lasted}`,
    tone: SEVERITY_TONE[incident.severity],
    summary: `Escalated: nobody has had #${incident.number} ${incidentTitle(incident)} for ${lasted}.`,
    blocks: [
      ...(calls.length === 0
        ? []
        : [{ kind: 'text' as const, text: [...withSpaces(calls), ' please take it.'] }]),
      ...(told.length === 0 ? [] : [{ kind: 'context' as const, text: `I tell ${told.join(' and ')}.` }]),
      ...acknowledge(incident),
    ],
    compact: true,
  };
}

function toldElsewhere(due: DueStep, step: EscalationStep): readonly string[] {
  const { pagerDuty, webhook } = step;
  return [
    ...(otherChannel(due) === undefined || step.to === undefined ? [] : [step.to]),
    ...(pagerDuty === undefined ? [] : [targetName({ kind: 'pagerDuty', ...pagerDuty })]),
    ...(webhook === undefined ? [] : [targetName({ kind: 'webhook', ...webhook })]),
  ];
}

/** The step's channel, where it is another one than the route's. */
function otherChannel({ dest, step }: DueStep): Destination | undefined {
  const other = step?.to === undefined ? undefined : parseChannel(step.to);
  return other === undefined || destinationKey(other) === destinationKey(dest) ? undefined : other;
}

/** Those whom this platform can call. */
function mentionsFor(mention: readonly string[], { platform }: Destination): readonly MentionSpan[] {
  return mention
    .filter((who) => who.startsWith(`${platform}:`))
    .map((who) => {
      const id = who.slice(platform.length + 1);
      const of = platform === 'slack' && id.startsWith('S') ? 'group' : 'person';
      return { kind: 'mention', platform, id, name: who, of };
    });
}

function withSpaces(spans: readonly Span[]): readonly Span[] {
  return spans.flatMap((span, at) => (at === 0 ? [span] : [' ', span]));
}

function standing({ state, acknowledged, resolved }: Incident): string {
  if (state === 'resolved') return `It is over: ${resolved?.how ?? 'it was resolved'}.`;
  return acknowledged === undefined ? 'Nobody has it yet.' : `${acknowledged.by.name} has it.`;
}

function since({ openedAtMs }: Incident): Span {
  return { kind: 'time', atMs: openedAtMs, style: 'date_time' };
}

function acknowledge({ id, state }: Incident): readonly Block[] {
  if (state !== 'open') return [];
  const payload = { do: 'ack', incident: id } as const;
  return [{ kind: 'actions', buttons: [{ kind: 'press', label: 'Acknowledge', style: 'primary', payload }] }];
}
