import type { RequestHandler } from 'express';

/** How far a request's timestamp may be from our clock, either way (docs.slack.dev, "Verifying requests"). */
const MAX_SKEW_MS = 5 * 60_000;

/**
 * Goes before Bolt's receiver. Bolt refuses old timestamps but accepts any in the future, which would let somebody
 * keep a signed request for later; and it compares the content type to the letter, charset and all.
 */
export function guardSlackRequests(systemNow: () => number): RequestHandler {
  return (req, res, next) => {
    const seconds = Number(req.headers['x-slack-request-timestamp']);
    if (!Number.isFinite(seconds) || Math.abs(seconds * 1000 - systemNow()) > MAX_SKEW_MS) {
      res.status(401).send();
      return;
    }
    if (!/^v0=[0-9a-f]{64}$/.test(String(req.headers['x-slack-signature'] ?? ''))) {
      res.status(401).send();
      return;
    }
    const type = req.headers['content-type'];
    if (type !== undefined) req.headers['content-type'] = type.split(';')[0]?.trim().toLowerCase();
    next();
  };
}
