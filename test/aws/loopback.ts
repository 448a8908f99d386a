import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoopbackRequest {
  readonly path: string;
  /** `AmazonEC2ContainerServiceV20141113.ListClusters`, or the `Action` of a form. */
  readonly operation: string;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

/** Answers with status, content type and body; `hang` never answers. */
export type LoopbackAnswer =
  | { readonly status?: number; readonly json: unknown }
  | { readonly status?: number; readonly xml: string }
  | 'hang';

/** An HTTP server on loopback that answers AWS calls from a function; for the wire tests of the SDK layer. */
export async function startLoopback(answer: (request: LoopbackRequest) => LoopbackAnswer) {
  const requests: LoopbackRequest[] = [];
  const server = createServer((req, res) => {
    const parts: Buffer[] = [];
    req.on('data', (part: Buffer) => parts.push(part));
    req.on('end', () => {
      const body = Buffer.concat(parts).toString('utf8');
      const target = req.headers['x-amz-target'];
      const operation =
        typeof target === 'string' ? target : (new URLSearchParams(body).get('Action') ?? 'unknown');
      const request = { operation, path: req.url ?? '', body, headers: req.headers };
      requests.push(request);
      send(res, answer(request));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // An HTTP server that listens on a port has an address object.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function send(res: ServerResponse, answer: LoopbackAnswer): void {
  if (answer === 'hang') return;
  const xml = 'xml' in answer;
  res.writeHead(answer.status ?? 200, { 'content-type': xml ? 'text/xml' : 'application/x-amz-json-1.1' });
  res.end(xml ? answer.xml : JSON.stringify(answer.json));
}
