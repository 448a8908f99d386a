import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LocalServer, openServer } from '../../src/local/server.ts';
import { NO_ROUTES } from './chat-world.ts';

let server: LocalServer;
let served: string[];

beforeEach(async () => {
  served = [];
  const answer = (name: string) => async (_req: unknown, res: { end(text: string): void }, path: string) => {
    served.push(`${name} ${path}`);
    res.end('ok');
  };
  server = await openServer(0, () => ({
    ...NO_ROUTES,
    aws: {
      handles: (req) => req.headers['x-amz-target'] !== undefined,
      handle: (_req, res) => {
        served.push('aws');
        res.end('ok');
      },
    },
    slack: answer('slack'),
    teams: answer('teams'),
    page: answer('page'),
    files: async (res, path) => {
      served.push(`file ${path}`);
      res.end('ok');
    },
    meter: { report: () => ({ calls: 3 }), reset: () => served.push('reset') },
  }));
});
afterEach(() => server.close());

function ask(method: string, path: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, method, path, headers }, (res) => {
      res.resume();
      res.on('end', () => resolve(res.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.end();
  });
}

test.each([
  ['POST', '/slack/api/auth.test', 'slack /api/auth.test'],
  ['POST', '/teams/v3/conversations', 'teams /v3/conversations'],
  ['POST', '//teams/v3/conversations', 'teams /v3/conversations'],
  ['GET', '/page/state', 'page /page/state'],
  ['GET', '/', 'file /'],
  ['POST', '/meter/reset', 'reset'],
])('%s %s goes to its part', async (method, path, expected) => {
  expect(await ask(method, path)).toBe(200);
  expect(served).toEqual([expected]);
});

test('a request for AWS is known by its headers, whatever its path', async () => {
  await ask('POST', '/', { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.ListClusters' });
  expect(served).toEqual(['aws']);
});

test('the meter is read as JSON', async () => {
  const response = await fetch(`${server.url}/meter`);
  expect(await response.json()).toEqual({ calls: 3 });
});

describe('what comes from elsewhere is refused', () => {
  test.each([
    ['a name that somebody made resolve to loopback', 'GET', '/page/state', { host: 'evil.example' }],
    ['such a name with the right port', 'POST', '/teams/v3/conversations', { host: 'evil.example:80' }],
    ['a page of another origin', 'POST', '/page/slack/send', { origin: 'https://evil.example' }],
    ['another local port', 'POST', '/page/slack/send', { origin: 'http://127.0.0.1:1' }],
    ['a sandboxed page', 'POST', '/teams/v3/conversations', { origin: 'null' }],
  ])('%s', async (_name, method, path, headers) => {
    expect(await ask(method, path, headers)).toBe(403);
    expect(served).toEqual([]);
  });

  test("this page's own requests are served", async () => {
    expect(await ask('POST', '/page/slack/send', { origin: server.url })).toBe(200);
    const host = `localhost:${server.port}`;
    expect(await ask('POST', '/page/slack/send', { host, origin: `http://${host}` })).toBe(200);
  });
});
