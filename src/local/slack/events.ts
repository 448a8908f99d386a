import type { JsonObject } from '../json.ts';
import type { Courier } from './courier.ts';
import type { Delivery } from './delivery.ts';
import { changeEvent, eventEnvelope, mentionEvent, messageEvent } from './payloads.ts';
import { shownMessage } from './shown.ts';
import type { StoredMessage, Workspace, WorkspaceChange } from './workspace.ts';

/**
 * When an event that was not acknowledged is sent again: nearly at once, after one minute, after five.
 * https://docs.slack.dev/apis/events-api#retries
 */
export const RETRY_DELAYS_MS: readonly number[] = [50, 60_000, 300_000];

/** Sends events to the app, in order per attempt, and retries them as Slack does. */
export class Events {
  private readonly ws: Workspace;
  private readonly courier: Courier;
  private readonly nowMs: () => number;
  private readonly retryDelaysMs: readonly number[];
  private readonly timers = new Set<NodeJS.Timeout>();
  private closed = false;

  constructor(
    ws: Workspace,
    courier: Courier,
    nowMs: () => number,
    retryDelaysMs: readonly number[] = RETRY_DELAYS_MS,
  ) {
    this.ws = ws;
    this.courier = courier;
    this.nowMs = nowMs;
    this.retryDelaysMs = retryDelaysMs;
  }

  /** Announces a change of the workspace to the app, where the app would hear of it. */
  async announce(change: WorkspaceChange): Promise<Delivery | undefined> {
    const { message } = change;
    const channel = this.ws.find(message.channel);
    const isHeard =
      channel?.members.has(this.ws.cast.botUserId) === true && message.ephemeralFor === undefined;
    if (!isHeard) return undefined;
    if (change.kind === 'edited') return this.send(changeEvent(this.ws, message, change.before, false));
    if (change.kind === 'deleted')
      return this.send(changeEvent(this.ws, message, shownMessage(this.ws, message), true));
    return this.announcePost(message, channel.kind === 'im');
  }

  /** Sends one event and answers how its first attempt went; further attempts follow by themselves. */
  async send(event: JsonObject): Promise<Delivery> {
    const envelope = eventEnvelope(this.ws, event, this.nowMs());
    const first = await this.courier.deliver('events_api', envelope);
    if (!first.ok) this.retryLater(envelope, first, 1);
    return first;
  }

  /** Cancels what waits for another attempt. */
  close(): void {
    this.closed = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  /** A mention is told twice, as `app_mention` and as `message`; in direct messages once. */
  private async announcePost(message: StoredMessage, isDirect: boolean): Promise<Delivery> {
    const isMention = !isDirect && !message.isBot && message.text.includes(`<@${this.ws.cast.botUserId}>`);
    const events = isMention
      ? [mentionEvent(this.ws, message), messageEvent(this.ws, message)]
      : [messageEvent(this.ws, message)];
    const deliveries = await Promise.all(events.map((event) => this.send(event)));
    return deliveries.find((delivery) => !delivery.ok) ?? { ok: true, answer: undefined };
  }

  private retryLater(envelope: JsonObject, failed: Delivery, number: number): void {
    const delayMs = this.retryDelaysMs[number - 1];
    if (failed.ok || failed.noRetry === true || delayMs === undefined || this.closed) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void this.courier
        .deliver('events_api', envelope, { number, reason: failed.reason })
        .then((delivery) => this.retryLater(envelope, delivery, number + 1));
    }, delayMs);
    timer.unref();
    this.timers.add(timer);
  }
}
