import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request that went through. */
export interface Tapped {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly status: number;
  /** When the answer was there. */
  readonly atMs: number;
}

export interface Tap {
  readonly url: string;
  readonly seen: readonly Tapped[];
  close(): Promise<void>;
}

/**
 * Stands in front of a server and writes down what goes through. `refuse` may answer in its place.
 * @param target without a slash at the end.
 */
export async function openTap(
  target: string,
  refuse: (
    request: Pick<Tapped, 'path' | 'headers' | 'body'>,
  ) => { status: number; body: string } | undefined = () => undefined,
): Promise<Tap> {
  const seen: Tapped[] = [];
  const server = createServer((req, res) => {
    const serve = async (): Promise<void> => {
      const request = { path: req.url ?? '', headers: req.headers, body: await text(req) };
      const refused = refuse(request);
      const answer =
        refused === undefined
          ? await forward(target, req.method ?? 'GET', request)
          : { ...refused, headers: JSON_10 };
      seen.push({ ...request, status: answer.status, atMs: Date.now() });
      res.writeHead(answer.status, answer.headers).end(answer.body);
    };
    serve().catch(() => res.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on TCP has an address with a port.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    seen,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const JSON_10: Readonly<Record<string, string>> = { 'content-type': 'application/x-amz-json-1.0' };

async function forward(
  target: string,
  method: string,
  { path, headers, body }: Pick<Tapped, 'path' | 'headers' | 'body'>,
) {
  const kept = Object.entries(headers).filter(
    ([name, value]) => typeof value === 'string' && !/^(host|connection|content-length|expect)$/.test(name),
  );
  const answer = await fetch(`${target}${path}`, {
    method,
    // Only single values are left.
    headers: kept as [string, string][],
    body: method === 'GET' ? null : body,
  });
  const content = await answer.text();
  const back = ['content-type', 'retry-after', 'x-amzn-requestid', 'x-amz-crc32'];
  return {
    status: answer.status,
    body: content,
    headers: Object.fromEntries<string>(
      back.flatMap((name) => (answer.headers.has(name) ? [[name, answer.headers.get(name) ?? '']] : [])),
    ),
  };
}
