import type { WebClient } from '@slack/web-api';
import { slackErrorWord } from './errors.ts';

/** Which of these user groups (`slack:S…`) a person is in. Rejects when Slack does not say. */
export type SlackGroupsOf = (
  person: { readonly platform: string; readonly id: string },
  among: readonly string[],
) => Promise<readonly string[]>;

/** Who has left a group keeps its rights so long at most. */
const KEEP_MS = 60_000;

/** Asks `usergroups.users.list` (docs.slack.dev/reference/methods/usergroups.users.list) for each group, and keeps the answer for a minute. */
export function makeSlackGroups(client: WebClient, systemNow: () => number): SlackGroupsOf {
  const kept = new Map<string, { readonly untilMs: number; readonly users: readonly string[] }>();
  const usersOf = async (group: string): Promise<readonly string[]> => {
    const known = kept.get(group);
    if (known !== undefined && known.untilMs > systemNow()) return known.users;
    const users = await listed(client, group);
    kept.set(group, { untilMs: systemNow() + KEEP_MS, users });
    return users;
  };
  return async ({ platform, id }, among) => {
    if (platform !== 'slack') return [];
    const lists = await Promise.all(
      among.map(async (group) => ({ group, users: await usersOf(group.replace(/^slack:/, '')) })),
    );
    return lists.filter(({ users }) => users.includes(id)).map(({ group }) => group);
  };
}

/** A group that somebody has deleted has nobody in it; it must not keep others from their rights. */
async function listed(client: WebClient, group: string): Promise<readonly string[]> {
  try {
    const { users = [] } = await client.usergroups.users.list({ usergroup: group });
    return users;
  } catch (error) {
    if (slackErrorWord(error) === 'no_such_subteam') return [];
    throw error;
  }
}
