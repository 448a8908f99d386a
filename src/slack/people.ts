import type { UsersInfoResponse, WebClient } from '@slack/web-api';
import type { Person, Standing } from '../domain/person.ts';
import type { Log } from '../telemetry/log.ts';

/** What Slack tells of a user beyond the id that it signs for. */
export interface Profile {
  readonly name: string;
  /** IANA zone. */
  readonly zone: string | undefined;
  readonly standing: Standing;
}

export interface People {
  /** The person with a display name; the id stands in where `users.info` does not answer. */
  person(
    userId: string,
    teamId: string,
    nameHint?: string,
  ): Promise<{ person: Person; zone: string | undefined }>;
}

const KEEP_MS = 10 * 60_000;

/** Looks people up with `users.info` (docs.slack.dev/reference/methods/users.info), keeping answers for ten minutes. */
export function makePeople(client: WebClient, systemNow: () => number, log: Log): People {
  const cache = new Map<string, { readonly until: number; readonly profile: Promise<Profile | undefined> }>();

  let home: Promise<Home | undefined> | undefined;
  const findHome = async (): Promise<Home | undefined> => {
    try {
      const { team_id, enterprise_id } = await client.auth.test();
      return { team: team_id, enterprise: enterprise_id };
    } catch (error) {
      log.warn({ err: error }, 'Slack does not say which workspace is mine: nobody may change anything');
      home = undefined;
      return undefined;
    }
  };

  const lookUp = async (userId: string): Promise<Profile | undefined> => {
    try {
      home ??= findHome();
      const [{ user }, ours] = await Promise.all([client.users.info({ user: userId }), home]);
      const name = user?.real_name || user?.profile?.display_name || user?.name;
      return name ? { name, zone: user?.tz, standing: standingOf(user, ours) } : undefined;
    } catch (error) {
      log.debug({ err: error }, 'users.info did not answer; the id stands in for the name');
      cache.delete(userId);
      return undefined;
    }
  };

  const profile = (userId: string): Promise<Profile | undefined> => {
    const now = systemNow();
    const cached = cache.get(userId);
    if (cached !== undefined && cached.until > now) return cached.profile;
    if (cache.size > 5000) cache.clear();
    const found = lookUp(userId);
    cache.set(userId, { until: now + KEEP_MS, profile: found });
    return found;
  };

  return {
    async person(userId, teamId, nameHint) {
      const found = await profile(userId);
      const name = found?.name ?? nameHint ?? userId;
      const standing = found?.standing ?? 'unknown';
      return { person: { platform: 'slack', id: userId, tenant: teamId, name, standing }, zone: found?.zone };
    },
  };
}

/** What `users.info` and `users.list` tell of an account. */
export type SlackAccount = NonNullable<UsersInfoResponse['user']>;

/** The workspace of this installation, and its organisation where it is part of one (Enterprise Grid). */
export interface Home {
  readonly team: string | undefined;
  readonly enterprise: string | undefined;
}

/**
 * Guests are restricted; people of a shared channel are strangers or of another team. In an organisation people of its
 * other workspaces are members. Source: https://docs.slack.dev/reference/objects/user-object
 */
export function standingOf(user: SlackAccount | undefined, home: Home | undefined): Standing {
  if (user === undefined) return 'unknown';
  if ('is_stranger' in user && user.is_stranger) return 'stranger';
  if (user.deleted || user.is_bot || user.is_workflow_bot) return 'stranger';
  if (user.is_restricted || user.is_ultra_restricted) return 'guest';
  if (home?.team === undefined) return 'unknown';
  if (user.team_id === undefined || user.team_id === home.team) return 'member';
  const { enterprise_user: grid } = user;
  const isOfGrid = home.enterprise !== undefined && grid?.enterprise_id === home.enterprise;
  return isOfGrid || grid?.teams?.includes(home.team) ? 'member' : 'stranger';
}
