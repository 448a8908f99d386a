import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { ensureTable } from '../../src/store/create-table.ts';

/** A DynamoDB of this process, with an empty table. */
export interface TestStore {
  readonly url: string;
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Another, empty table. */
  fresh(): Promise<{ readonly client: DynamoDBClient; readonly tableName: string }>;
  close(): Promise<void>;
}

export async function startTestStore(): Promise<TestStore> {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  // A server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const client = new DynamoDBClient({
    endpoint: url,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  let tables = 0;
  const fresh = async (): Promise<{ client: DynamoDBClient; tableName: string }> => {
    tables += 1;
    const tableName = `deckhand-${tables}`;
    await ensureTable({ client, tableName });
    return { client, tableName };
  };
  return {
    ...(await fresh()),
    url,
    fresh,
    async close() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}
