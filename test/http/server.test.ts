import { Router } from 'express';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { keepLog } from '../kept-log.ts';

let waiting: readonly string[];
let server: HttpServer;
let lines: readonly string[];

beforeEach(async () => {
  waiting = [];
  const kept = keepLog();
  lines = kept.lines;
  const router = Router();
  router.get('/breaks', () => {
    throw new Error('the secret inside');
  });
  router.get('/rejects', () => Promise.reject(new Error('the secret inside')));
  router.get('/teapot', () => {
    throw Object.assign(new Error('the secret inside'), { status: 418 });
  });
  server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    routers: [router],
    notReady: () => waiting,
    log: kept.log,
  });
});
afterEach(() => server.close());

const get = (path: string) => fetch(new URL(path, server.url));

test('/health says that the process lives, even while it waits', async () => {
  waiting = ['the table is being reached'];
  const answer = await get('/health');
  expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
});

test('/ready is 503 and names what is awaited, then 200', async () => {
  waiting = ['the table: It does not answer.', 'Slack is being reached'];
  const early = await get('/ready');
  expect([early.status, await early.json()]).toEqual([503, { ready: false, waiting }]);
  waiting = [];
  const late = await get('/ready');
  expect([late.status, await late.json()]).toEqual([200, { ready: true, waiting: [] }]);
});

test('what is nowhere is 404, and no header tells what runs here', async () => {
  const answer = await get('/nowhere');
  expect([answer.status, await answer.text()]).toEqual([404, 'Not found']);
  expect(answer.headers.get('x-powered-by')).toBeNull();
});

describe('what breaks inside', () => {
  test.each([
    ['/breaks', 500],
    ['/rejects', 500],
    ['/teapot', 418],
  ])('%s tells its status and no more', async (path, status) => {
    const answer = await get(path);
    expect([answer.status, await answer.text()]).toEqual([status, '']);
    expect(lines).toHaveLength(status === 500 ? 1 : 0);
  });
});

test('a port that is taken is told in words, with the setting to change', async () => {
  const port = Number(new URL(server.url).port);
  const second = startHttpServer({
    host: '127.0.0.1',
    port,
    routers: [],
    notReady: () => [],
    log: keepLog().log,
  });
  await expect(second).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken: set PORT to a free one.`);
});

test('closing does not wait for those who keep their connection', async () => {
  const open = await fetch(new URL('/health', server.url), { keepalive: true });
  await open.text();
  await server.close();
  await expect(get('/health')).rejects.toThrow('fetch failed');
  await expect(server.close()).resolves.toBeUndefined();
});
