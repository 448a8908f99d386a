import type { Cast, CastPerson } from '../cast.ts';
import { uuid } from '../cast.ts';
import type { JsonObject } from '../json.ts';

/** A user of Teams as the connector knows them. */
export interface TeamsUser {
  /** The id in conversations, `29:…`. */
  readonly id: string;
  readonly aadObjectId: string;
  readonly name: string;
  readonly email: string;
  readonly tenantId: string;
}

/** Where a conversation id leads. */
export interface Place {
  readonly kind: 'channel' | 'personal';
  /** The channel's thread id or the chat's id, without `;messageid=`. */
  readonly base: string;
  readonly rootId: string | undefined;
}

/** An activity as the service keeps it. */
export interface StoredActivity {
  /** The channel or chat, without the thread. */
  readonly conversation: string;
  readonly id: string;
  readonly rootId: string | undefined;
  /** The bot's id or a person's AAD object id. */
  readonly from: string;
  readonly isBot: boolean;
  readonly atMs: number;
  body: JsonObject;
  editedAtMs: number | undefined;
  /** AAD object id of the only person who sees it. */
  readonly targetedTo: string | undefined;
}

/** What changes, in order. */
export type TenantChange =
  | { readonly kind: 'posted' | 'edited'; readonly activity: StoredActivity }
  | { readonly kind: 'deleted'; readonly activity: StoredActivity };

/** The state behind the connector: a team with channels, people and their personal chats with the bot. */
export class Tenant {
  readonly cast: Cast['teams'];
  readonly zone: string;
  readonly users: readonly TeamsUser[];
  /** Conversations from which the bot was removed. */
  readonly withoutBot = new Set<string>();
  /** Channels that were deleted. */
  readonly gone = new Set<string>();
  /** The directory's groups: AAD object ids by the group's. */
  readonly groups: ReadonlyMap<string, Set<string>>;
  private readonly personalChats: ReadonlyMap<string, TeamsUser>;
  private readonly activities = new Map<string, StoredActivity[]>();
  private readonly listeners: ((change: TenantChange) => void)[] = [];
  private readonly nowMs: () => number;
  private lastId = 0;

  constructor(cast: Cast, nowMs: () => number) {
    this.cast = cast.teams;
    this.zone = cast.zone;
    this.nowMs = nowMs;
    this.users = cast.people.map((person) => userOf(person, cast));
    this.groups = new Map(cast.teams.groups.map(({ id, members }) => [id, new Set(members)]));
    this.personalChats = new Map(cast.people.map((person, index) => [person.teamsDm, this.userAt(index)]));
  }

  onChange(listener: (change: TenantChange) => void): void {
    this.listeners.push(listener);
  }

  /** Reads a conversation id; undefined when there is no such conversation. */
  place(conversationId: string): Place | undefined {
    const [base = '', rootId] = conversationId.split(';messageid=');
    if (this.gone.has(base)) return undefined;
    if (this.personalChats.has(base)) return { kind: 'personal', base, rootId: undefined };
    const isChannel = this.cast.channels.some((channel) => channel.id === base);
    if (!isChannel) return undefined;
    if (rootId !== undefined && this.find(base, rootId) === undefined) return undefined;
    return { kind: 'channel', base, rootId };
  }

  /** Who sits on the other side of a personal chat. */
  personOf(base: string): TeamsUser | undefined {
    return this.personalChats.get(base);
  }

  chatWith(user: TeamsUser): string | undefined {
    return [...this.personalChats].find(([, each]) => each === user)?.[0];
  }

  /** A user by either id. */
  user(id: string): TeamsUser | undefined {
    return this.users.find((user) => user.id === id || user.aadObjectId === id);
  }

  /** The people of a conversation. */
  members(place: Place): readonly TeamsUser[] {
    const person = this.personOf(place.base);
    return place.kind === 'channel' ? this.users : person === undefined ? [] : [person];
  }

  activitiesOf(base: string): readonly StoredActivity[] {
    return this.activities.get(base) ?? [];
  }

  find(base: string, id: string): StoredActivity | undefined {
    return this.activitiesOf(base).find((activity) => activity.id === id);
  }

  post(activity: Omit<StoredActivity, 'id' | 'atMs' | 'editedAtMs'>): StoredActivity {
    const stored = { ...activity, id: this.nextId(), atMs: this.nowMs(), editedAtMs: undefined };
    const list = this.activities.get(activity.conversation);
    if (list === undefined) this.activities.set(activity.conversation, [stored]);
    else list.push(stored);
    this.announce({ kind: 'posted', activity: stored });
    return stored;
  }

  edit(activity: StoredActivity, body: JsonObject): void {
    activity.body = body;
    activity.editedAtMs = this.nowMs();
    this.announce({ kind: 'edited', activity });
  }

  remove(activity: StoredActivity): void {
    const list = this.activities.get(activity.conversation) ?? [];
    list.splice(list.indexOf(activity), 1);
    this.announce({ kind: 'deleted', activity });
  }

  /** Teams' ids are the milliseconds at which a message was made; here no two are the same. */
  nextId(): string {
    this.lastId = Math.max(Math.floor(this.nowMs()), this.lastId + 1);
    return String(this.lastId);
  }

  private userAt(index: number): TeamsUser {
    const user = this.users[index];
    if (user === undefined) throw new Error(`There is no person ${index}.`);
    return user;
  }

  private announce(change: TenantChange): void {
    for (const listener of this.listeners) listener(change);
  }
}

function userOf(person: CastPerson, cast: Cast): TeamsUser {
  return {
    id: `29:1${uuid(`mri ${person.teamsId}`).replaceAll('-', '')}`,
    aadObjectId: person.teamsId,
    name: person.name,
    email: person.email,
    tenantId: person.role === 'stranger' ? cast.teams.otherTenantId : cast.teams.tenantId,
  };
}
