import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { Fault } from './faults.ts';
import type { Protocol } from './wire.ts';

/** A request as it came, its body read whole. */
export interface RawRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** As sent: signatures are over these bytes. */
  readonly body: Buffer;
}

/** What the Authorization header says. Source: AWS Signature Version 4 for API requests, "Authorization header". */
export interface Credential {
  readonly accessKeyId: string;
  /** `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** Reads the whole body. */
export async function readRequest(req: IncomingMessage): Promise<RawRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(Buffer.from(chunk));
  const headers = Object.fromEntries(
    Object.entries(req.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : (value ?? ''),
    ]),
  );
  return { method: req.method ?? 'POST', url: req.url ?? '/', headers, body: Buffer.concat(chunks) };
}

/** Reads the credential scope from the Authorization header or a signed query; undefined where neither is there. */
export function readCredential(request: RawRequest): Credential | undefined {
  const header = request.headers['authorization'];
  const query = new URL(request.url, 'http://loopback').searchParams;
  const part = (name: string) =>
    header === undefined
      ? (query.get(`X-Amz-${name}`) ?? undefined)
      : new RegExp(`${name}=([^,\\s]+)`).exec(header)?.[1];
  const scope = part('Credential')?.split('/') ?? [];
  const [terminator, service, region, date, ...key] = scope.toReversed();
  if (!service || !region || !date || terminator !== 'aws4_request') return undefined;
  return {
    accessKeyId: key.toReversed().join('/'),
    date,
    region,
    service,
    signedHeaders: part('SignedHeaders')?.split(';') ?? [],
    signature: part('Signature') ?? '',
  };
}

/** Which protocol a request speaks and which operation it names. Throws an `unknownOperation` Fault for neither. */
export function readTarget(request: RawRequest, body: Buffer): { protocol: Protocol; operation: string } {
  const rpc = /^\/service\/[^/]+\/operation\/([^/?]+)/.exec(request.url)?.[1];
  if (rpc !== undefined) return { protocol: 'cbor', operation: rpc };
  const contentType = request.headers['content-type'] ?? '';
  const target = request.headers['x-amz-target']?.split('.').at(-1);
  if (target !== undefined) {
    return { protocol: contentType.includes('json-1.0') ? 'json-1.0' : 'json-1.1', operation: target };
  }
  const action = contentType.includes('form')
    ? new URLSearchParams(body.toString()).get('Action')
    : undefined;
  if (action) return { protocol: 'query', operation: action };
  throw new Fault('unknownOperation', 'The request names no operation (X-Amz-Target or Action).');
}

/** The body as the operation reads it: the SDK gzips large PutMetricData requests. */
export function plainBody(request: RawRequest): Buffer {
  if (request.headers['content-encoding'] !== 'gzip') return request.body;
  try {
    return gunzipSync(request.body);
  } catch {
    throw new Fault('malformed', 'The body says gzip and is not.');
  }
}
