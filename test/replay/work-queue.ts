import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A batch of wanted messages, as an event would lead to. */
export interface Work {
  readonly id: number;
  readonly messages: readonly { channel: string; key: string; rev: number; parent?: string }[];
}

const VISIBILITY_MS = 1_000;

/** A queue as SQS is one: what was taken and not deleted comes again. `POST /next`, `POST /done/<id>`. */
export class WorkQueue {
  readonly #open = new Map<number, { readonly work: Work; visibleAtMs: number }>();
  readonly #server: Server;
  #ids = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      const [, verb, id] = (request.url ?? '').split('/');
      if (verb === 'done') this.#open.delete(Number(id));
      const work = verb === 'next' ? this.#take() : undefined;
      response.writeHead(work ? 200 : 204, { 'content-type': 'application/json' });
      response.end(work ? JSON.stringify(work) : undefined);
    });
  }

  get empty(): boolean {
    return this.#open.size === 0;
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    // A server that listens on TCP has an address with a port.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  add(messages: Work['messages']): void {
    this.#ids += 1;
    this.#open.set(this.#ids, { work: { id: this.#ids, messages }, visibleAtMs: 0 });
  }

  #take(): Work | undefined {
    const now = Date.now();
    for (const entry of this.#open.values()) {
      if (entry.visibleAtMs > now) continue;
      entry.visibleAtMs = now + VISIBILITY_MS;
      return entry.work;
    }
    return undefined;
  }
}
