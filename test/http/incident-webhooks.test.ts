import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { Deed, DeedOutcome } from '../../src/domain/incident.ts';
import type { Person } from '../../src/domain/person.ts';
import { signBody } from '../../src/domain/webhook-signature.ts';
import { type IncidentWebhooksOptions, incidentWebhooks } from '../../src/http/incident-webhooks.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { incidentOfPageKey } from '../../src/incidents/pages-pagerduty.ts';
import { makePageStore } from '../../src/store/page-store.ts';
import { keepLog } from '../kept-log.ts';
import { makeMemoryTable } from '../store/memory-table.ts';

const NOW = Date.parse('2026-11-20T09:00:00Z');
const OPEN = { id: 'production/eu-west-1/core/checkout-api#12' };
const PD_SECRET = 'pd-s3cret';
const SECRET = 'our-s3cret';

let http: HttpServer | undefined;
afterEach(async () => {
  await http?.close();
  http = undefined;
});

async function serve(part: Partial<IncidentWebhooksOptions> = {}) {
  const clock = { nowMs: NOW };
  const now = () => clock.nowMs;
  const { log } = keepLog();
  const acts: { incident: string; deed: Deed; person: Person }[] = [];
  http = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    routers: [
      incidentWebhooks({
        pagerDutySecret: PD_SECRET,
        secret: SECRET,
        find: async (key) => incidentOfPageKey(key, [OPEN]),
        act: async (incident, deed, person): Promise<DeedOutcome> => {
          acts.push({ incident, deed, person });
          return 'done';
        },
        received: makePageStore(makeMemoryTable({ now }), now),
        systemNow: now,
        log,
        ...part,
      }),
    ],
    notReady: () => [],
    log,
  });
  const { url } = http;
  const post = (path: string, body: string, headers: Record<string, string>) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  return {
    clock,
    acts,
    url,
    post,
    pagerDuty: (body: string, signature = pagerDutySignature(body)) =>
      post('/webhooks/pagerduty', body, { 'x-pagerduty-signature': signature }),
    ours: (body: string, at = clock.nowMs, secret = SECRET) => {
      const timestamp = String(Math.floor(at / 1000));
      return post('/webhooks/incidents', body, {
        'x-deckhand-timestamp': timestamp,
        'x-deckhand-signature': signBody(secret, timestamp, body),
      });
    },
  };
}

