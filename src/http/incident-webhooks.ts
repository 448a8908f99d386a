import { createHash, createHmac } from 'node:crypto';
import express, { type IRouter, type Request, type Response } from 'express';
import type { Deed, DeedOutcome } from '../domain/incident.ts';
import type { Person } from '../domain/person.ts';
import { isSameSignature, SIGNATURE_HEADERS, signBody } from '../domain/webhook-signature.ts';
import type { Log } from '../telemetry/log.ts';
import { type HookEvent, readPagerDuty, readWebhook } from './hook-events.ts';

export interface IncidentWebhooksOptions {
  /** The secret of PagerDuty's subscription; undefined: `/webhooks/pagerduty` does not exist. */
  readonly pagerDutySecret: string | undefined;
  /** Undefined: `/webhooks/incidents` does not exist. */
  readonly secret: string | undefined;
  /** The open incident that another program knows by this key; undefined: none of ours. */
  readonly find: (key: string) => Promise<{ readonly id: string } | undefined>;
  /** Does it, and writes it down in the audit. */
  readonly act: (incident: string, deed: Deed, person: Person) => Promise<DeedOutcome>;
  /** What has been dealt with, over all processes and restarts. */
  readonly received: {
    wasReceived(id: string): Promise<boolean>;
    noteReceived(id: string): Promise<void>;
  };
  /** The machine's clock: signatures carry real time. */
  readonly systemNow: () => number;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

const LARGEST_BODY = '256kb';
/** How far our clock and the sender's may be apart. */
const SKEW_MS = 5 * 60_000;
/** PagerDuty repeats what it could not deliver for less than a day; its signature carries no time. */
const OLDEST_EVENT_MS = 24 * 3_600_000;

/**
 * What other programs send in: `POST /webhooks/pagerduty` (V3 webhooks,
 * developer.pagerduty.com/docs/webhooks-overview) and `POST /webhooks/incidents` (signed as our own are). An
 * acknowledgement or resolution there is one here. Nothing of what was sent is ever sent back.
 */
export function incidentWebhooks(options: IncidentWebhooksOptions): IRouter {
  const router = express.Router();
  const raw = express.raw({ type: () => true, limit: LARGEST_BODY, inflate: false });
  const { pagerDutySecret, secret } = options;
  if (pagerDutySecret !== undefined) {
    router.post('/webhooks/pagerduty', raw, async (req, res) => {
      const body = bodyOf(req);
      if (!isFromPagerDuty(req, body, pagerDutySecret)) return refuse(res);
      await deal(options, res, readPagerDuty(body), 'pagerduty');
    });
  }
  if (secret !== undefined) {
    router.post('/webhooks/incidents', raw, async (req, res) => {
      const body = bodyOf(req);
      if (!isSignedByUs(req, body, secret, options.systemNow())) return refuse(res);
      await deal(options, res, readWebhook(body), 'webhook');
    });
  }
  return router;
}

async function deal(
  options: IncidentWebhooksOptions,
  res: Response,
  read: HookEvent | 'malformed' | 'nothing',
  from: string,
): Promise<void> {
  if (read === 'malformed') {
    res.status(400).send('The body is not what this address expects.');
    return;
  }
  if (read === 'nothing') {
    res.status(202).json({ outcome: 'ignored' });
    return;
  }
  try {
    const outcome = await dealWith(options, read, from);
    options.log.info({ from, kind: read.deed.kind, outcome }, 'another program told of an incident');
    res.status(202).json({ outcome });
  } catch (error) {
    // The sender repeats it.
    options.log.warn({ err: error, from }, 'what another program told could not be dealt with');
    res.status(503).send('');
  }
}

/** Doing it twice does no harm; doing it again later, when somebody has given the incident back, would. */
async function dealWith(
  { received, find, act, systemNow }: IncidentWebhooksOptions,
  { id, atMs, key, deed, person }: HookEvent,
  from: string,
): Promise<DeedOutcome | 'ignored'> {
  if (atMs !== undefined && Math.abs(systemNow() - atMs) > OLDEST_EVENT_MS) return 'ignored';
  const receipt = `${from}/${createHash('sha256').update(id).digest('hex')}`;
  if (await received.wasReceived(receipt)) return 'ignored';
  const incident = await find(key);
  const outcome = incident === undefined ? 'ignored' : await act(incident.id, deed, person);
  await received.noteReceived(receipt);
  return outcome;
}

function refuse(res: Response): void {
  res.status(401).send('');
}

function bodyOf(req: Request): Buffer {
  const body: unknown = req.body;
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/** While a secret is being replaced PagerDuty signs with both: developer.pagerduty.com/docs/verifying-signatures. */
function isFromPagerDuty(req: Request, body: Buffer, secret: string): boolean {
  const expected = `v1=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const given = (req.get('x-pagerduty-signature') ?? '').split(',').slice(0, 10);
  return given.some((one) => isSameSignature(one.trim(), expected));
}

function isSignedByUs(req: Request, body: Buffer, secret: string, systemNowMs: number): boolean {
  const timestamp = req.get(SIGNATURE_HEADERS.timestamp) ?? '';
  if (!/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(systemNowMs - Number(timestamp) * 1000) > SKEW_MS) return false;
  return isSameSignature(req.get(SIGNATURE_HEADERS.signature) ?? '', signBody(secret, timestamp, body));
}
