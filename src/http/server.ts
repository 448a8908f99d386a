import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type IRouter } from 'express';
import { BadRequest } from '../domain/errors.ts';
import type { Log } from '../telemetry/log.ts';

export interface HttpServer {
  /** Where it listens, for example `http://127.0.0.1:3000`. */
  readonly url: string;
  close(): Promise<void>;
}

export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  /** The edges' routes, mounted at the root. */
  readonly routers: readonly IRouter[];
  /** What keeps the bot from its work, in sentences; empty when it is ready. */
  readonly notReady: () => readonly string[];
  readonly log: Log;
}

/** The one HTTP server: what the platforms send, `/health` (the process lives) and `/ready` (it can do its work). */
export async function startHttpServer(options: HttpOptions): Promise<HttpServer> {
  const app = express();
  app.disable('x-powered-by');
  app.get('/health', (_req, res) => {
    res.json({ status: 'ok' });
  });
  app.get('/ready', (_req, res) => {
    const waiting = options.notReady();
    res.status(waiting.length === 0 ? 200 : 503).json({ ready: waiting.length === 0, waiting });
  });
  for (const router of options.routers) app.use(router);
  app.use((_req, res) => {
    res.status(404).send('Not found');
  });
  app.use(failed(options.log));
  const server = createServer(app);
  await listen(server, options);
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    close: () => close(server),
  };
}

/** Express's own handler answers with a stack trace. Bodies that do not parse are the sender's fault. */
function failed(log: Log): express.ErrorRequestHandler {
  return (error: unknown, _req, res, next) => {
    if (res.headersSent) {
      next(error);
      return;
    }
    const status = statusOf(error);
    if (status >= 500) log.error({ err: error }, 'a request failed');
    res.status(status).send(status === 400 ? 'The body is not what this address expects.' : '');
  };
}

function statusOf(error: unknown): number {
  const status =
    typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 500;
  return status >= 400 && status < 600 ? status : 500;
}

function listen(server: Server, options: HttpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(whyNot(error, options)));
    server.listen(options.port, options.host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

function whyNot(error: Error, { host, port }: HttpOptions): Error {
  const code = 'code' in error ? error.code : undefined;
  const cause = { cause: error };
  if (code === 'EADDRINUSE')
    return new BadRequest(`Port ${port} on ${host} is taken: set PORT to a free one.`, cause);
  if (code === 'EACCES')
    return new BadRequest(`Port ${port} needs more rights: set PORT to one from 1024.`, cause);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new BadRequest(`HOST is ${host}, which is no address of this machine.`, cause);
  return error;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
