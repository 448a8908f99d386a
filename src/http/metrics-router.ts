import { createHash, timingSafeEqual } from 'node:crypto';
import express, { type IRouter, type Request } from 'express';

export interface MetricsRouterOptions {
  readonly contentType: string;
  readonly render: () => Promise<string>;
  /** Scrapers send it as `Authorization: Bearer …`. Without one only this machine itself may read. */
  readonly token: string | undefined;
}

/**
 * `GET /metrics` in Prometheus' text format. It names every service, and the server may be reachable for the whole
 * internet because the chat platforms call it; so it is closed to everybody who has not been given the token.
 */
export function metricsRouter(options: MetricsRouterOptions): IRouter {
  const router = express.Router();
  router.get('/metrics', async (req, res) => {
    if (!mayRead(req, options.token)) {
      res.status(403).send('Set METRICS_TOKEN and send it as a bearer token.');
      return;
    }
    res.type(options.contentType).send(await options.render());
  });
  return router;
}

function mayRead(req: Request, token: string | undefined): boolean {
  if (token !== undefined) return isSame(req.headers.authorization ?? '', `Bearer ${token}`);
  const address = req.socket.remoteAddress ?? '';
  const isForwarded = req.headers['x-forwarded-for'] !== undefined || req.headers.forwarded !== undefined;
  return !isForwarded && (address === '::1' || /^(::ffff:)?127\./.test(address));
}

/** Compares digests, so that the time tells nothing about where two texts differ. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
