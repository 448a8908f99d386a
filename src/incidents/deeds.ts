import type { Deed, DeedOutcome } from '../domain/incident.ts';
import type { DeedEntry, Episode, LogEntry } from '../domain/incident-log.ts';
import { isSamePerson, type Person } from '../domain/person.ts';
import { withFact } from './facts.ts';

/** What a deed does to its episode. It was found to make sense when it was done; here it is only applied. */
export function applyDeed(episode: Episode, entry: DeedEntry): Episode {
  const { by, atMs, deed } = entry;
  const told = { ...episode, facts: withFact(episode.facts, factOf(entry)) };
  switch (deed) {
    case 'ack':
      return { ...told, acknowledged: { by, atMs } };
    case 'assign':
      return { ...told, acknowledged: { by: entry.to ?? by, atMs, assignedBy: by } };
    case 'release': {
      const { acknowledged: _released, ...free } = told;
      return free;
    }
    case 'note':
      return told;
    case 'resolve':
      // What had not ended is remembered: taken back, its alarm or hook still ends it.
      return { ...told, resolved: { atMs, how: `${by.name} closed it`, by } };
    case 'reopen': {
      const { resolved: _taken, ...open } = told;
      const { cause, title, severity, reason } = open;
      const again = { subject: '', cause, title, severity, ...(reason === undefined ? {} : { reason }) };
      return { ...open, outstanding: open.outstanding.length > 0 ? open.outstanding : [again] };
    }
  }
}

/** Whether a deed makes sense for an incident as it stands. */
export function judgeDeed(
  { acknowledged, resolved }: Pick<Episode, 'acknowledged' | 'resolved'>,
  deed: Deed,
  person: Person,
): Exclude<DeedOutcome, 'gone'> {
  const isTheirs = acknowledged !== undefined && isSamePerson(acknowledged.by, person);
  switch (deed.kind) {
    case 'note':
      return 'done';
    case 'reopen':
      return resolved === undefined ? 'already' : 'done';
    case 'resolve':
      return resolved === undefined ? 'done' : 'already';
    case 'ack':
      if (resolved !== undefined) return 'resolved';
      if (acknowledged === undefined) return 'done';
      return isTheirs ? 'already' : 'taken';
    case 'release':
      if (resolved !== undefined) return 'resolved';
      return acknowledged === undefined ? 'already' : 'done';
    case 'assign':
      if (resolved !== undefined) return 'resolved';
      return acknowledged !== undefined && isSamePerson(acknowledged.by, deed.to) ? 'already' : 'done';
  }
}

function factOf({ key, atMs, deed, by, to, text }: DeedEntry): Episode['facts'][number] {
  const told = (words: string, kind: 'neutral' | 'better' = 'neutral') => ({ key, atMs, text: words, kind });
  switch (deed) {
    case 'ack':
      return told(`${by.name} has it`);
    case 'release':
      return told(`${by.name} gave it back: nobody has it`);
    case 'assign':
      return told(`${by.name} gave it to ${to?.name ?? 'somebody'}`);
    case 'note':
      return { ...told(`Note by ${by.name}`), detail: text ?? '' };
    case 'resolve':
      return told(`${by.name} closed it`, 'better');
    case 'reopen':
      return told(`${by.name} opened it again`);
  }
}

/** After everything that is known: a deed answers what the person saw, whatever clock dated the events. */
export function deedEntry(
  log: readonly LogEntry[],
  incident: number,
  { deed, person, nowMs }: { readonly deed: Deed; readonly person: Person; readonly nowMs: number },
): DeedEntry {
  const atMs = Math.max(nowMs, (log.at(-1)?.atMs ?? 0) + 1);
  return {
    key: `${deed.kind}-${log.length}-${atMs}`,
    atMs,
    deed: deed.kind,
    incident,
    by: person,
    ...(deed.kind === 'assign' ? { to: deed.to } : {}),
    ...(deed.kind === 'note' ? { text: deed.text } : {}),
  };
}
