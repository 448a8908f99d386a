import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { checkTable, ensureTable } from '../../src/store/create-table.ts';

const refusal = (name: string) =>
  new DynamoDBServiceException({ name, $fault: 'client', $metadata: { httpStatusCode: 400 }, message: name });

const failing = (name: string) => ({
  get: async () => {
    throw refusal(name);
  },
});

test.each([
  ['ResourceNotFoundException', 'does not exist in this account and region'],
  ['AccessDeniedException', 'allow dynamodb:GetItem'],
  ['ValidationException', 'has other keys than pk and sk'],
])('a table that answers %s is told in a sentence with what to do', async (name, words) => {
  await expect(checkTable(failing(name), 'deckhand')).rejects.toThrow(words);
});

test('a table that can be read is fine, whatever it holds', async () => {
  await expect(checkTable({ get: async () => undefined }, 'deckhand')).resolves.toBeUndefined();
});

/** A client that answers each command by its name. */
const clientOf = (answers: Readonly<Record<string, () => unknown>>) => ({
  send: async (command: object) => answers[command.constructor.name]?.() ?? {},
});

const ensure = (answers: Parameters<typeof clientOf>[0]) =>
  // The one method that is used.
  ensureTable({
    client: clientOf(answers) as unknown as Parameters<typeof ensureTable>[0]['client'],
    tableName: 'deckhand',
  });

test('no right to look at the table or to set its time to live does not keep the bot from its work', async () => {
  const denied = () => {
    throw refusal('AccessDeniedException');
  };
  await expect(
    ensure({ DescribeTableCommand: denied, UpdateTimeToLiveCommand: denied }),
  ).resolves.toBeUndefined();
});
