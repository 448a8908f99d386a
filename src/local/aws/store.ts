import { mkdirSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import dynalite from 'dynalite';
import type { RawRequest } from './request.ts';

/** The embedded DynamoDB: the bot's own table lives here. Any signature is accepted, as it is the bot's own store. */
export interface Store {
  handle(request: RawRequest, res: ServerResponse): void;
  close(): Promise<void>;
}

/**
 * Opens the store; `path` is a folder on disk, made if it is not there, undefined keeps it in memory. One process at a
 * time may use a folder. Nothing listens: requests are handed in. Throws the file system's error for a folder that
 * cannot be made.
 */
export function openStore(path: string | undefined): Store {
  if (path !== undefined) mkdirSync(path, { recursive: true });
  const server = dynalite({
    ...(path === undefined ? {} : { path }),
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  });
  return {
    handle(request, res) {
      const replay = Object.assign(Readable.from([request.body]), {
        method: request.method,
        url: request.url,
        headers: request.headers,
      });
      server.emit('request', replay, res);
    },
    // Its close() ends the database too, but waits for a listener that was never started, hence the listen first.
    close: () =>
      new Promise((resolve, reject) => {
        server.listen(0, '127.0.0.1', () => {
          server.close((error) => (error ? reject(error) : resolve()));
        });
      }),
  };
}
