import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Cast, type CastRole, makeCast } from '../../src/local/cast.ts';
import { openServer, type Routes } from '../../src/local/server.ts';
import { type LoopbackSlack, makeSlack, type SlackOptions } from '../../src/local/slack/index.ts';
import { type LoopbackTeams, makeTeams, type TeamsOptions } from '../../src/local/teams/index.ts';

/** Who is in the tests' chats. */
export const PEOPLE: readonly CastRole[] = [
  { name: 'Olivia', role: 'admin' },
  { name: 'Ravi', role: 'operator', services: 'prod-core/*' },
  { name: 'Zoe', role: 'stranger' },
];

export const CAST: Cast = makeCast(PEOPLE);

/** The person of a name. */
export function person(name: string): Cast['people'][number] {
  const found = CAST.people.find((each) => each.name === name);
  if (found === undefined) throw new Error(`nobody is called ${name}`);
  return found;
}

/** A clock that moves only when told. */
export class TestClock {
  ms = Date.parse('2026-11-20T09:00:00Z');
  readonly now = (): number => this.ms;
  forward(ms: number): void {
    this.ms += ms;
  }
}

export const NO_ROUTES: Routes = {
  aws: undefined,
  slack: undefined,
  slackUpgrade: undefined,
  teams: undefined,
  page: undefined,
  files: undefined,
  meter: undefined,
};

/** A loopback Slack behind a real server. */
export interface SlackAtWork {
  readonly slack: LoopbackSlack;
  readonly url: string;
  readonly apiUrl: string;
  close(): Promise<void>;
}

/** Generous throttles, for tests that are not about them. */
const fast = { capacity: 1000, perSecond: 1000 };
export const UNTHROTTLED = {
  tier1: fast,
  tier2: fast,
  tier3: fast,
  tier4: fast,
  special: fast,
  posting: fast,
};

export async function openSlack(options: Partial<SlackOptions> = {}): Promise<SlackAtWork> {
  let url = '';
  const slack = makeSlack({
    cast: CAST,
    nowMs: Date.now,
    baseUrl: () => `${url}/slack`,
    requestUrl: () => undefined,
    rates: UNTHROTTLED,
    ...options,
  });
  const server = await openServer(0, () => ({
    ...NO_ROUTES,
    slack: (req, res, path, query) => slack.handle(req, res, path, query),
    slackUpgrade: (req, socket, head) => slack.upgrade(req, socket, head),
  }));
  url = server.url;
  return {
    slack,
    url,
    apiUrl: `${url}/slack/api/`,
    close: async () => {
      slack.close();
      await server.close();
    },
  };
}

/** A loopback Teams behind a real server. */
export interface TeamsAtWork {
  readonly teams: LoopbackTeams;
  readonly url: string;
  readonly serviceUrl: string;
  close(): Promise<void>;
}

export async function openTeams(options: Partial<TeamsOptions> = {}): Promise<TeamsAtWork> {
  let url = '';
  const teams = makeTeams({
    cast: CAST,
    nowMs: Date.now,
    serviceUrl: () => `${url}/teams`,
    endpoint: () => undefined,
    ...options,
  });
  const server = await openServer(0, () => ({
    ...NO_ROUTES,
    teams: (req, res, path, query) => teams.handle(req, res, path, query),
  }));
  url = server.url;
  return {
    teams,
    url,
    serviceUrl: `${url}/teams`,
    close: async () => {
      teams.close();
      await server.close();
    },
  };
}

/** A request as a listening test server saw it. */
export interface Received {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly path: string;
  readonly body: string;
}

/** A server that answers every request as the test says and keeps what came. */
export class Listener {
  readonly received: Received[] = [];
  answer: (
    request: Received,
  ) => { status: number; body?: string; headers?: Record<string, string> } | 'silence';
  private readonly server: Server;
  private readonly waiting: (() => void)[] = [];

  constructor(answer: Listener['answer'] = () => ({ status: 200 })) {
    this.answer = answer;
    this.server = createServer((req, res) => void this.serve(req, res));
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const address = this.server.address() as AddressInfo; // it listens on TCP
    return `http://127.0.0.1:${address.port}`;
  }

  /** Resolves when so many requests came. */
  async count(wanted: number): Promise<readonly Received[]> {
    while (this.received.length < wanted) await new Promise<void>((wake) => this.waiting.push(wake));
    return this.received;
  }

  /** Resets every connection, answered or not. */
  cut(): void {
    this.server.closeAllConnections();
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const request = { headers: req.headers, path: req.url ?? '/', body: await text(req) };
    this.received.push(request);
    for (const wake of this.waiting.splice(0)) wake();
    const answered = this.answer(request);
    if (answered === 'silence') return;
    res.writeHead(answered.status, { 'content-type': 'application/json', ...answered.headers });
    res.end(answered.body ?? '');
  }
}

/** Waits until something holds, looking again whenever the event loop comes round. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