function pagerDutySignature(body: string, secret = PD_SECRET): string {
  return `v1=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

function pagerDutyEvent(event: Record<string, unknown> = {}): string {
  return JSON.stringify({
    event: {
      id: '01DEN1HNLBC1VITK9OZ2PKUY6L',
      event_type: 'incident.acknowledged',
      resource_type: 'incident',
      occurred_at: '2026-11-20T08:59:58.000Z',
      agent: { id: 'PLH1HKV', type: 'user_reference', summary: 'Jane Doe', html_url: 'https://acme.example' },
      client: null,
      data: { id: 'PGR0VU2', type: 'incident', incident_key: OPEN.id, status: 'acknowledged' },
      ...event,
    },
  });
}

describe('POST /webhooks/pagerduty', () => {
  it('acknowledges and resolves for whoever did it there', async () => {
    const { acts, pagerDuty } = await serve();
    const answer = await pagerDuty(pagerDutyEvent());
    expect([answer.status, await answer.json()]).toEqual([202, { outcome: 'done' }]);
    await pagerDuty(pagerDutyEvent({ id: 'E2', event_type: 'incident.resolved' }));
    expect(acts).toEqual([
      {
        incident: OPEN.id,
        deed: { kind: 'ack' },
        person: {
          platform: 'cli',
          id: 'pagerduty:PLH1HKV',
          tenant: 'pagerduty',
          name: 'Jane Doe (PagerDuty)',
        },
      },
      expect.objectContaining({ deed: { kind: 'resolve' } }),
    ]);
  });

  it('knows an incident by the key under which it was called anew', async () => {
    const { acts, pagerDuty } = await serve();
    await pagerDuty(pagerDutyEvent({ data: { incident_key: `${OPEN.id}~2` } }));
    expect(acts).toHaveLength(1);
  });

  it.each([
    ['is not signed', ''],
    ['is signed by somebody else', pagerDutySignature(pagerDutyEvent(), 'other')],
    ['is signed in another way', pagerDutySignature(pagerDutyEvent()).replace('v1=', 'v2=')],
  ])('that %s is refused without a word', async (_, signature) => {
    const { acts, pagerDuty } = await serve();
    const answer = await pagerDuty(pagerDutyEvent(), signature);
    expect([answer.status, await answer.text()]).toEqual([401, '']);
    expect(acts).toEqual([]);
  });

  it('may carry two signatures while the secret is being replaced', async () => {
    const { acts, pagerDuty } = await serve();
    const body = pagerDutyEvent();
    await pagerDuty(body, `${pagerDutySignature(body, 'old')},${pagerDutySignature(body)}`);
    expect(acts).toHaveLength(1);
  });

  it.each([
    ['what our own call brought about', { agent: { id: 'I1', type: 'inbound_integration_reference' } }],
    ['what nobody did', { agent: null }],
    ['another kind of event', { event_type: 'incident.priority_updated' }],
    ['a trial', { event_type: 'pagey.ping', data: { message: 'Hello', type: 'ping' } }],
    ['an incident of others', { data: { incident_key: 'd3640fbd' } }],
    ['an event of last week', { occurred_at: '2026-11-13T09:00:00Z' }],
  ])('leaves %s alone', async (_, event) => {
    const { acts, pagerDuty } = await serve();
    const answer = await pagerDuty(pagerDutyEvent(event));
    expect([answer.status, await answer.json()]).toEqual([202, { outcome: 'ignored' }]);
    expect(acts).toEqual([]);
  });

  it('does a repeated delivery once', async () => {
    const { acts, pagerDuty, clock } = await serve();
    await pagerDuty(pagerDutyEvent());
    clock.nowMs += 60_000;
    await pagerDuty(pagerDutyEvent());
    expect(acts).toHaveLength(1);
  });

  it('is asked to come again when it could not be dealt with, and then is', async () => {
    let isDown = true;
    const { pagerDuty } = await serve({
      act: async () => {
        if (isDown) throw new Error('no table: secret detail');
        return 'done';
      },
    });
    const first = await pagerDuty(pagerDutyEvent());
    expect([first.status, await first.text()]).toEqual([503, '']);
    isDown = false;
    const second = await pagerDuty(pagerDutyEvent());
    expect(await second.json()).toEqual({ outcome: 'done' });
  });

  it('tells nothing of what was sent', async () => {
    const { pagerDuty } = await serve();
    for (const body of ['{"<script>": 1}', 'not json <script>']) {
      const answer = await pagerDuty(body);
      expect(answer.status).toBe(400);
      expect(await answer.text()).not.toContain('script');
    }
  });

  it('may not be larger than anything that PagerDuty sends', async () => {
    const { pagerDuty, acts } = await serve();
    const body = pagerDutyEvent({ padding: 'x'.repeat(300_000) });
    expect((await pagerDuty(body)).status).toBe(413);
    expect(acts).toEqual([]);
  });

  it('names people without line breaks and not at any length', async () => {
    const { acts, pagerDuty } = await serve();
    const summary = `Eve\n\u202eroot ${'x'.repeat(500)}`;
    await pagerDuty(pagerDutyEvent({ agent: { id: 'P1', type: 'user_reference', summary } }));
    expect(acts[0]?.person.name).toMatch(/^Eve root x{71} \(PagerDuty\)$/);
  });

  it('does not exist where no secret is configured', async () => {
    const { pagerDuty, ours } = await serve({ pagerDutySecret: undefined, secret: undefined });
    expect((await pagerDuty(pagerDutyEvent())).status).toBe(404);
    expect((await ours('{}')).status).toBe(404);
  });
});

describe('POST /webhooks/incidents', () => {
  const message = (part: Record<string, unknown> = {}) =>
    JSON.stringify({ id: 'x1', event: 'resolved', incident: OPEN.id, by: { name: 'Sam', id: '7' }, ...part });

  it('does what is signed as our own messages are', async () => {
    const { acts, ours } = await serve();
    expect((await ours(message())).status).toBe(202);
    expect(acts).toEqual([
      {
        incident: OPEN.id,
        deed: { kind: 'resolve' },
        person: { platform: 'cli', id: 'webhook:7', tenant: 'webhook', name: 'Sam (webhook)' },
      },
    ]);
  });

  it('takes no message that is old, of the future, or signed otherwise', async () => {
    const { acts, ours, post } = await serve();
    expect((await ours(message(), NOW - 301_000)).status).toBe(401);
    expect((await ours(message(), NOW + 301_000)).status).toBe(401);
    expect((await ours(message(), NOW, 'other')).status).toBe(401);
    expect((await post('/webhooks/incidents', message(), {})).status).toBe(401);
    expect(acts).toEqual([]);
    expect((await ours(message(), NOW - 299_000)).status).toBe(202);
  });

  it('does a message once, also when it is sent again with a new signature', async () => {
    const { acts, ours, clock } = await serve();
    await ours(message());
    clock.nowMs += 120_000;
    await ours(message());
    await ours(message({ id: 'x2' }));
    expect(acts).toHaveLength(2);
  });

  it('is told what it lacks in general words', async () => {
    const { ours } = await serve();
    const answer = await ours(message({ event: 'explode' }));
    expect([answer.status, await answer.text()]).toEqual([400, 'The body is not what this address expects.']);
  });
});
