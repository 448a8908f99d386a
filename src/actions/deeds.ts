import type { Access } from '../access/access.ts';
import type { Audit } from '../access/audit.ts';
import { requireNoted } from '../access/require-noted.ts';
import type { Block, Button, Card, Span } from '../cards/card.ts';
import { incidentTitle } from '../cards/incident-card.ts';
import { doneCard } from '../cards/refusal-card.ts';
import { typed } from '../cards/typed.ts';
import { BadRequest } from '../domain/errors.ts';
import type { Deed, Incident } from '../domain/incident.ts';
import { isSamePerson, type Person, personKey } from '../domain/person.ts';
import { type Clock, formatDuration } from '../domain/time.ts';
import type { Acted, Incidents } from '../incidents/incidents.ts';
import { did, didNot, type Performed } from './performed.ts';

/** Something done to an incident by hand; it is its own consent. */
export interface DeedAction {
  readonly kind: 'deed';
  readonly deed: Deed;
  /** The incident's id. */
  readonly incident: string;
  /** Who has to have it still (`slack:U…`, empty for nobody); absent: whoever has it. */
  readonly held?: string;
  readonly prefix: string;
}

export interface DeedDeps {
  readonly incidents: Pick<Incidents, 'act' | 'byId'>;
  readonly access: Access;
  readonly audit: Audit;
  readonly clock: Clock;
}

const LONGEST_NOTE = 2000;

/** Does it, writes down who did, and offers to take it back. @throws Denied, BadRequest */
export async function doDeed(deps: DeedDeps, action: DeedAction, person: Person): Promise<Performed> {
  const { audit, clock } = deps;
  const { deed, incident: id, prefix } = action;
  const line = { action: deed.kind, target: slotOf(id) };
  // The command line speaks for whoever runs it on the machine, which holds the keys to the table itself.
  if (person.platform !== 'cli')
    await requireNoted(deps, person, { action: deed.kind, target: {}, prefix }, line);
  if (deed.kind === 'note' && deed.text.length > LONGEST_NOTE) {
    throw new BadRequest(
      `A note has at most ${LONGEST_NOTE} characters; this one has ${deed.text.length}. Nothing changed.`,
    );
  }
  const changed = await heldByAnother(deps, action);
  if (changed !== undefined) return didNot(changed);
  const acted = await deps.incidents.act(id, deed, person);
  await audit.note({
    ...line,
    by: person,
    atMs: clock.now(),
    result: acted.outcome === 'done' ? 'done' : 'not_done',
    ...auditFacts(deed, acted),
  });
  return told(acted, action, person, clock.now());
}

/** What takes a deed back means only what it meant when its button was drawn. */
async function heldByAnother({ incidents }: DeedDeps, { incident: id, held }: DeedAction) {
  if (held === undefined) return undefined;
  const incident = await incidents.byId(id);
  const holder = incident?.acknowledged?.by;
  if (incident === undefined || (holder === undefined ? '' : personKey(holder)) === held) return undefined;
  const now = holder === undefined ? 'Nobody has' : `${holder.name} has`;
  return `This button has lost its meaning. ${now} #${incident.number} now. Nothing changed.`;
}

function auditFacts(deed: Deed, { outcome, incident, before }: Acted) {
  if (incident === undefined) return {};
  const former = before?.acknowledged?.by;
  const words =
    deed.kind === 'assign' ? ` to ${personKey(deed.to)}` : deed.kind === 'note' ? `: ${deed.text}` : '';
  return {
    after: `#${incident.number} ${outcome === 'done' ? DONE_WORD[deed.kind] : outcome}${words}`,
    ...(former === undefined ? {} : { before: `${personKey(former)} had it` }),
  };
}

function told(acted: Acted, action: DeedAction, person: Person, nowMs: number): Performed {
  const { outcome, incident } = acted;
  if (incident === undefined) return didNot('I do not know this incident any more. Nothing changed.');
  const part = partOf(action.incident, incident);
  switch (outcome) {
    case 'done': {
      const back = undoOf(acted, action.deed, person);
      const call = callFor(action.deed, person);
      const card = doneCard(`${part}${doneSentence(action.deed, incident)}`);
      const blocks: Card['blocks'] = [
        ...card.blocks,
        ...(call === undefined ? [] : [call]),
        ...(back === undefined ? [] : [{ kind: 'actions' as const, buttons: [back] }]),
      ];
      return { done: true, card: { ...card, blocks }, ...(call === undefined ? {} : { isPublic: true }) };
    }
    case 'already':
      return action.deed.kind === 'ack'
        ? did(`${part}${doneSentence(action.deed, incident)}`)
        : didNot(`${part}${alreadySentence(action.deed, incident)} Nothing changed.`);
    case 'taken':
      return didNot(
        `${part}${holderSentence(incident, nowMs)} Nothing changed. \`${typed(action.prefix, `assign #${incident.number} me`)}\` takes it over.`,
      );
    case 'resolved':
      return didNot(`${part}${nameOf(incident)} is over already. Nothing changed.`);
    case 'gone':
      return didNot('I do not know this incident any more. Nothing changed.');
  }
}

