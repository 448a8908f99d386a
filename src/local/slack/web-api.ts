import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type Failure, FailurePlan, remember, takesEffect } from '../failures.ts';
import { readBody, sendJson } from '../http-exchange.ts';
import type { JsonObject } from '../json.ts';
import { Arguments, readArguments } from './arguments.ts';
import type { Method, MethodContext } from './method.ts';
import { CHAT_METHODS } from './methods-chat.ts';
import { CONVERSATION_METHODS } from './methods-conversations.ts';
import { PEOPLE_METHODS } from './methods-people.ts';
import { STREAM_METHODS } from './methods-stream.ts';
import { VIEW_METHODS } from './methods-views.ts';
import type { RateLimits } from './rate-limits.ts';
import { Refusal } from './refusal.ts';

/** Every method that this Slack speaks; any other is an `unknown_method`. */
const METHODS: Readonly<Record<string, Method>> = {
  ...CHAT_METHODS,
  ...STREAM_METHODS,
  ...CONVERSATION_METHODS,
  ...PEOPLE_METHODS,
  ...VIEW_METHODS,
};

/** One call as a test sees it afterwards. */
export interface RecordedCall {
  readonly method: string;
  readonly args: JsonObject;
  readonly answer: JsonObject | undefined;
}

/** What the Web API endpoint needs. Tokens may be revoked while it runs. */
export interface WebApiParts {
  readonly context: MethodContext;
  readonly limits: RateLimits;
  readonly botToken: string;
  readonly appToken: string;
  /** Why the bot token no longer works, e.g. `token_revoked`. */
  readonly tokenProblem: () => string | undefined;
  readonly scopes: () => ReadonlySet<string>;
}

/** The scopes a bot needs for everything here. */
export const ALL_SCOPES: readonly string[] = [
  ...new Set(Object.values(METHODS).flatMap(({ scope }) => (scope === undefined ? [] : [scope]))),
  'commands',
  'app_mentions:read',
  'assistant:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
].sort();

/** `/api/<method>`: https://docs.slack.dev/apis/web-api */
export class WebApi {
  readonly failures = new FailurePlan();
  /** The calls so far, oldest first. */
  readonly calls: RecordedCall[] = [];
  private readonly parts: WebApiParts;

  constructor(parts: WebApiParts) {
    this.parts = parts;
  }

  /** Serves one call; `name` is the method. */
  async handle(
    req: IncomingMessage,
    res: ServerResponse,
    name: string,
    query: URLSearchParams,
  ): Promise<void> {
    const body = await readBody(req);
    const failure = this.failures.take(name);
    const run = () => this.answer(req, name, query, body);
    if (failure !== undefined) return fail(res, failure, run);
    send(res, run());
  }

  private answer(req: IncomingMessage, name: string, query: URLSearchParams, body: string): Answer {
    let args = new Arguments({});
    try {
      args = readArguments(query, req.headers['content-type'] ?? '', body);
      const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
      this.authorise(req, args, method);
      if (method === undefined) throw new Refusal('unknown_method', { req_method: name });
      const wait = this.parts.limits.retryAfterSeconds(name, method.tier, args.text('channel') ?? '');
      if (wait !== undefined) return throttled(wait);
      return this.record(name, args, { ok: true, ...method.run(args, this.parts.context) });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return this.record(name, args, { ok: false, error: error.error, ...error.extra });
    }
  }

  private authorise(req: IncomingMessage, args: Arguments, method: Method | undefined): void {
    const bearer = /^Bearer\s+(.+)$/i.exec(req.headers.authorization ?? '')?.[1];
    const token = bearer ?? args.text('token');
    const { botToken, appToken, tokenProblem, scopes } = this.parts;
    if (token === undefined || token === '') throw new Refusal('not_authed');
    if (token !== botToken && token !== appToken) throw new Refusal('invalid_auth');
    const problem = token === botToken ? tokenProblem() : undefined;
    if (problem !== undefined) throw new Refusal(problem);
    if (method === undefined) return;
    if ((method.token === 'app') !== (token === appToken)) throw new Refusal('not_allowed_token_type');
    if (method.scope !== undefined && !scopes().has(method.scope)) {
      throw new Refusal('missing_scope', { needed: method.scope, provided: [...scopes()].join(',') });
    }
  }

  private record(method: string, args: Arguments, answer: JsonObject): Answer {
    remember(this.calls, { method, args: args.raw, answer });
    const headers = { 'x-oauth-scopes': [...this.parts.scopes()].join(',') };
    return { status: 200, body: answer, headers };
  }
}

interface Answer {
  readonly status: number;
  readonly body: JsonObject;
  readonly headers: Readonly<Record<string, string>>;
}

function throttled(seconds: number): Answer {
  return {
    status: 429,
    body: { ok: false, error: 'ratelimited' },
    headers: { 'retry-after': String(seconds) },
  };
}

function send(res: ServerResponse, { status, body, headers }: Answer): void {
  sendJson(res, status, body, headers);
}

async function fail(res: ServerResponse, failure: Failure, run: () => Answer): Promise<void> {
  const answer = takesEffect(failure) ? run() : undefined;
  switch (failure.kind) {
    case 'status':
      return sendJson(res, failure.status, { ok: false, error: 'internal_error' });
    case 'throttled':
      return send(res, throttled(failure.retryAfterSeconds));
    case 'refused':
      return sendJson(res, 200, { ok: false, error: failure.error });
    case 'silence':
      return;
    case 'reset':
      res.destroy();
      return;
    case 'delay':
      await delay(failure.ms, undefined, { ref: false });
      if (answer !== undefined) send(res, answer);
  }
}
