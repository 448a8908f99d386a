import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { BodyTooLarge, sendJson, sendText } from './http-exchange.ts';

/** What answers, by the beginning of the path. A part that is not running is undefined. */
export interface Routes {
  readonly aws:
    | { handles(req: IncomingMessage): boolean; handle(req: IncomingMessage, res: ServerResponse): void }
    | undefined;
  readonly slack: Handler | undefined;
  readonly slackUpgrade: ((req: IncomingMessage, socket: Duplex, head: Buffer) => void) | undefined;
  readonly teams: Handler | undefined;
  readonly page: ((req: IncomingMessage, res: ServerResponse, path: string) => Promise<void>) | undefined;
  readonly files: ((res: ServerResponse, path: string) => Promise<void>) | undefined;
  /** Counted calls and money, for `GET /meter`; `POST /meter/reset` begins anew. */
  readonly meter: { report(): unknown; reset(): void } | undefined;
}

type Handler = (
  req: IncomingMessage,
  res: ServerResponse,
  path: string,
  query: URLSearchParams,
) => Promise<void>;

/** The server of the local process. */
export interface LocalServer {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Opens the one server on loopback; 0 takes a free port. `routes` is asked per request, so that it may be made later.
 * @throws when the port is taken.
 */
export async function openServer(port: number, routes: () => Routes): Promise<LocalServer> {
  const server = createServer((req, res) => {
    serve(req, res, routes()).catch((error: unknown) => {
      if (error instanceof BodyTooLarge) return sendJson(res, 413, { error: error.message });
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      sendJson(res, 500, { error: 'The simulation failed here; its own output says where.' });
    });
  });
  // Long polls of the queue and event streams are quiet for long.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 30_000;
  server.on('upgrade', (req, socket, head) => upgrade(req, socket, head, routes()));
  await listen(server, port);
  const address = server.address() as AddressInfo; // a TCP server that listens has one
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function serve(req: IncomingMessage, res: ServerResponse, routes: Routes): Promise<void> {
  const refusal = foreign(req);
  if (refusal !== undefined) return sendJson(res, 403, { error: refusal });
  if (routes.aws?.handles(req)) return routes.aws.handle(req, res);
  const { path, query } = addressOf(req);
  const slack = below('/slack', path);
  if (slack !== undefined && routes.slack) return routes.slack(req, res, slack, query);
  const teams = below('/teams', path);
  if (teams !== undefined && routes.teams) return routes.teams(req, res, teams, query);
  if (path.startsWith('/page/') && routes.page) return routes.page(req, res, path);
  if (path.startsWith('/meter') && routes.meter) return meter(req, res, path, routes.meter);
  if (req.method === 'GET' && routes.files) return routes.files(res, path);
  sendText(res, 404, 'Not found');
}

function upgrade(req: IncomingMessage, socket: Duplex, head: Buffer, routes: Routes): void {
  const { path } = addressOf(req);
  if (foreign(req) === undefined && path === '/slack/link' && routes.slackUpgrade) {
    return routes.slackUpgrade(req, socket, head);
  }
  socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
}

function meter(
  req: IncomingMessage,
  res: ServerResponse,
  path: string,
  counted: NonNullable<Routes['meter']>,
): void {
  if (req.method === 'GET' && path === '/meter') return sendJson(res, 200, counted.report());
  if (req.method === 'POST' && path === '/meter/reset') {
    counted.reset();
    return sendJson(res, 200, {});
  }
  sendText(res, 404, 'Not found');
}

/** Clients that join a base with a slash and a path with a slash make two of them. */
function addressOf(req: IncomingMessage): { readonly path: string; readonly query: URLSearchParams } {
  const [path = '/', query = ''] = (req.url ?? '/').split(/\?(.*)/s);
  return { path: path.replace(/^\/{2,}/, '/'), query: new URLSearchParams(query) };
}

function below(prefix: string, path: string): string | undefined {
  return path === prefix || path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : undefined;
}

/**
 * Why a request does not come from this machine's own programs and page: another host's name that resolves to
 * loopback (DNS rebinding), or a page of another origin. Undefined when all is well.
 */
function foreign(req: IncomingMessage): string | undefined {
  const host = req.headers.host ?? '';
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host)) {
    return `The host ${JSON.stringify(host)} is not this machine: use 127.0.0.1.`;
  }
  const { origin } = req.headers;
  const isRead = (req.method === 'GET' || req.method === 'HEAD') && req.headers.upgrade === undefined;
  if (isRead || origin === undefined || origin.toLowerCase() === `http://${host.toLowerCase()}`)
    return undefined;
  return `The page of ${JSON.stringify(origin)} may not act here.`;
}
