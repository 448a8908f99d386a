import type { WebClient } from '@slack/web-api';
import type { Person } from '../domain/person.ts';
import type { Log } from '../telemetry/log.ts';

/** What Slack tells of a user beyond the id that it signs for. */
export interface Profile {
  readonly name: string;
  /** IANA zone. */
  readonly zone: string | undefined;
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

  const lookUp = async (userId: string): Promise<Profile | undefined> => {
    try {
      const { user } = await client.users.info({ user: userId });
      const name = user?.real_name || user?.profile?.display_name || user?.name;
      return name ? { name, zone: user?.tz } : undefined;
    } catch (error) {
      log.debug({ err: error }, 'users.info did not answer; the id stands in for the name');
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
      return { person: { platform: 'slack', id: userId, tenant: teamId, name }, zone: found?.zone };
    },
  };
}
