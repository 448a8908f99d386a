import type { GroupMember, Incident } from '../domain/incident.ts';
import type { Episode, Numbered } from '../domain/incident-log.ts';
import { makeOneAtATime } from '../messaging/one-at-a-time.ts';
import type { GroupRecord, GroupStore, JoinedMember } from '../store/group-store.ts';
import type { Told } from './record.ts';
import type { Slots } from './slots.ts';

/** When services that fail for one reason are told as one incident. */
export interface GroupSettings {
  /** So many services … */
  readonly services: number;
  /** … that begin within this time. */
  readonly withinMs: number;
  /** Once they are a group, the next one joins when it begins within this time after the last. */
  readonly joinMs: number;
}

export const GROUP_DEFAULTS: GroupSettings = { services: 3, withinMs: 5 * 60_000, joinMs: 30 * 60_000 };

export interface GroupsOptions {
  readonly store: GroupStore;
  readonly slots: Pick<Slots, 'update'>;
  readonly settings: GroupSettings;
  /** Hears of every incident that changed because of its group. */
  readonly onWritten: (written: NonNullable<Awaited<ReturnType<Slots['update']>>>) => void;
}

/** Incidents that share a cause. */
export interface Groups {
  /** Says how an incident stands that names this shared cause; may be repeated. */
  join(key: string, member: JoinedMember): Promise<void>;
  /** Tells members of each other where that was interrupted. */
  sweep(): Promise<void>;
}

const ATTEMPTS = 12;
const SWEPT = 50;
/** Members that began longer than this before the newest are forgotten. */
const KEPT_MS = 24 * 60 * 60_000;

/** Groups over the store. */
export function makeGroups(options: GroupsOptions): Groups {
  const { store } = options;
  const join = makeOneAtATime<readonly JoinedMember[], void>(
    (key, members) => joinAll(options, key, members),
    (a, b) => [...a, ...b],
  );
  return {
    join: (key, member) => join(key, [member]),
    async sweep() {
      for (const { value, version } of await store.dirty(SWEPT))
        await tellMembers(options, value, version, 'all');
    },
  };
}

async function joinAll(options: GroupsOptions, key: string, members: readonly JoinedMember[]): Promise<void> {
  const { store, settings } = options;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const seen = await store.get(key);
    const before: GroupRecord = seen?.value ?? { key, members: [] };
    const after = members.reduce(withMember, before);
    if (after === before) return;
    // Also one that is no group any more: its members must learn that.
    const isGroup = [before, after].some((one) => groupsIn(one, settings).length > 0);
    const isUntold = seen?.isDirty === true;
    if (!(await store.save(seen?.version ?? 0, after, isGroup || isUntold))) continue;
    if (!isGroup && !isUntold) return;
    // Where an earlier telling was interrupted nobody knows who has heard of what.
    const whom = isUntold ? 'all' : movedIn(before, after, settings);
    await tellMembers(options, after, (seen?.version ?? 0) + 1, whom);
    return;
  }
  throw new Error(`The group ${key} changes too fast to be written.`);
}

/** What was known of a member is replaced, but never by an older word that another replica is late with. */
function withMember(group: GroupRecord, member: JoinedMember): GroupRecord {
  const before = group.members.find(({ incident }) => incident === member.incident);
  if (before !== undefined && before.version >= member.version) return group;
  const members = [...group.members.filter((one) => one !== before), member].sort(byTime);
  const newestMs = members.at(-1)?.atMs ?? 0;
  return { ...group, members: members.filter(({ atMs }) => newestMs - atMs <= KEPT_MS) };
}

function byTime(a: GroupMember, b: GroupMember): number {
  return a.atMs - b.atMs || (a.incident < b.incident ? -1 : 1);
}

/**
 * The groups among the members, each sorted by time: it begins where enough services begin within a short time, and
 * goes on for as long as others follow. A function of the set alone: the order of arrival does not matter.
 */
export function clustersOf(
  members: readonly GroupMember[],
  { services, withinMs, joinMs }: GroupSettings,
): readonly (readonly GroupMember[])[] {
  const clusters: GroupMember[][] = [];
  let from = 0;
  while (from < members.length) {
    const first = members[from];
    if (first === undefined) break;
    const together = members.slice(from).filter(({ atMs }) => atMs - first.atMs <= withinMs);
    if (new Set(together.map(placeOf)).size < services) {
      from += 1;
      continue;
    }
    let until = from + together.length;
    for (;;) {
      const [last, next] = [members[until - 1], members[until]];
      if (last === undefined || next === undefined || next.atMs - last.atMs > joinMs) break;
      until += 1;
    }
    clusters.push(members.slice(from, until));
    from = until;
  }
  return clusters;
}

