import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Incident } from '../../src/domain/incident.ts';
import { type Mute, REMINDER_DEFAULTS, type Route } from '../../src/domain/route.ts';
import { makePager, type Pager } from '../../src/incidents/pages.ts';
import { makeReminders, type PageNote, type Reminders } from '../../src/incidents/reminders.ts';
import { destinationKey, type WantedMessage } from '../../src/messaging/messenger.ts';
import { makeRouteBook } from '../../src/messaging/route-book.ts';
import { makePageStore, type PageStore } from '../../src/store/page-store.ts';
import type { Table } from '../../src/store/table.ts';
import { keepLog } from '../kept-log.ts';
import { makeMemoryTable } from '../store/memory-table.ts';

export const START = Date.parse('2026-11-20T09:00:00Z');
export const MINUTE = 60_000;

export const olivia = { platform: 'slack', id: 'U1', tenant: 'T1', name: 'Olivia' } as const;

export function incident(part: Partial<Incident> = {}): Incident {
  return {
    id: 'production/eu-west-1/core/checkout-api#12',
    number: 12,
    target: { account: 'production', region: 'eu-west-1', cluster: 'core', service: 'checkout-api' },
    severity: 'critical',
    cause: 'SERVICE_DEPLOYMENT_FAILED',
    title: 'Deployment failed',
    state: 'open',
    openedAtMs: START,
    lastSeenAtMs: START,
    count: 1,
    facts: [],
    version: 1,
    ...part,
  };
}

/** What a program outside was sent. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly json: Record<string, unknown>;
}

/** A program outside, on loopback: PagerDuty or any other. */
export interface Outside {
  readonly url: string;
  readonly received: Received[];
  /** The status of the next answers; the last one stays. `hang_up`: taken, and the answer is lost. */
  answers: (number | 'hang_up')[];
  headers: Record<string, string>;
  close(): Promise<void>;
}

export async function openOutside(): Promise<Outside> {
  const outside: Outside = {
    url: '',
    received: [],
    answers: [202],
    headers: {},
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      outside.received.push({ path: req.url ?? '', headers: req.headers, body, json: JSON.parse(body) });
      const [answer = 202] = outside.answers;
      if (outside.answers.length > 1) outside.answers.shift();
      if (answer === 'hang_up') req.socket.destroy();
      else res.writeHead(answer, outside.headers).end('{"status":"whatever"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return Object.assign(outside, { url: `http://127.0.0.1:${port}` });
}

export interface EscalationWorld {
  readonly clock: { nowMs: number };
  /** The incidents as they stand; tests put others in their place. */
  readonly incidents: Map<string, Incident>;
  /** The latest revision of every message, by destination and key. */
  readonly shown: Map<string, WantedMessage>;
  readonly notes: PageNote[];
  readonly table: Table;
  readonly pages: PageStore;
  /** A process over the same table. */
  replica(change?: { readonly pager?: Pager; readonly table?: Table }): Reminders;
  /** Lets so many minutes pass, with a run every 15 seconds. */
  pass(minutes: number, reminders: Reminders): Promise<void>;
  /** Keys of the messages in one channel, roots and facts left out. */
  keys(channel: string): readonly string[];
}

export interface WorldOptions {
  readonly routes?: readonly Route[];
  readonly mutes?: Mute[];
  readonly env?: Readonly<Record<string, string>>;
  readonly pagerDutyUrl?: string;
}

export function openEscalation(options: WorldOptions = {}): EscalationWorld {
  const { routes = [], mutes, env = {}, pagerDutyUrl = 'http://127.0.0.1:9' } = options;
  const clock = { nowMs: START };
  const now = () => clock.nowMs;
  const table = makeMemoryTable({ now });
  const incidents = new Map([incident()].map((one) => [one.id, one]));
  const shown = new Map<string, WantedMessage>();
  const notes: PageNote[] = [];
  const { log } = keepLog();
  const book = makeRouteBook({
    configured: routes,
    maintenance: [],
    reminders: REMINDER_DEFAULTS,
    defaults: [{ platform: 'slack', tenant: '-', channel: 'C1' }],
    routes: undefined,
    mutes: mutes && { list: async () => mutes },
    clock: { now },
    systemNow: now,
    log,
  });
  const want = async (messages: readonly WantedMessage[]) => {
    for (const message of messages) {
      const id = `${destinationKey(message.dest)} ${message.key}`;
      if ((shown.get(id)?.rev ?? -1) < message.rev) shown.set(id, message);
    }
  };
  const pager = makePager({ variable: (name) => env[name], pagerDutyUrl, systemNow: now });
  return {
    clock,
    incidents,
    shown,
    notes,
    table,
    pages: makePageStore(table, now),
    replica: (parts = {}) =>
      makeReminders({
        incidents: {
          open: async () => [...incidents.values()].filter(({ state }) => state !== 'resolved'),
          byId: async (id) => incidents.get(id),
        },
        plan: (about) => book.plan(about),
        want,
        pages: makePageStore(parts.table ?? table, now),
        pager: parts.pager ?? pager,
        onGiveUp: async (note) => {
          if (!notes.some(({ key }) => key === note.key)) notes.push(note);
        },
        clock: { now },
        systemNow: now,
        log,
      }),
    async pass(minutes, reminders) {
      for (let step = 0; step < minutes * 4; step += 1) {
        clock.nowMs += MINUTE / 4;
        await reminders.run();
      }
    },
    keys: (channel) =>
      [...shown.values()]
        .filter(({ dest, key }) => dest.channel === channel && !/\/(root|story|fact\/.*)$/.test(key))
        .map(({ key }) => key.slice(key.indexOf('#') + 4)),
  };
}

/** The only incident changes. */
export function change(world: EscalationWorld, part: Partial<Incident>): void {
  for (const [id, before] of world.incidents) {
    world.incidents.set(id, { ...before, ...part, version: before.version + 1 });
  }
}

/** The only incident fails again. */
export function reopen(world: EscalationWorld, reopenedAtMs = world.clock.nowMs): void {
  for (const [id, { resolved: _resolved, acknowledged: _acknowledged, ...before }] of world.incidents) {
    world.incidents.set(id, { ...before, state: 'open', reopenedAtMs, version: before.version + 1 });
  }
}

/** After five minutes PagerDuty is called. */
export const PAGING: readonly Route[] = [
  {
    match: '*',
    severity: 'info',
    to: 'slack:C1',
    escalate: [{ afterMinutes: 5, pagerDuty: { keyEnv: 'PAGERDUTY_KEY' } }],
  },
];

/** An incident of which a program outside is told as PagerDuty is. */
export function openPaged(outside: Outside) {
  const world = openEscalation({
    routes: PAGING,
    env: { PAGERDUTY_KEY: 'r0ut1ngk3y' },
    pagerDutyUrl: outside.url,
  });
  const actions = () => outside.received.map(({ json }) => json['event_action']);
  return { world, outside, actions, reminders: world.replica() };
}
