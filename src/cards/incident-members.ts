import type { GroupMember, Incident } from '../domain/incident.ts';
import type { Block, ListItem } from './card.ts';
import { momentOf, subject, timesSeen } from './incident-words.ts';
import { placeOf } from './place.ts';

/** The services of a group, worst first, with what became of each. Nothing for an incident of one service. */
export function membersBlocks(incident: Incident, nowMs: number): Block[] {
  const { members = [] } = incident;
  if (members.length < 2) return [];
  const failing = members.filter(({ isOver }) => !isOver).length;
  const shown = worstFirst(members).slice(0, SHOWN);
  const rest = members.length - shown.length;
  return [
    {
      kind: 'heading',
      text:
        failing === members.length
          ? `${failing} services`
          : `${failing} of ${members.length} services still ${failing === 1 ? 'fails' : 'fail'}`,
    },
    { kind: 'list', items: shown.map((member) => memberItem(member, incident, nowMs)) },
    ...(rest > 0 ? [{ kind: 'context' as const, text: `and ${rest} more` }] : []),
  ];
}

/** `web, api, worker and 5 more.` for a notification. */
export function memberSummary({ members = [] }: Incident): string[] {
  if (members.length < 2) return [];
  const names = worstFirst(members).map(({ target }) => subject(target));
  const more = names.length - NAMED;
  return [`${names.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`];
}

/** Where it happens; of a group what all its services have in common. */
export function placeOfIncident({ target, members = [] }: Incident): string {
  if (members.length < 2) return placeOf(target);
  const common = (part: 'cluster' | 'account' | 'region') =>
    new Set(members.map((member) => member.target[part])).size === 1 ? (target[part] ?? '') : '';
  const place = placeOf({ cluster: common('cluster'), account: common('account'), region: common('region') });
  return place || 'several accounts';
}

function memberItem(member: GroupMember, { target: of }: Incident, nowMs: number): ListItem {
  const { target, number, atMs, count, isOver } = member;
  const elsewhere = placeOf(target) === placeOf(of) ? '' : ` · ${placeOf(target)}`;
  return {
    mark: isOver ? 'good' : 'critical',
    text: [{ kind: 'bold', text: subject(target) }, ` (#${number}) ${isOver ? 'is well again' : 'fails'}`],
    detail: ['since ', momentOf(atMs, nowMs), ` · seen ${timesSeen(count)}${elsewhere}`],
  };
}

/** Failing before well again, then by how often, then by name. */
function worstFirst(members: readonly GroupMember[]): readonly GroupMember[] {
  return members.toSorted(
    (a, b) =>
      Number(a.isOver) - Number(b.isOver) ||
      b.count - a.count ||
      subject(a.target).localeCompare(subject(b.target), 'en'),
  );
}

const SHOWN = 12;
const NAMED = 4;