function placeOf({ target: { account, region, cluster, service } }: GroupMember): string {
  return [account, region, cluster, service].join('/');
}

function groupsIn({ members }: GroupRecord, settings: GroupSettings): readonly (readonly GroupMember[])[] {
  const staying = members.filter(({ hasLeft }) => hasLeft === undefined);
  return clustersOf(
    staying.map(({ version: _version, hasLeft: _left, ...member }) => member),
    settings,
  );
}

/** Those who belong elsewhere now: to another leader, to one for the first time, or to none any more. */
function movedIn(before: GroupRecord, after: GroupRecord, settings: GroupSettings): ReadonlySet<string> {
  const [old, now] = [leadersIn(before, settings), leadersIn(after, settings)];
  const all = [...old.keys(), ...now.keys()];
  return new Set(all.filter((incident) => old.get(incident) !== now.get(incident)));
}

/** The leader's incident by that of each member. */
function leadersIn(group: GroupRecord, settings: GroupSettings): ReadonlyMap<string, string> {
  return new Map(
    groupsIn(group, settings).flatMap((members) =>
      members.map(({ incident }) => [incident, members[0]?.incident ?? incident] as const),
    ),
  );
}

/**
 * The first one's incident tells the story of all; the others are closed as part of it. A leader hears of every change,
 * the others of what concerns them.
 */
async function tellMembers(
  options: GroupsOptions,
  group: GroupRecord,
  version: number,
  whom: 'all' | ReadonlySet<string>,
): Promise<void> {
  const { store, settings } = options;
  const concerns = ({ incident }: GroupMember) => whom === 'all' || whom.has(incident);
  const told = new Set<string>();
  for (const members of groupsIn(group, settings)) {
    const [leader] = members;
    if (leader === undefined) continue;
    const pointer = { key: group.key, leader: leader.incident, leaderNumber: leader.number };
    // The leader first: what the others refer to must list them.
    for (const member of members) {
      told.add(member.incident);
      if (member !== leader && !concerns(member)) continue;
      await tellMember(options, group.key, member, {
        group: pointer,
        ...(member === leader ? { members } : {}),
      });
    }
  }
  for (const member of group.members)
    if (!told.has(member.incident) && concerns(member)) await tellMember(options, group.key, member, {});
  if (!(await store.markTold(group.key, version))) await tellAgain(options, group.key, version);
}

/** Another replica changed it meanwhile: what it told may stand under what was told here, which is older. */
async function tellAgain(options: GroupsOptions, key: string, version: number): Promise<void> {
  const now = await options.store.get(key);
  if (now !== undefined && now.version > version) await tellMembers(options, now.value, now.version, 'all');
}

type Belonging = Pick<Numbered, 'group' | 'members'>;

async function tellMember(
  { slots, onWritten }: GroupsOptions,
  key: string,
  { target, number }: GroupMember,
  belonging: Belonging,
): Promise<void> {
  const written = await slots.update(target, (told) => withBelonging(told, number, key, belonging));
  if (written !== undefined) onWritten(written);
}

/** Undefined where it knows already, or what it belongs to is another group's to say. */
function withBelonging(told: Told, number: number, key: string, belonging: Belonging): Told | undefined {
  const before = told.record.numbered.find((one) => one.number === number);
  if (before === undefined) return undefined;
  const isOthers = before.group !== undefined && before.group.key !== key;
  if (isOthers && belonging.group === undefined) return undefined;
  const { group, members, ...rest } = before;
  if (
    JSON.stringify({ group, members }) ===
    JSON.stringify({ group: belonging.group, members: belonging.members })
  )
    return undefined;
  const numbered = told.record.numbered.map((one) => (one === before ? { ...rest, ...belonging } : one));
  return { ...told, record: { ...told.record, numbered } };
}

/** How an incident stands, for those who share its cause; since when is said by the cause. */
export function memberOf(incident: Incident, episode: Episode, version: number): Omit<JoinedMember, 'atMs'> {
  return {
    version,
    target: incident.target,
    incident: incident.id,
    number: incident.number,
    count: episode.count,
    isOver: episode.resolved !== undefined,
    severity: episode.severity,
    title: episode.title,
    lastSeenAtMs: episode.lastSeenAtMs,
  };
}
