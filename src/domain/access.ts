import { wildcardMatch } from './accounts.ts';

/**
 * What a grant can allow. `admin` is the right to administer (grants, accounts, routes …) and everything else there;
 * `logs`, `export` and `audit` limit reading once somebody is granted them.
 */
export const GRANT_ACTIONS = [
  'scale',
  'redeploy',
  'rollback',
  'stop',
  'hooks',
  'logs',
  'export',
  'audit',
  'admin',
  '*',
] as const;
export type GrantAction = (typeof GRANT_ACTIONS)[number];

/** (person or group) × (account/cluster/service pattern) × (actions), perhaps until a moment. */
export interface Grant {
  /** Its name in `grants remove`; those of the configuration file are `file-1`, `file-2` … and stay there. */
  readonly id: string;
  /** `slack:U…`, `slack:S…` (a user group), `teams:<object id of a person or group>`. */
  readonly who: string;
  /** `account/cluster/service`, each part with `*`; parts left out mean anything. */
  readonly on: string;
  readonly actions: readonly GrantAction[];
  readonly untilMs?: number;
}

/** What a right is asked for. Parts that are absent mean everything: only a pattern that is all `*` covers that. */
export interface GrantTarget {
  readonly account?: string;
  readonly cluster?: string;
  readonly service?: string;
}

/**
 * What needs no grant, because it changes who has an incident and who is told of it, never AWS; all of it is audited.
 * `anyone`: everybody of whom it is not known that they are no member. `member`: those whom the platform vouches for.
 */
export const MEMBER_RIGHTS = {
  ack: 'anyone',
  release: 'anyone',
  note: 'anyone',
  assign: 'member',
  resolve: 'member',
  reopen: 'member',
  mute: 'member',
  unmute: 'member',
} as const satisfies Readonly<Record<string, 'anyone' | 'member'>>;
export type MemberRight = keyof typeof MEMBER_RIGHTS;

/** Whether no grant is needed for it. */
export function isMemberRight(action: string): action is MemberRight {
  return Object.hasOwn(MEMBER_RIGHTS, action);
}

/** A right that is asked for. */
export interface RightAsked {
  readonly action: Exclude<GrantAction, '*'>;
  readonly target: GrantTarget;
  /** What it is wanted for, where the right's name does not say: `switch orders-api off`. */
  readonly doing?: string;
}

/** Whether a grant's pattern covers a target. */
export function grantCovers(on: string, target: GrantTarget): boolean {
  const [account = '*', cluster = '*', service = '*', ...rest] = on.split('/');
  if (rest.length > 0) return false;
  const fits = (pattern: string, name: string | undefined) =>
    name === undefined ? /^\*+$/.test(pattern) : wildcardMatch(pattern, name);
  return fits(account, target.account) && fits(cluster, target.cluster) && fits(service, target.service);
}
