import { type JsonObject, parseJson } from '../json.ts';

/** Teams waits so long for an answer before it tells the person that the app did not answer. */
export const INVOKE_TIMEOUT_MS = 10_000;

/** What the bot answered to an activity. */
export type BotAnswer =
  | { readonly ok: true; readonly status: number; readonly body: unknown }
  | { readonly ok: false; readonly why: 'unreachable' | 'timeout' };

/** Sends activities to the bot's messaging endpoint, one request each. */
export class BotLink {
  private readonly endpoint: () => string | undefined;
  private readonly timeoutMs: number;
  private readonly closing = new AbortController();

  constructor(endpoint: () => string | undefined, timeoutMs = INVOKE_TIMEOUT_MS) {
    this.endpoint = endpoint;
    this.timeoutMs = timeoutMs;
  }

  async send(activity: JsonObject): Promise<BotAnswer> {
    const url = this.endpoint();
    if (url === undefined) return { ok: false, why: 'unreachable' };
    const timeout = AbortSignal.timeout(this.timeoutMs);
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'Microsoft-SkypeBotApi' },
        body: JSON.stringify(activity),
        signal: AbortSignal.any([timeout, this.closing.signal]),
      });
      return { ok: true, status: response.status, body: parseJson(await response.text()) };
    } catch {
      return { ok: false, why: timeout.aborted ? 'timeout' : 'unreachable' };
    }
  }

  close(): void {
    this.closing.abort();
  }
}
