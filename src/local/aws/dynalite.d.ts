declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** An in-process DynamoDB. `path`: a folder on disk; absent: in memory. Times in milliseconds. */
  export default function dynalite(options: {
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }): Server;
}
