import { createHash } from 'node:crypto';
import { incidentTitle } from '../cards/incident-words.ts';
import { consoleUrl } from '../cards/place.ts';
import type { Incident } from '../domain/incident.ts';
import { SIGNATURE_HEADERS, signBody } from '../domain/webhook-signature.ts';
import type { PageEvent } from '../store/page-store.ts';

/**
 * What any other program is told. A repetition has the same `id`; it may arrive more than once, and its receiver
 * goes by that.
 */
export function webhookMessage(
  { key, event, incident }: { readonly key: string; readonly event: PageEvent; readonly incident: Incident },
  systemNowMs: number,
): object {
  const { target, number, severity, cause, state, openedAtMs, lastSeenAtMs, count } = incident;
  const { acknowledged, resolved } = incident;
  return {
    id: createHash('sha256').update(`${key} ${event}`).digest('hex').slice(0, 32),
    event,
    sentAt: new Date(systemNowMs).toISOString(),
    incident: {
      key,
      id: incident.id,
      number,
      title: incidentTitle(incident),
      severity,
      state,
      cause,
      account: target.account,
      region: target.region,
      cluster: target.cluster,
      service: target.service,
      openedAt: new Date(openedAtMs).toISOString(),
      lastSeenAt: new Date(lastSeenAtMs).toISOString(),
      count,
      acknowledgedBy: acknowledged?.by.name,
      resolvedAt: resolved === undefined ? undefined : new Date(resolved.atMs).toISOString(),
      consoleUrl: consoleUrl(target),
    },
  };
}

/** The signature, where a secret is configured; its time is the machine's, in seconds. */
export function webhookHeaders(
  body: string,
  secret: string | undefined,
  systemNowMs: number,
): Readonly<Record<string, string>> {
  if (secret === undefined) return {};
  const timestamp = String(Math.floor(systemNowMs / 1000));
  return {
    [SIGNATURE_HEADERS.timestamp]: timestamp,
    [SIGNATURE_HEADERS.signature]: signBody(secret, timestamp, body),
  };
}
