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
