import { z } from 'zod';
import type { Standing } from '../domain/person.ts';
import type { Log } from '../telemetry/log.ts';
import type { Origin } from './activity.ts';
import type { Connector } from './connector.ts';
import { splitConversation } from './conversations.ts';

/** How the platform vouches for whoever sent an activity. */
export type StandingOf = (origin: Origin, serviceUrl: string) => Promise<Standing>;

export interface StandingOptions {
  readonly connectors: (serviceUrl: string) => Promise<Pick<Connector, 'member'>>;
  /** The one tenant that is served; undefined: any, told apart by the conversation's own. */
  readonly tenant: string | undefined;
  readonly now: () => number;
  readonly log: Pick<Log, 'debug'>;
}

/** Some servers leave members' tenants and roles out; what is said must not contradict membership. */
const memberSchema = z.looseObject({
  tenantId: z.string().optional().catch(undefined),
  userRole: z.string().optional().catch(undefined),
  userPrincipalName: z.string().optional().catch(undefined),
});

const KEEP_MS = 10 * 60_000;
const MOST = 5000;

/**
 * Asks the roster of the conversation, and keeps answers for ten minutes. People of a shared channel keep their own
 * tenant there; guests have a role of their own, and `#EXT#` in their name.
 * Source: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context
 */
export function makeStandingOf({ connectors, tenant, now, log }: StandingOptions): StandingOf {
  const kept = new Map<string, { readonly untilMs: number; readonly standing: Promise<Standing> }>();
  const ask = async ({ dest, accountId, person }: Origin, serviceUrl: string): Promise<Standing> => {
    if (tenant !== undefined && person.tenant !== tenant) return 'stranger';
    try {
      const connector = await connectors(serviceUrl);
      const member = await connector.member(splitConversation(dest.channel).channel, accountId);
      return standingIn(memberSchema.parse(member), person.tenant);
    } catch (error) {
      log.debug({ err: error }, 'the roster of a conversation did not answer');
      return 'unknown';
    }
  };
  return async (origin, serviceUrl) => {
    const key = `${origin.dest.channel} ${origin.person.tenant} ${origin.accountId}`;
    const known = kept.get(key);
    if (known !== undefined && known.untilMs > now()) return known.standing;
    if (kept.size > MOST) kept.clear();
    const standing = ask(origin, serviceUrl);
    kept.set(key, { untilMs: now() + KEEP_MS, standing });
    if ((await standing) === 'unknown') kept.delete(key);
    return standing;
  };
}

/** What a roster's entry says; `home` is the tenant that is served. */
export function standingIn(
  member: Pick<z.infer<typeof memberSchema>, 'tenantId' | 'userRole' | 'userPrincipalName'>,
  home: string,
): Standing {
  if (/#ext#/i.test(member.userPrincipalName ?? '') || /guest/i.test(member.userRole ?? '')) return 'guest';
  if (member.tenantId !== undefined && home !== '-' && member.tenantId !== home) return 'stranger';
  return 'member';
}
