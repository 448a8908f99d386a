import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { Finding } from '../domain/finding.ts';
import { INDEX_NAMES } from './keys.ts';

/**
 * Whether the table is there with its indexes and removes what has expired, which it must do in production. Never
 * rejects.
 */
export async function checkTable(
  client: DynamoDBClient,
  tableName: string,
  production: boolean,
): Promise<readonly Finding[]> {
  const what = `table ${tableName}`;
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
    const names = (Table?.GlobalSecondaryIndexes ?? []).map((index) => index.IndexName);
    const absent = Object.values(INDEX_NAMES).filter((name) => !names.includes(name));
    if (absent.length > 0) {
      return [
        {
          state: 'problem',
          what,
          text: `has no index ${absent.join(', ')}`,
          remedy: 'deploy the stack, or make the table anew',
        },
      ];
    }
    return [
      { state: 'ok', what, text: `is ${Table?.TableStatus ?? 'there'}, with its indexes` },
      await timeToLive(client, tableName, production),
    ];
  } catch (error) {
    const isAbsent = error instanceof Error && error.name === 'ResourceNotFoundException';
    return [
      {
        state: 'problem',
        what,
        text: isAbsent
          ? 'does not exist'
          : `cannot be looked at (${error instanceof Error ? error.name : 'no answer'})`,
        remedy: isAbsent
          ? 'deploy the stack, or set DYNAMODB_TABLE to the table’s name; outside of production it is made at the first start'
          : 'check AWS_REGION and that the bot’s role may use the table',
      },
    ];
  }
}

async function timeToLive(client: DynamoDBClient, tableName: string, production: boolean): Promise<Finding> {
  const what = 'table expiry';
  try {
    const answer = await client.send(new DescribeTimeToLiveCommand({ TableName: tableName }));
    const { TimeToLiveStatus: status, AttributeName: attribute } = answer.TimeToLiveDescription ?? {};
    if (status === 'ENABLED' && attribute === 'expiresAt')
      return { state: 'ok', what, text: 'old items are removed' };
    if (!production) return { state: 'note', what, text: 'old items stay, and are left out when read' };
    return {
      state: 'problem',
      what,
      text: 'old items are never removed',
      remedy: 'switch on time to live for the attribute expiresAt',
    };
  } catch {
    // The embedded store and some roles cannot say; expired items are left out when they are read.
    return { state: 'note', what, text: 'cannot be asked for; expired items are left out when read' };
  }
}
