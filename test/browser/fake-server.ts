import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { PageEvent, PageState } from '../../src/local/page-api.ts';

/** What the page sent, in order. */
export interface Call {
  readonly path: string;
  readonly body: Record<string, unknown>;
}

/** How the next POST to a path is answered, instead of `200 {}`. */
export interface Answer {
  readonly status?: number;
  readonly body: unknown;
  /** The answer waits for this. */
  readonly after?: Promise<void>;
}

export interface FakeServer {
  readonly url: string;
  readonly calls: readonly Call[];
  /** What `/page/state` answers from now on. */
  setState(state: PageState): void;
  /** Sends to every page that listens. */
  push(event: PageEvent): void;
  /** Answers the next POST to `path` (without `/page/`) so. */
  answerNext(path: string, answer: Answer): void;
  /** Cuts the event streams, as a restart would. */
  cut(): void;
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** A server that speaks page-api.ts with what a test gives it, so that the page can be tried alone. */
export async function startFakeServer(pageFolder: string, initial: PageState): Promise<FakeServer> {
  let state = initial;
  const calls: Call[] = [];
  const streams = new Set<ServerResponse>();
  const answers = new Map<string, Answer[]>();

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path === '/page/events') return openStream(response, streams);
    if (path === '/page/state') return json(response, 200, state);
    if (path.startsWith('/page/')) {
      const name = path.slice('/page/'.length);
      calls.push({ path: name, body: JSON.parse(await text(request)) });
      const answer = answers.get(name)?.shift();
      await answer?.after;
      return json(response, answer?.status ?? 200, answer?.body ?? {});
    }
    await sendFile(response, join(pageFolder, path === '/' ? 'index.html' : path));
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((error) => json(response, 500, { error: String(error) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string

  return {
    url: `http://127.0.0.1:${port}/`,
    calls,
    setState: (next) => {
      state = next;
    },
    push: (event) => {
      for (const stream of streams) stream.write(`data: ${JSON.stringify(event)}\n\n`);
    },
    answerNext: (path, answer) => {
      answers.set(path, [...(answers.get(path) ?? []), answer]);
    },
    cut: () => {
      for (const stream of streams) stream.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function openStream(response: ServerResponse, streams: Set<ServerResponse>): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': hello\n\n');
  streams.add(response);
  response.on('close', () => streams.delete(response));
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function sendFile(response: ServerResponse, file: string): Promise<void> {
  const content = await readFile(file).catch(() => undefined);
  if (content === undefined) return json(response, 404, { error: 'no such file' });
  response
    .writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' })
    .end(content);
}

async function text(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}
