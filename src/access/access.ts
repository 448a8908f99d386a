import type { Grant } from '../domain/access.ts';
import { Denied } from '../domain/errors.ts';
import { type Person, personKey } from '../domain/person.ts';
import type { Clock } from '../domain/time.ts';
import type { GrantStore } from '../store/grant-store.ts';
import type { Log } from '../telemetry/log.ts';
import { type Authority, type Decision, decide, type Question } from './decide.ts';
import { refusalSentence } from './refusal.ts';

/** Which of these groups (`slack:S…`, `teams:<object id>`) somebody is in. Rejects when the platform does not say. */
export type GroupsOf = (
  person: Pick<Person, 'platform' | 'id'>,
  among: readonly string[],
) => Promise<readonly string[]>;

/** One question for all platforms; where a platform is not asked, nobody is in a group of its. */
export function groupsByPlatform(
  platforms: Readonly<Partial<Record<Person['platform'], GroupsOf | undefined>>>,
): GroupsOf {
  return async (person, among) => (await platforms[person.platform]?.(person, among)) ?? [];
}

export interface AccessOptions {
  /** ADMINS */
  readonly admins: readonly string[];
  /** Those of `deckhand.yaml`. */
  readonly configured: readonly Grant[];
  readonly store: Pick<GrantStore, 'list'>;
  readonly groupsOf?: GroupsOf;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
}

export interface Asked {
  readonly action: Question['action'];
  readonly target: Question['target'];
  /** What it is wanted for, where the right's name does not say. */
  readonly doing?: string;
  readonly prefix: string;
}

/** Who may do what. Read anew for every question: a right that was taken away must not linger. */
export interface Access {
  decide(person: Question['person'], asked: Pick<Asked, 'action' | 'target'>): Promise<Decision>;
  /** @throws Denied whose sentence names how to get the right. */
  require(person: Question['person'], asked: Asked): Promise<void>;
  /** All grants, of the file and of the store. @throws Unreachable, Throttled */
  grants(): Promise<readonly Grant[]>;
  readonly admins: readonly string[];
}

/** Access over configuration and store. */
export function makeAccess(options: AccessOptions): Access {
  const { configured, store, clock } = options;
  const admins = options.admins.map(canonical);
  const judge: Access['decide'] = async (person, { action, target }) =>
    decide({
      person,
      action,
      target,
      nowMs: clock.now(),
      authority: await authorityFor(person, admins, options),
    });
  return {
    admins,
    decide: judge,
    async require(person, asked) {
      const decision = await judge(person, asked);
      if (!decision.allowed) throw new Denied(refusalSentence(decision, { ...asked, person, admins }));
    },
    grants: async () => [...configured, ...(await store.list())],
  };
}

async function authorityFor(
  person: Question['person'],
  admins: readonly string[],
  options: AccessOptions,
): Promise<Authority> {
  const { configured, store, log } = options;
  try {
    const grants = [...configured, ...(await store.list())].map((each) => ({
      ...each,
      who: canonical(each.who),
    }));
    return { admins, grants, groups: await groupsFor(person, grants, options) };
  } catch (error) {
    log.warn({ err: error }, 'the grants cannot be read: nobody may change anything');
    return 'unreadable';
  }
}

async function groupsFor(
  person: Question['person'],
  grants: readonly Grant[],
  { groupsOf, log }: AccessOptions,
): Promise<readonly string[] | 'unreadable'> {
  const among = [...new Set(grants.map(({ who }) => who))].filter((who) => mayBeGroup(who, person));
  if (among.length === 0) return [];
  // Entra is asked only where that is configured; Slack always is.
  if (groupsOf === undefined) return person.platform === 'slack' ? 'unreadable' : [];
  try {
    return await groupsOf(person, among);
  } catch (error) {
    log.warn({ err: error }, 'the groups of a person cannot be read');
    return 'unreadable';
  }
}

/** Slack's user groups begin with S; an Entra id does not tell whether it is a person or a group. */
function mayBeGroup(who: string, person: Question['person']): boolean {
  if (person.platform === 'slack') return who.startsWith('slack:S');
  return person.platform === 'teams' && who.startsWith('teams:') && who !== personKey(person);
}

/** Entra's object ids are the same in either case, and Teams writes them in lower case. */
function canonical(key: string): string {
  return /^teams:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(key) ? key.toLowerCase() : key;
}
