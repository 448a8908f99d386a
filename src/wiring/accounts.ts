import { accountIdOf } from '../aws/identity.ts';
import { makeSessions } from '../aws/sessions.ts';
import { type AccountTest, testAccount } from '../collector/account-test.ts';
import type { Config } from '../config.ts';
import type { AccountConfig } from '../domain/accounts.ts';
import { systemClock } from '../domain/time.ts';
import { type Platform, regionOf } from './platform.ts';

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

/** Tries what Deckhand may do in an account, with the credentials and under the limits that it reads it with. */
export function testAccountWith({ aws, clock }: Platform, account: AccountConfig): Promise<AccountTest> {
  const region = account.regions[0] ?? 'us-east-1';
  return testAccount({
    account,
    api: (at) => aws.api(account, at),
    tasks: (at) => {
      const tasks = aws.tasks(account, at);
      return {
        'ecs:ListTasks': (cluster) => tasks.beginning(cluster, NO_TASK),
        'ecs:DescribeTasks': (cluster) => tasks.find(cluster, NO_TASK),
        'ecs:ListServiceDeployments': (cluster) => aws.history(account, at).steady(cluster, NO_SERVICE),
      };
    },
    identity: () => accountIdOf(region, aws.sessions.credentials(account)),
    now: () => clock.now(),
  });
}

/** Of a task id's form, and nobody's. */
const NO_TASK = '00000000000000000000000000000000';
const NO_SERVICE = 'deckhand-permission-check';

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
