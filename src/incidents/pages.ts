import type { Incident } from '../domain/incident.ts';
import { isSafeAddress } from '../domain/route-schema.ts';
import type { Page, PageEvent } from '../store/page-store.ts';
import { type Posted, postJson } from './pages-http.ts';
import { pagerDutyEvent } from './pages-pagerduty.ts';
import { webhookHeaders, webhookMessage } from './pages-webhook.ts';

export interface PagerOptions {
  /** Reads a variable of the environment; secrets have no other way in. */
  readonly variable: (name: string) => string | undefined;
  /** Where PagerDuty takes events: `https://events.pagerduty.com`, or that of another region or an emulator. */
  readonly pagerDutyUrl: string;
  /** The machine's clock: signatures carry real time. */
  readonly systemNow: () => number;
  readonly fetch?: typeof fetch;
}

/**
 * What became of a call. `refused`: it will not be taken as it is, and `why` says what to do. `later`: it may be
 * tried again; `isUnsure`: the other side may have taken it.
 */
export type Paged =
  | { readonly kind: 'taken' }
  | { readonly kind: 'refused'; readonly why: string }
  | {
      readonly kind: 'later';
      readonly why: string;
      readonly isUnsure: boolean;
      readonly retryAfterMs?: number;
    };

/** Tells other programs of incidents. One request a call, never a retry of its own; it never rejects. */
export interface Pager {
  send(page: Pick<Page, 'target' | 'key'>, event: PageEvent, incident: Incident): Promise<Paged>;
}

/** PagerDuty's own address for events (developer.pagerduty.com/docs/events-api-v2-overview). */
export const PAGERDUTY_EVENTS_URL = 'https://events.pagerduty.com';

/** A pager over HTTP. */
export function makePager(options: PagerOptions): Pager {
  return {
    send: ({ target, key }, event, incident) =>
      target.kind === 'pagerDuty'
        ? toPagerDuty(options, target.keyEnv, { key, event, incident })
        : toWebhook(options, target, { key, event, incident }),
  };
}

interface Call {
  readonly key: string;
  readonly event: PageEvent;
  readonly incident: Incident;
}

async function toPagerDuty(options: PagerOptions, keyEnv: string, call: Call): Promise<Paged> {
  const routingKey = options.variable(keyEnv);
  if (routingKey === undefined)
    return { kind: 'refused', why: `${keyEnv} is not set: set it and restart me.` };
  if (!isSafeAddress(options.pagerDutyUrl))
    return { kind: 'refused', why: 'the address of PagerDuty must begin with https://.' };
  const url = new URL('/v2/enqueue', options.pagerDutyUrl).href;
  const body = JSON.stringify(pagerDutyEvent(routingKey, call));
  const posted = await postJson(options.fetch ?? fetch, { url, body, headers: {} });
  return judge(posted, 'PagerDuty', `look whether ${keyEnv} is the key of an Events API v2 integration.`);
}

async function toWebhook(
  options: PagerOptions,
  { url, secretEnv }: Extract<Page['target'], { kind: 'webhook' }>,
  call: Call,
): Promise<Paged> {
  if (!isSafeAddress(url)) return { kind: 'refused', why: 'its address must begin with https://.' };
  const secret = secretEnv === undefined ? undefined : options.variable(secretEnv);
  if (secretEnv !== undefined && secret === undefined)
    return { kind: 'refused', why: `${secretEnv} is not set: set it and restart me.` };
  const body = JSON.stringify(webhookMessage(call, options.systemNow()));
  const headers = webhookHeaders(body, secret, options.systemNow());
  const posted = await postJson(options.fetch ?? fetch, { url, body, headers });
  return judge(posted, 'it', 'look at its own log for the reason.');
}

/** https://developer.pagerduty.com/docs/events-api-v2-overview: 4XX are for good, but for 408, 425 and 429. */
function judge(posted: Posted, who: string, remedy: string): Paged {
  if (posted.kind === 'no_answer') {
    return { kind: 'later', why: `${who} gives no answer (${posted.why}).`, isUnsure: posted.isUnsure };
  }
  const { status, retryAfterMs } = posted;
  if (status >= 200 && status < 300) return { kind: 'taken' };
  const why = `${who} answers with status ${status}`;
  if (status >= 500 || status === 408 || status === 425 || status === 429) {
    const isUnsure = status >= 500;
    return {
      kind: 'later',
      why: `${why}.`,
      isUnsure,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  }
  if (status >= 300 && status < 400)
    return {
      kind: 'refused',
      why: `${why}: it sends me elsewhere, and I follow nobody. Give its final address.`,
    };
  return { kind: 'refused', why: `${why}: ${remedy}` };
}
