import type { WebClient } from '@slack/web-api';
import type { FindPerson, FoundPerson } from '../domain/people.ts';
import type { Person } from '../domain/person.ts';
import { slackErrorWord, translateSlackError } from './errors.ts';
import { type Home, type SlackAccount, standingOf } from './people.ts';

/** Slack recommends at most 200 a page (docs.slack.dev/reference/methods/users.list). */
const PAGE = 200;
const MOST_PAGES = 25;
/** Nobody is called like that. */
const LONG_ID = /^[UW][A-Z0-9]{5,}$/;

/** Finds a member by id, else by display name, real name or user name. The workspace's list is read for names alone; a name may look like an id. */
export function makeFindSlackPerson(client: WebClient): FindPerson {
  return async (said) => {
    const wanted = said.replace(/^@/, '').trim();
    const { team_id, enterprise_id } = await asked('auth.test', () => client.auth.test());
    const home: Home = { team: team_id, enterprise: enterprise_id };
    const member = /^[UW][A-Z0-9]+$/.test(wanted) ? await byId(client, wanted, home) : undefined;
    return member === undefined || ('nobody' in member && !LONG_ID.test(wanted))
      ? byName(client, wanted, home)
      : member;
  };
}

async function byId(client: WebClient, id: string, home: Home): Promise<FoundPerson> {
  try {
    const { user } = await client.users.info({ user: id });
    return user === undefined ? { nobody: true } : { person: personOf({ id, ...user }, home) };
  } catch (error) {
    if (/^user_not_(found|visible)$/.test(slackErrorWord(error) ?? '')) return { nobody: true };
    throw translateSlackError(error, 'users.info');
  }
}

async function byName(client: WebClient, wanted: string, home: Home): Promise<FoundPerson> {
  const found: SlackAccount[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await asked('users.list', () =>
      client.users.list({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) }),
    );
    found.push(...(answer.members ?? []).filter((account) => isCalled(account, wanted)));
    cursor = answer.response_metadata?.next_cursor;
    if (!cursor) break;
  }
  const [only, another] = found;
  if (only === undefined) return { nobody: true };
  if (another !== undefined) return { several: found.map(nameOf) };
  return { person: personOf(only, home) };
}

function isCalled(account: SlackAccount, wanted: string): boolean {
  if (account.deleted || account.is_bot) return false;
  const { profile } = account;
  return [account.name, account.real_name, profile?.display_name, profile?.real_name].some(
    (name) => name?.toLowerCase() === wanted.toLowerCase(),
  );
}

function personOf(account: SlackAccount, home: Home): Person {
  return {
    platform: 'slack',
    id: account.id ?? '',
    tenant: account.team_id ?? home.team ?? '-',
    name: nameOf(account),
    standing: standingOf(account, home),
  };
}

function nameOf({ real_name, profile, name, id }: SlackAccount): string {
  return real_name || profile?.display_name || name || (id ?? '');
}

async function asked<T>(method: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw translateSlackError(error, method);
  }
}
