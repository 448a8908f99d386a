import { createHash } from 'node:crypto';

/** Somebody of the scenario, as its `people` list names them. */
export interface CastRole {
  readonly name: string;
  readonly role: 'admin' | 'operator' | 'viewer' | 'stranger';
  /** For operators: `cluster/service` patterns, one or several separated by commas. */
  readonly services?: string | undefined;
}

/** A person with an identity on both platforms. Ids depend on the name alone, so they survive restarts. */
export interface CastPerson extends CastRole {
  readonly slackId: string;
  /** The direct message with the bot. */
  readonly slackDm: string;
  /** AAD object id. */
  readonly teamsId: string;
  /** The personal chat with the bot. */
  readonly teamsDm: string;
  readonly handle: string;
  readonly email: string;
}

/** A channel that exists from the start; `botIsMember` false is one to which nobody has added the bot. */
export interface CastChannel {
  readonly id: string;
  readonly name: string;
  readonly botIsMember: boolean;
}

/** Everybody and everything that the loopback platforms know from the start. */
export interface Cast {
  readonly people: readonly CastPerson[];
  readonly zone: string;
  readonly slack: {
    readonly teamId: string;
    readonly teamName: string;
    readonly domain: string;
    /** The workspace of strangers. */
    readonly otherTeamId: string;
    readonly appId: string;
    readonly botId: string;
    readonly botUserId: string;
    readonly botName: string;
    readonly command: string;
    readonly channels: readonly CastChannel[];
    readonly defaultChannel: string;
  };
  readonly teams: {
    readonly tenantId: string;
    readonly otherTenantId: string;
    readonly teamId: string;
    readonly teamName: string;
    readonly teamGroupId: string;
    readonly botId: string;
    readonly botName: string;
    readonly channels: readonly CastChannel[];
    readonly defaultChannel: string;
    readonly groups: readonly CastGroup[];
  };
}

/** A group of the directory: everybody of one role. Whoever is of another organisation is in none. */
export interface CastGroup {
  readonly id: string;
  readonly name: string;
  /** AAD object ids. */
  readonly members: readonly string[];
}

/** Who is there when a scenario names nobody. */
export const DEFAULT_PEOPLE: readonly CastRole[] = [{ name: 'Olivia', role: 'admin' }];

/** Gives the people of a scenario, and the rooms they meet in, ids as the vendors' look. */
export function makeCast(people: readonly CastRole[], zone = 'Etc/UTC'): Cast {
  const present = people.length > 0 ? people : DEFAULT_PEOPLE;
  const everybody = present.map((person, index) =>
    castPerson(person, firstOf(present, person.name) ? '' : `#${index}`),
  );
  return { people: everybody, zone, slack: slackCast(), teams: teamsCast(everybody) };

  function firstOf(all: readonly CastRole[], name: string): boolean {
    return all.filter((each) => each.name === name).length === 1;
  }
}

function castPerson(person: CastRole, suffix: string): CastPerson {
  const key = `${person.name}${suffix}`;
  const handle =
    person.name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '.')
      .replace(/^\.|\.$/g, '') || 'person';
  const domain = person.role === 'stranger' ? 'partner.example' : 'company.example';
  return {
    ...person,
    slackId: slackStyleId('U', `person ${key}`),
    slackDm: slackStyleId('D', `dm ${key}`),
    teamsId: uuid(`person ${key}`),
    teamsDm: `a:1${digest(`teams dm ${key}`).toString('base64url')}`,
    handle,
    email: `${handle}@${domain}`,
  };
}

function slackCast(): Cast['slack'] {
  const channel = (name: string, botIsMember: boolean): CastChannel => ({
    id: slackStyleId('C', `channel ${name}`),
    name,
    botIsMember,
  });
  const alerts = channel('ops-alerts', true);
  return {
    teamId: slackStyleId('T', 'team'),
    teamName: 'Local',
    domain: 'local',
    otherTeamId: slackStyleId('T', 'other team'),
    appId: slackStyleId('A', 'app'),
    botId: slackStyleId('B', 'bot'),
    botUserId: slackStyleId('U', 'bot user'),
    botName: 'Deckhand',
    command: '/ecs',
    channels: [alerts, channel('checkout-team', true), channel('random', false)],
    defaultChannel: alerts.id,
  };
}

function teamsCast(people: readonly CastPerson[]): Cast['teams'] {
  const threadId = (name: string) =>
    `19:${digest(`teams channel ${name}`).toString('hex').slice(0, 32)}@thread.tacv2`;
  const general = { id: threadId('General'), name: 'General', botIsMember: true };
  const alerts = { id: threadId('Alerts'), name: 'Alerts', botIsMember: true };
  return {
    tenantId: uuid('tenant'),
    otherTenantId: uuid('other tenant'),
    // A team's thread id is that of its General channel.
    teamId: general.id,
    teamName: 'Platform',
    teamGroupId: uuid('group'),
    botId: `28:${uuid('bot')}`,
    botName: 'Deckhand',
    channels: [general, alerts],
    defaultChannel: alerts.id,
    groups: [groupOf('admin', 'Admins'), groupOf('operator', 'Operators'), groupOf('viewer', 'Viewers')],
  };

  function groupOf(role: CastRole['role'], name: string): CastGroup {
    const members = people.filter((each) => each.role === role).map(({ teamsId }) => teamsId);
    return { id: uuid(`group ${name}`), name, members };
  }
}

/** `U0A1B2C3D4E`: a prefix and ten characters, made from a name. */
export function slackStyleId(prefix: string, seed: string): string {
  const number = digest(`slack ${prefix} ${seed}`).readBigUInt64BE();
  return `${prefix}0${number.toString(36).toUpperCase().padStart(9, '0').slice(-9)}`;
}

/** A version 4 UUID made from a name. */
export function uuid(seed: string): string {
  const bytes = digest(`uuid ${seed}`).subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
