import type { Card, MentionSpan } from '../cards/card.ts';
import { incidentRootCard } from '../cards/incident-card.ts';
import { escalationCard, reminderCard } from '../cards/incident-notices.ts';
import type { Incident } from '../domain/incident.ts';
import { type Destination, destinationKey, type WantedMessage } from '../messaging/messenger.ts';
import { parseChannel } from '../messaging/routes.ts';
import type { PageTarget } from '../store/page-store.ts';
import { catalogueEntry } from './catalogue.ts';
import type { DueStep } from './escalation.ts';
import { rootKey } from './messages.ts';

/** A message of a step in a channel where the incident itself does not stand. */
export interface FollowingPost {
  readonly key: string;
  readonly dest: Destination;
}

const MINUTE_MS = 60_000;

/** What a step tells: a reply in the incident's thread, and for a step with a channel of its own a message there. */
export function stepMessages(
  incident: Incident,
  due: DueStep,
  round: number,
): { readonly messages: readonly WantedMessage[]; readonly posts: readonly FollowingPost[] } {
  // A step that comes again because the incident was given back is another message.
  const key = `inc/${incident.id}/${due.key}${round === 0 ? '' : `-${round + 1}`}`;
  const other = otherChannel(due);
  const told = toldElsewhere(due);
  const message = (dest: Destination, card: Card) =>
    ({ dest, key, rev: incident.version, card, urgency: 'critical' }) as const;
  const reply = {
    ...message(due.dest, cardOf(incident, due, other === undefined ? due.dest : undefined, told)),
    parent: rootKey(incident.id),
  };
  if (other === undefined) return { messages: [reply], posts: [] };
  const post = message(
    other,
    cardOf(
      incident,
      due,
      other,
      told.filter((name) => name !== due.step?.to),
    ),
  );
  return { messages: [reply, post], posts: [{ key, dest: other }] };
}

/** The message of a step in another channel after the incident has changed: as it stands now. */
export function followingMessage(
  incident: Incident,
  { key, dest }: FollowingPost,
  nowMs: number,
): WantedMessage {
  const { meaning } = catalogueEntry(incident.cause, 'error');
  return {
    dest,
    key,
    rev: incident.version,
    card: incidentRootCard(incident, { nowMs, meaning }),
    urgency: 'ack',
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

/** `calledIn`: the channel in which people are called; in a second one they are only told about it. */
function cardOf(
  incident: Incident,
  { kind, number, afterMinutes, step }: DueStep,
  calledIn: Destination | undefined,
  told: readonly string[],
): Card {
  const mentions = calledIn === undefined ? [] : mentionsFor(step?.mention ?? [], calledIn);
  const shared = { afterMs: afterMinutes * MINUTE_MS, step: number, mentions };
  return kind === 'remind' ? reminderCard(incident, shared) : escalationCard(incident, { ...shared, told });
}

function toldElsewhere(due: DueStep): readonly string[] {
  const { to, pagerDuty, webhook } = due.step ?? {};
  return [
    ...(otherChannel(due) === undefined || to === undefined ? [] : [to]),
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
