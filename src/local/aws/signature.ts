import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Credential, RawRequest } from './request.ts';

/**
 * Whether a request was signed with this secret.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function isSignedWith(secret: string, credential: Credential, request: RawRequest): boolean {
  const date = request.headers['x-amz-date'] ?? '';
  const scope = `${credential.date}/${credential.region}/${credential.service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonicalRequest(credential, request))].join('\n');
  const key = [credential.date, credential.region, credential.service, 'aws4_request'].reduce<Buffer>(
    (previous, part) => hmac(previous, part),
    Buffer.from(`AWS4${secret}`),
  );
  const expected = hmac(key, toSign);
  const given = Buffer.from(credential.signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function canonicalRequest(credential: Credential, request: RawRequest): string {
  const url = new URL(request.url, 'http://loopback');
  const query = [...url.searchParams]
    .map(([name, value]) => `${escapeUri(name)}=${escapeUri(value)}`)
    .sort()
    .join('&');
  const headers = credential.signedHeaders
    .map((name) => `${name}:${(request.headers[name] ?? '').trim().replaceAll(/ +/g, ' ')}\n`)
    .join('');
  const path = url.pathname.split('/').map(escapeUri).join('/');
  const payload = request.headers['x-amz-content-sha256'] ?? sha256(request.body);
  return [request.method, path, query, headers, credential.signedHeaders.join(';'), payload].join('\n');
}

function escapeUri(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
