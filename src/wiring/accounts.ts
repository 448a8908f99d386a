import { accountIdOf } from '../aws/identity.ts';
import { makeSessions } from '../aws/sessions.ts';
import type { Config } from '../config.ts';
import type { AccountConfig } from '../domain/accounts.ts';
import { systemClock } from '../domain/time.ts';
import { regionOf } from './platform.ts';

/**
 * The accounts to watch: the configured ones, else the one that the default credentials belong to. Events name
 * accounts by their 12-digit id, so those that are configured without one are asked for it.
 */
export async function watchedAccounts(config: Config): Promise<readonly AccountConfig[]> {
  const { accounts } = config.file;
  if (accounts.length === 0) return [await ownAccount(config)];
  const sessions = makeSessions({ env: config.variable, clock: systemClock });
  return Promise.all(
    accounts.map(async (account) => {
      if (account.id !== undefined || account.auth.kind === 'role' || account.auth.kind === 'secret')
        return account;
      const id = await accountIdOf(account.regions[0] ?? regionOf(config), sessions.credentials(account));
      return id === undefined ? account : { ...account, id };
    }),
  );
}

async function ownAccount(config: Config): Promise<AccountConfig> {
  const region = regionOf(config);
  const id = await accountIdOf(region);
  return {
    name: id ?? 'default',
    ...(id === undefined ? {} : { id }),
    regions: [region],
    auth: { kind: 'default' },
    include: [],
    exclude: [],
  };
}