/** Whoever is given an incident must hear of it. On another platform their name stands there, and nobody is called. */
function callFor(deed: Deed, person: Person): Block | undefined {
  if (deed.kind !== 'assign' || isSamePerson(deed.to, person)) return undefined;
  const { platform, id, name } = deed.to;
  const who: Span = platform === 'cli' ? name : { kind: 'mention', platform, id, name, of: 'person' };
  return { kind: 'text', text: [who, ', ', { kind: 'person', person }, ' gave it to you.'] };
}

function doneSentence(deed: Deed, incident: Incident): string {
  const name = nameOf(incident);
  switch (deed.kind) {
    case 'ack':
      return `You have ${name}.`;
    case 'release':
      return `Nobody has ${name} now: somebody else may take it.`;
    case 'assign':
      return `${deed.to.name} has ${name} now.`;
    case 'note':
      return `Noted in the story of ${name}.`;
    case 'resolve':
      return `Closed ${name}. If the trouble goes on, it opens again.`;
    case 'reopen':
      return `Opened ${name} again.`;
  }
}

function alreadySentence(deed: Deed, incident: Incident): string {
  const name = nameOf(incident);
  switch (deed.kind) {
    case 'release':
      return `Nobody has ${name}.`;
    case 'assign':
      return `${deed.to.name} has ${name} already.`;
    case 'resolve':
      return `${name} is over already.`;
    case 'reopen':
      return `${name} is open already.`;
    case 'ack':
    case 'note':
      return `${name} is as you want it already.`;
  }
}

/** The deed that sets it back to what it was; none for a note, which stays in the story. */
function undoOf({ incident, before }: Acted, deed: Deed, person: Person): Button | undefined {
  if (incident === undefined) return undefined;
  const former = before?.acknowledged?.by;
  const holder = incident.acknowledged?.by;
  const held = holder === undefined ? '' : personKey(holder);
  const back = { do: 'deed', incident: incident.id, held } as const;
  switch (deed.kind) {
    case 'note':
      return undefined;
    case 'ack':
      return undo('Undo (give it back)', { ...back, kind: 'release' });
    case 'release':
    case 'assign':
      if (former === undefined)
        return deed.kind === 'assign' ? undo('Undo (give it back)', { ...back, kind: 'release' }) : undefined;
      return isSamePerson(former, person)
        ? undo('Undo (take it back)', { ...back, kind: 'assign', to: personKey(former) })
        : undo(`Undo (back to ${former.name})`, { ...back, kind: 'assign', to: personKey(former) });
    case 'resolve':
      return undo('Undo (open it again)', { ...back, kind: 'reopen' });
    case 'reopen':
      return undo('Undo (close it)', { ...back, kind: 'resolve' });
  }
}

function undo(label: string, payload: Extract<Button, { kind: 'press' }>['payload']): Button {
  return { kind: 'press', label: label.slice(0, 60), payload };
}

/** What another incident tells is done there, and said. */
function partOf(id: string, incident: Incident): string {
  const asked = Number(id.slice(id.lastIndexOf('#') + 1));
  return asked === incident.number || !Number.isFinite(asked)
    ? ''
    : `#${asked} is part of #${incident.number}. `;
}

function slotOf(id: string): string {
  return id.slice(0, id.lastIndexOf('#'));
}

function nameOf(incident: Incident): string {
  return `#${incident.number} ${incidentTitle(incident)}`;
}

function holderSentence({ acknowledged: by }: Incident, nowMs: number): string {
  return by === undefined
    ? 'Somebody else has it.'
    : `${by.by.name} has had it for ${formatDuration(nowMs - by.atMs)}.`;
}

const DONE_WORD: Readonly<Record<Deed['kind'], string>> = {
  ack: 'acknowledged',
  release: 'released',
  assign: 'assigned',
  note: 'noted',
  resolve: 'closed',
  reopen: 'opened again',
};
