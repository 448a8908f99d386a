import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

export interface SlackMessage {
  readonly ts: string;
  readonly thread: string | undefined;
  readonly key: string;
  text: string;
}

interface Answer {
  readonly body?: object;
  readonly status?: number;
  readonly headers?: Record<string, string>;
}

/**
 * As much of Slack as a sender needs, on loopback. While `faulty` it loses, delays and refuses: it takes a request
 * and breaks the connection, answers after everybody has gone, takes effect late, answers 429 and 500.
 */
export class FaultySlack {
  faulty = true;
  /** A search is answered and never finds anything. */
  forgetful = false;
  /** Well-behaved answers come at once. */
  prompt = false;
  lastRequestAtMs = Date.now();
  readonly #channels = new Map<string, SlackMessage[]>();
  readonly #random: () => number;
  readonly #server: Server;
  #lastTs = 0;

  constructor(random: () => number) {
    this.#random = random;
    this.#server = createServer((request, response) => {
      void this.#handle(request, response).catch(() => response.destroy());
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    // A server that listens on TCP has an address with a port.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api/`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  messages(channel: string): readonly SlackMessage[] {
    return this.#channels.get(channel) ?? [];
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.lastRequestAtMs = Date.now();
    const method = (request.url ?? '').split('/').at(-1) ?? '';
    const form = new URLSearchParams(await text(request));
    const dice = this.faulty ? this.#random() : 1;
    if (dice < 0.1) {
      this.#apply(method, form);
      response.destroy();
    } else if (dice < 0.18) {
      const answer = this.#apply(method, form);
      await pause(this.#random() * 900);
      send(response, answer);
    } else if (dice < 0.23) {
      // An edit that lands long after its sender gave up would be a fault of another kind: newest text lost.
      await pause(method === 'chat.update' ? 0 : this.#random() * 800);
      this.#apply(method, form);
      response.destroy();
    } else if (dice < 0.28) {
      send(response, { status: 500 });
    } else if (dice < 0.31) {
      send(response, { status: 429, headers: { 'retry-after': '1' } });
    } else {
      if (!this.prompt) await pause(this.#random() * 25);
      send(response, this.#apply(method, form));
    }
  }

  #apply(method: string, form: URLSearchParams): Answer {
    const channel = form.get('channel') ?? '';
    const ts = form.get('ts') ?? '';
    switch (method) {
      case 'chat.postMessage':
        return this.#post(channel, form);
      case 'chat.update': {
        const message = this.messages(channel).find((m) => m.ts === ts);
        if (!message) return { body: { ok: false, error: 'message_not_found' } };
        message.text = form.get('text') ?? '';
        return { body: { ok: true, channel, ts } };
      }
      case 'chat.delete': {
        const kept = this.messages(channel).filter((m) => m.ts !== ts);
        const there = kept.length < this.messages(channel).length;
        this.#channels.set(channel, kept);
        return { body: there ? { ok: true, channel, ts } : { ok: false, error: 'message_not_found' } };
      }
      case 'conversations.history':
      case 'conversations.replies':
        return this.#list(
          channel,
          method === 'conversations.replies' ? ts : undefined,
          form.get('oldest') ?? '0',
        );
      default:
        return { body: { ok: false, error: 'unknown_method' } };
    }
  }

  #post(channel: string, form: URLSearchParams): Answer {
    this.#lastTs = Math.max(this.#lastTs + 1, Date.now() * 1_000);
    const ts = (this.#lastTs / 1_000_000).toFixed(6);
    const metadata = JSON.parse(form.get('metadata') ?? '{}') as { event_payload?: { k?: string } };
    const key = metadata.event_payload?.k ?? '';
    const thread = form.get('thread_ts') ?? undefined;
    const message = { ts, thread, key, text: form.get('text') ?? '' };
    this.#channels.set(channel, [...this.messages(channel), message]);
    return { body: { ok: true, channel, ts } };
  }

  #list(channel: string, root: string | undefined, oldest: string): Answer {
    if (this.forgetful) return { body: { ok: true, messages: [] } };
    const listed = this.messages(channel).filter(
      (m) =>
        (root === undefined ? m.thread === undefined : m.thread === root) && Number(m.ts) >= Number(oldest),
    );
    const messages = listed.map((m) => ({
      ts: m.ts,
      text: m.text,
      metadata: { event_type: 'deckhand_message', event_payload: { k: m.key } },
    }));
    return { body: { ok: true, messages } };
  }
}

function send(response: ServerResponse, { status = 200, headers, body }: Answer): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body ? JSON.stringify(body) : '');
}
