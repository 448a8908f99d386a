import { expect, test } from 'vitest';
import type { AccountConfig } from '../../src/domain/accounts.ts';
import { makeFindTask } from '../../src/wiring/find-task.ts';

const ID = '0123456789abcdef0123456789abcdef';
const account: AccountConfig = {
  name: 'production',
  id: '111122223333',
  regions: ['us-east-1'],
  auth: { kind: 'default' },
  include: [],
  exclude: [],
};
const place = { account: 'production', region: 'us-east-1' };

/** An API that gives the task whatever cluster it is asked about. */
const findIn = (arn: string) => {
  const found = async () => ({ id: ID, arn, lastStatus: 'RUNNING', service: 'web' });
  return makeFindTask(
    // The reader has more methods; finding a task needs these two.
    { tasks: () => ({ find: found, beginning: found }) } as never,
    { inventory: async () => ['core', 'data'].map((cluster) => ({ ...place, cluster, service: 'web' })) },
    [account],
  );
};

test('a task is where its ARN says, even if more clusters claim it', async () => {
  const find = findIn(`arn:aws:ecs:us-east-1:111122223333:task/core/${ID}`);
  expect(await find(ID, {})).toMatchObject({
    task: { id: ID, place: { cluster: 'core' } },
    incomplete: false,
  });
});

test('an ARN of the old form names no cluster: two that claim the task are one too many', async () => {
  expect((await findIn(`arn:aws:ecs:us-east-1:111122223333:task/${ID}`)(ID, {})).task).toBeUndefined();
});
