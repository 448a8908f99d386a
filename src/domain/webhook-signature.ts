import { createHmac, timingSafeEqual } from 'node:crypto';

/** Headers of what Deckhand sends to other programs, and expects from them. */
export const SIGNATURE_HEADERS = {
  timestamp: 'x-deckhand-timestamp',
  signature: 'x-deckhand-signature',
} as const;

/**
 * Signs a body as it is sent: `v1=` and the HMAC-SHA256, in hex, of `v1:<timestamp>:<body>`.
 * @param timestamp seconds since 1970, as the header carries it.
 */
export function signBody(secret: string, timestamp: string, body: string | Uint8Array): string {
  return `v1=${createHmac('sha256', secret).update(`v1:${timestamp}:`).update(body).digest('hex')}`;
}

/** Whether two signatures are the same; how long it takes tells nothing about where they differ. */
export function isSameSignature(given: string, expected: string): boolean {
  const digest = (text: string) => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
