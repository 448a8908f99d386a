import { createHmac } from 'node:crypto';
import { isObject, type JsonObject, parseJson } from '../json.ts';
import type { Delivery, PayloadKind, Retry } from './delivery.ts';
import type { SocketMode } from './socket-mode.ts';

/** https://docs.slack.dev/apis/events-api#acknowledging: an answer within three seconds. */
export const ACK_TIMEOUT_MS = 3_000;

/** How the courier reaches the app. */
export interface CourierOptions {
  /** The app's request URL; undefined while there is none. */
  readonly requestUrl: () => string | undefined;
  readonly signingSecret: string;
  readonly sockets: SocketMode;
  /** The system's clock, in milliseconds: signatures are never about simulated time. */
  readonly nowMs: () => number;
  readonly ackTimeoutMs?: number;
}

/** Carries payloads to the app: over its Socket Mode connection when it has one, else as signed requests. */
export class Courier {
  private readonly options: CourierOptions;
  private readonly closing = new AbortController();

  constructor(options: CourierOptions) {
    this.options = options;
  }

  async deliver(kind: PayloadKind, payload: JsonObject, retry?: Retry): Promise<Delivery> {
    const { sockets, ackTimeoutMs = ACK_TIMEOUT_MS } = this.options;
    if (sockets.isConnected()) return sockets.deliver(kind, payload, ackTimeoutMs, retry);
    const url = this.options.requestUrl();
    if (url === undefined) return { ok: false, reason: 'connection_failed' };
    return this.post(url, kind, payload, ackTimeoutMs, retry);
  }

  /** Gives up on everything that is under way. */
  close(): void {
    this.closing.abort();
  }

  private async post(
    url: string,
    kind: PayloadKind,
    payload: JsonObject,
    ackTimeoutMs: number,
    retry: Retry | undefined,
  ): Promise<Delivery> {
    const { contentType, body } = encode(kind, payload);
    const timeout = AbortSignal.timeout(ackTimeoutMs);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': contentType, ...this.signed(body), ...retryHeaders(retry) },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([timeout, this.closing.signal]),
      });
      const text = await response.text();
      const noRetry = response.headers.get('x-slack-no-retry') === '1';
      if (!response.ok) return { ok: false, reason: 'http_error', status: response.status, noRetry };
      return { ok: true, answer: parseAnswer(text) };
    } catch {
      return { ok: false, reason: timeout.aborted ? 'http_timeout' : 'connection_failed' };
    }
  }

  /** https://docs.slack.dev/authentication/verifying-requests-from-slack */
  private signed(body: string): Record<string, string> {
    const timestamp = String(Math.floor(this.options.nowMs() / 1000));
    const signature = createHmac('sha256', this.options.signingSecret)
      .update(`v0:${timestamp}:${body}`)
      .digest('hex');
    return {
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    };
  }
}

function encode(
  kind: PayloadKind,
  payload: JsonObject,
): { readonly contentType: string; readonly body: string } {
  const form = 'application/x-www-form-urlencoded';
  switch (kind) {
    case 'events_api':
      return { contentType: 'application/json', body: JSON.stringify(payload) };
    case 'interactive':
      return {
        contentType: form,
        body: new URLSearchParams({ payload: JSON.stringify(payload) }).toString(),
      };
    case 'slash_commands': {
      const fields = Object.entries(payload).map(([name, value]): [string, string] => [name, String(value)]);
      return { contentType: form, body: new URLSearchParams(fields).toString() };
    }
  }
}

function retryHeaders(retry: Retry | undefined): Record<string, string> {
  if (retry === undefined) return {};
  return { 'x-slack-retry-num': String(retry.number), 'x-slack-retry-reason': retry.reason };
}

function parseAnswer(text: string): JsonObject | string | undefined {
  if (text.trim() === '') return undefined;
  const parsed = parseJson(text);
  return isObject(parsed) ? parsed : text;
}
