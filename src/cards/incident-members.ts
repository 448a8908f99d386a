import type { GroupMember, Incident, IncidentTarget } from '../domain/incident.ts';
import type { Block, ListItem } from './card.ts';
import { momentOf, subject, timesSeen } from './incident-words.ts';
import { placeOf } from './place.ts';

/** The services of a group, worst first, with what became of each. Nothing for an incident of one service. */
export function membersBlocks(incident: Incident, nowMs: number): Block[] {
  const { members = [] } = incident;
  if (!isGroup(incident)) return [];
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
export function placeOfIncident(incident: Incident): string {
  if (!isGroup(incident)) return placeOf(incident.target);
  const common = (part: 'cluster' | 'account' | 'region') => commonPart(incident, part) ?? '';
  const place = placeOf({ cluster: common('cluster'), account: common('account'), region: common('region') });
  return place || 'several accounts';
}

/** The cluster in which all services of a group are, if there is one. */
export function commonCluster(incident: Incident): IncidentTarget | undefined {
  const [account, region, cluster] = (['account', 'region', 'cluster'] as const).map((part) =>
    commonPart(incident, part),
  );
  if (account === undefined || region === undefined || cluster === undefined) return undefined;
  return { account, region, cluster };
}

/** Whether it tells of several services that fail for one reason. */
export function isGroup({ members = [] }: Incident): boolean {
  return members.length > 1;
}

function commonPart(
  { target, members = [] }: Incident,
  part: 'cluster' | 'account' | 'region',
): string | undefined {
  return members.every((member) => member.target[part] === target[part]) ? target[part] : undefined;
}

/** One line, and another where it is elsewhere: a list of twelve must be read at a glance. */
function memberItem(member: GroupMember, incident: Incident, nowMs: number): ListItem {
  const { target, atMs, count, isOver } = member;
  const isElsewhere = placeOfIncident(incident) !== placeOf(target);
  return {
    mark: isOver ? 'good' : 'critical',
    text: [
      { kind: 'bold', text: subject(target) },
      isOver ? ' is well again, failed from ' : ' fails since ',
      momentOf(atMs, nowMs),
      ...(count > 1 ? [`, seen ${timesSeen(count)}`] : []),
    ],
    ...(isElsewhere && { detail: placeOf(target) }),
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
