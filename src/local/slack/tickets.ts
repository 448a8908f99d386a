import { randomBytes } from 'node:crypto';
import { Refusal } from './refusal.ts';

/** https://docs.slack.dev/interactivity/handling-user-interaction: a trigger lives 3 s and works once. */
const TRIGGER_LIFE_MS = 3_000;
/** A `response_url`: 5 uses within 30 minutes (the same page). */
const RESPONSE_LIFE_MS = 30 * 60_000;
const RESPONSE_USES = 5;

/** Where the answer to a `response_url` goes. */
export interface ResponseTarget {
  readonly channel: string;
  readonly user: string;
  readonly threadTs?: string;
  /** The message with the clicked button; absent for slash commands. */
  readonly messageTs?: string;
}

interface Response {
  readonly target: ResponseTarget;
  readonly bornAtMs: number;
  left: number;
}

/** Trigger ids and response URLs: what an interaction entitles the app to, for a while. */
export class Tickets {
  private readonly nowMs: () => number;
  private readonly baseUrl: () => string;
  private readonly triggers = new Map<
    string,
    { readonly user: string; readonly bornAtMs: number; used: boolean }
  >();
  private readonly responses = new Map<string, Response>();

  /** `baseUrl` is where this Slack is reached, without a slash at the end. */
  constructor(nowMs: () => number, baseUrl: () => string) {
    this.nowMs = nowMs;
    this.baseUrl = baseUrl;
  }

  /** A new trigger id for something that this user did. */
  trigger(user: string): string {
    const id = `${this.nowMs()}.${parseInt(randomBytes(5).toString('hex'), 16)}.${randomBytes(16).toString('hex')}`;
    forgetOld(this.triggers, this.nowMs() - RESPONSE_LIFE_MS);
    this.triggers.set(id, { user, bornAtMs: this.nowMs(), used: false });
    return id;
  }

  /**
   * Uses up a trigger id; answers whose it was.
   * @throws Refusal (https://docs.slack.dev/reference/methods/views.open)
   */
  useTrigger(id: string): string {
    const trigger = this.triggers.get(id);
    if (trigger === undefined) throw new Refusal('invalid_trigger_id');
    if (trigger.used) throw new Refusal('exchanged_trigger_id');
    if (this.nowMs() - trigger.bornAtMs > TRIGGER_LIFE_MS) throw new Refusal('expired_trigger_id');
    trigger.used = true;
    return trigger.user;
  }

  /** A new response URL; `kind` is the part of the path that Slack uses for its origin. */
  responseUrl(kind: 'commands' | 'actions', target: ResponseTarget): string {
    const secret = randomBytes(18).toString('base64url');
    forgetOld(this.responses, this.nowMs() - 2 * RESPONSE_LIFE_MS);
    this.responses.set(secret, { target, bornAtMs: this.nowMs(), left: RESPONSE_USES });
    return `${this.baseUrl()}/${kind}/${secret}`;
  }

  /** Uses a response URL once. @throws Refusal `expired_url`, `used_url` */
  useResponse(secret: string): ResponseTarget {
    const response = this.responses.get(secret);
    if (response === undefined || this.nowMs() - response.bornAtMs > RESPONSE_LIFE_MS)
      throw new Refusal('expired_url');
    if (response.left === 0) throw new Refusal('used_url');
    response.left -= 1;
    return response.target;
  }
}

/** Maps keep the order of insertion: the oldest stand first. */
function forgetOld(tickets: Map<string, { readonly bornAtMs: number }>, beforeMs: number): void {
  for (const [id, { bornAtMs }] of tickets) {
    if (bornAtMs >= beforeMs) return;
    tickets.delete(id);
  }
}
