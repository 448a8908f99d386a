import { NotFound } from './errors.ts';
import type { ServiceRef } from './fleet.ts';

/**
 * One AWS account that is watched, as `DECKHAND_CONFIG` (or later the store) describes it. Validated where it is
 * read; everything behind trusts it.
 */
export interface AccountConfig {
  /** What people call it; `account` in every answer. The 12-digit id where nobody gave a name. */
  readonly name: string;
  /** The 12-digit id, where it is known beforehand. */
  readonly id?: string;
  /** At least one. */
  readonly regions: readonly string[];
  readonly auth: AccountAuth;
  /** Patterns `cluster/service` with `*`; `cluster` alone means all of its services. Empty: everything. */
  readonly include: readonly string[];
  /** The same kind of patterns; they win over `include`. What is excluded costs no call and raises no alert. */
  readonly exclude: readonly string[];
}

/** How Deckhand gets credentials for an account. No kind holds a key itself: keys are named, never configured. */
export type AccountAuth =
  /** The SDK's default chain: environment, shared files, task or instance role. */
  | { readonly kind: 'default' }
  /** A profile of the shared configuration files. */
  | { readonly kind: 'profile'; readonly profile: string }
  /** A role that is assumed with the default chain's credentials. */
  | { readonly kind: 'role'; readonly roleArn: string; readonly externalId?: string }
  /** `<PREFIX>_AWS_ACCESS_KEY_ID`, `<PREFIX>_AWS_SECRET_ACCESS_KEY` and, for temporary keys, `<PREFIX>_AWS_SESSION_TOKEN`. */
  | { readonly kind: 'env'; readonly prefix: string }
  /** A Secrets Manager secret that holds the keys. */
  | { readonly kind: 'secret'; readonly secretArn: string };

/** The 12-digit id of an account: the configured one, else the one in its role's ARN; undefined where neither tells. */
export function idOfAccount({ id, auth }: Pick<AccountConfig, 'id' | 'auth'>): string | undefined {
  return id ?? (auth.kind === 'role' ? auth.roleArn.split(':')[4] : undefined);
}

/** Whether an account's patterns let this service be watched. */
export function isWatched(
  account: Pick<AccountConfig, 'include' | 'exclude'>,
  ref: Pick<ServiceRef, 'cluster' | 'service'>,
): boolean {
  const matches = (pattern: string) => matchesServicePattern(pattern, ref);
  if (account.exclude.some(matches)) return false;
  return account.include.length === 0 || account.include.some(matches);
}

/**
 * Whether any service of this cluster could be watched. A cluster for which this is false need not even be listed.
 */
export function isClusterWatched(
  account: Pick<AccountConfig, 'include' | 'exclude'>,
  cluster: string,
): boolean {
  const excludedWhole = account.exclude.some((pattern) => {
    const { cluster: clusterPart, service } = splitPattern(pattern);
    return isAll(service) && wildcardMatch(clusterPart, cluster);
  });
  if (excludedWhole) return false;
  if (account.include.length === 0) return true;
  return account.include.some((pattern) => wildcardMatch(splitPattern(pattern).cluster, cluster));
}

/** Whether `cluster/service` (each part with `*`) fits; a pattern without `/` is a cluster with all its services. */
export function matchesServicePattern(
  pattern: string,
  ref: Pick<ServiceRef, 'cluster' | 'service'>,
): boolean {
  const { cluster, service } = splitPattern(pattern);
  return wildcardMatch(cluster, ref.cluster) && wildcardMatch(service, ref.service);
}

/** Whether `text` fits a pattern in which `*` stands for any characters, none included. Everything else is literal. */
export function wildcardMatch(pattern: string, text: string): boolean {
  const parts = pattern.split('*');
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return pattern === text;
  if (text.length < first.length + last.length) return false;
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  return containsInOrder(text.slice(first.length, text.length - last.length), parts.slice(1, -1));
}

function containsInOrder(text: string, parts: readonly string[]): boolean {
  let from = 0;
  for (const part of parts) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}

function splitPattern(pattern: string): { readonly cluster: string; readonly service: string } {
  const slash = pattern.indexOf('/');
  if (slash < 0) return { cluster: pattern, service: '*' };
  return { cluster: pattern.slice(0, slash), service: pattern.slice(slash + 1) };
}

function isAll(pattern: string): boolean {
  return /^\*+$/.test(pattern);
}

/** An account by its name in answers. @throws NotFound */
export function accountNamed(name: string, accounts: readonly AccountConfig[]): AccountConfig {
  const account = accounts.find((each) => each.name === name);
  if (account === undefined) throw new NotFound(`${name} is not among the accounts that I watch.`);
  return account;
}
