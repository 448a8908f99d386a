import { accountIdOf } from '../aws/identity.ts';
import { makeSessions } from '../aws/sessions.ts';
import { type AccountTest, testAccount } from '../collector/account-test.ts';
import type { Config } from '../config.ts';
import { type AccountConfig, idOfAccount } from '../domain/accounts.ts';
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
  const id = idOfAccount(account) ?? '000000000000';
  const nobodys = (at: string, service: string, resource: string) =>
    `arn:aws:${service}:${at}:${id}:${resource}`;
  return testAccount({
    account,
    api: (at) => aws.api(account, at),
    tasks: (at) => {
      const tasks = aws.tasks(account, at);
      return {
        'ecs:ListTasks': (cluster) => tasks.beginning(cluster, NO_TASK),
        'ecs:DescribeTasks': (cluster) => tasks.find(cluster, NO_TASK),
        'ecs:ListServiceDeployments': (cluster) => aws.history(account, at).steady(cluster, NO_SERVICE),
        'logs:GetLogEvents': () =>
          aws.logs(account, at).tail({ group: `/${NO_SERVICE}`, stream: NO_SERVICE, limit: 1 }),
        'elasticloadbalancing:DescribeTargetHealth': () =>
          aws
            .targets(account, at)
            .ofGroup(nobodys(at, 'elasticloadbalancing', 'targetgroup/deckhand/0000000000000000')),
        'ecs:DescribeServiceDeployments': (cluster) =>
          aws
            .deployments(account, at)
            .describe([nobodys(at, 'ecs', `service-deployment/${cluster}/${NO_SERVICE}/0`)]),
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
