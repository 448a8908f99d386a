import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { stringify } from 'yaml';
import type { CastPerson } from './cast.ts';

/** A watched account as the simulation offers it. */
export interface OfferedAccount {
  readonly name: string;
  readonly id: string;
  readonly regions: readonly string[];
}

/** What the bot's configuration file is made from. */
export interface Offer {
  readonly accounts: readonly OfferedAccount[];
  readonly people: readonly CastPerson[];
  /** The account that the bot's own credentials belong to: it needs no role. */
  readonly hubAccountId: string;
  readonly roleArnFor: (accountId: string) => string;
  readonly externalId: string;
}

/** What an operator of a scenario may do: everything that changes a service. */
const OPERATOR_ACTIONS = ['scale', 'redeploy', 'rollback', 'stop', 'hooks'] as const;

/** The text of `deckhand.yaml`: the simulated accounts, and a grant for each operator on each platform. */
export function configText(offer: Offer): string {
  const accounts = offer.accounts
    .filter(({ regions }) => regions.length > 0)
    .map(({ name, id, regions }) => ({ name, id, regions, auth: authOf(id, offer) }));
  const grants = offer.people.filter(({ role }) => role === 'operator').flatMap(grantsOf);
  return `# Written by the local simulation at every start; changes are lost.\n${stringify({ accounts, grants })}`;
}

/** The first administrators, as ADMINS takes them. */
export function adminsOf(people: readonly CastPerson[]): string {
  return people
    .filter(({ role }) => role === 'admin')
    .flatMap(({ slackId, teamsId }) => [`slack:${slackId}`, `teams:${teamsId}`])
    .join(',');
}

/** Replaces a file in one step, so that no reader sees half of it. */
export function writeWhole(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
}

/** Removes a file or folder; one that is not there is fine. */
export function removeWhole(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

function authOf(id: string, { hubAccountId, roleArnFor, externalId }: Offer): object {
  return id === hubAccountId ? {} : { roleArn: roleArnFor(id), externalId };
}

function grantsOf({ slackId, teamsId, services }: CastPerson): readonly object[] {
  const patterns = (services ?? '*/*')
    .split(',')
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '');
  return patterns.flatMap((pattern) =>
    [`slack:${slackId}`, `teams:${teamsId}`].map((who) => ({
      who,
      on: scopeOf(pattern),
      actions: [...OPERATOR_ACTIONS],
    })),
  );
}

/** `cluster/service` holds in every account; a bare word is a cluster; three parts name the account. */
function scopeOf(pattern: string): string {
  const parts = pattern.split('/').length;
  if (parts >= 3) return pattern;
  return parts === 2 ? `*/${pattern}` : `*/${pattern}/*`;
}
