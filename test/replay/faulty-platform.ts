import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

/** A message as people see it. */
export interface ShownMessage {
  readonly id: string;
  readonly thread: string | undefined;
  readonly key: string;
  text: string;
}

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export interface Answer {
  readonly body?: object;
  readonly status?: number;
  readonly headers?: Record<string, string>;
}

/**
 * A chat platform on loopback. While `faulty` it loses, delays and refuses: it takes a request and breaks the
 * connection, answers after everybody has gone, takes effect late, answers 429 and 500.
 */
export abstract class FaultyPlatform {
  faulty = true;
  /** Well-behaved answers come at once. */
  prompt = false;
  lastRequestAtMs = Date.now();
  readonly #channels = new Map<string, readonly ShownMessage[]>();
  readonly #random: () => number;
  readonly #server: Server;

  constructor(random: () => number) {
    this.#random = random;
    this.#server = createServer((request, response) => {
      void this.#handle(request, response).catch(() => response.destroy());
    });
  }

  /** Does what is asked and says what came of it. */
  protected abstract apply(asked: Asked): Answer;
  protected abstract isEdit(asked: Asked): boolean;

  /** Returns the address, without a slash at the end. */
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

  messages(channel: string): readonly ShownMessage[] {
    return this.#channels.get(channel) ?? [];
  }

  protected show(channel: string, message: ShownMessage): void {
    this.#channels.set(channel, [...this.messages(channel), message]);
  }

  /** Whether it was there. */
  protected change(channel: string, id: string, newText: string): boolean {
    const message = this.messages(channel).find((m) => m.id === id);
    if (message) message.text = newText;
    return message !== undefined;
  }

  /** Whether it was there. */
  protected remove(channel: string, id: string): boolean {
    const before = this.messages(channel);
    const kept = before.filter((m) => m.id !== id);
    this.#channels.set(channel, kept);
    return kept.length < before.length;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.lastRequestAtMs = Date.now();
    const asked = {
      method: request.method ?? '',
      path: decodeURIComponent(request.url ?? ''),
      body: await text(request),
    };
    const dice = this.faulty ? this.#random() : 1;
    if (dice < 0.1) {
      this.apply(asked);
      response.destroy();
    } else if (dice < 0.18) {
      const answer = this.apply(asked);
      await pause(this.#random() * 900);
      send(response, answer);
    } else if (dice < 0.23) {
      // An edit that lands long after its sender gave up would be a fault of another kind: newest text lost.
      await pause(this.isEdit(asked) ? 0 : this.#random() * 800);
      this.apply(asked);
      response.destroy();
    } else if (dice < 0.28) {
      send(response, { status: 500 });
    } else if (dice < 0.31) {
      send(response, { status: 429, headers: { 'retry-after': '1' } });
    } else {
      if (!this.prompt) await pause(this.#random() * 25);
      send(response, this.apply(asked));
    }
  }
}

function send(response: ServerResponse, { status = 200, headers, body }: Answer): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body ? JSON.stringify(body) : '');
}
