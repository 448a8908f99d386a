import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type Failure, type FailurePlan, remember } from '../failures.ts';
import { readBody, sendJson } from '../http-exchange.ts';
import { isObject, type JsonObject, parseJson } from '../json.ts';
import type { Tenant } from './tenant.ts';

/** https://learn.microsoft.com/graph/api/directoryobject-checkmembergroups */
const MOST_GROUPS = 20;
const TOKEN_SECONDS = 3599;
const OBJECT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const CHECK = /^\/graph\/v1\.0\/users\/([^/]+)\/checkMemberGroups$/;
const TOKEN = /^\/login\/[^/]+\/oauth2\/v2\.0\/token$/;

interface Answer {
  readonly status: number;
  readonly body: JsonObject;
  readonly retryAfterSeconds?: number;
}

/**
 * The part of Microsoft Graph that tells who is in a group, and the login that gives tokens for it. A bot without an
 * app (TEAMS_ANONYMOUS) has an empty client id here.
 */
export class GraphApi {
  /** `POST /graph/v1.0/users/…`, in order. */
  readonly requests: string[] = [];
  private readonly tenant: Tenant;
  private readonly failures: FailurePlan;
  private readonly tokens = new Set<string>();

  constructor(tenant: Tenant, failures: FailurePlan) {
    this.tenant = tenant;
    this.failures = failures;
  }

  serves(path: string): boolean {
    return /^\/(graph|login)\//.test(path);
  }

  async handle(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    const text = await readBody(req);
    remember(this.requests, `${req.method} ${path}`);
    const failure = this.failures.take(TOKEN.test(path) ? 'getToken' : 'checkMemberGroups');
    if (failure?.kind === 'silence') return;
    if (failure?.kind === 'reset') return void res.destroy();
    if (failure?.kind === 'delay') await delay(failure.ms, undefined, { ref: false });
    const answer = ordered(failure) ?? this.answer(req, path, text);
    const seconds = answer.retryAfterSeconds;
    sendJson(
      res,
      answer.status,
      answer.body,
      seconds === undefined ? {} : { 'retry-after': String(seconds) },
    );
  }

  private answer(req: IncomingMessage, path: string, text: string): Answer {
    if (req.method === 'POST' && TOKEN.test(path)) return this.token(new URLSearchParams(text));
    const token = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1];
    if (token === undefined || !this.tokens.has(token))
      return graphError(401, 'InvalidAuthenticationToken', 'Access token is empty or not known here.');
    const id = CHECK.exec(path)?.[1];
    if (req.method !== 'POST' || id === undefined)
      return graphError(400, 'BadRequest', `Resource not found for ${req.method} ${path}.`);
    return this.check(decodeURIComponent(id), parseJson(text));
  }

  /** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow */
  private token(form: URLSearchParams): Answer {
    const problem = ['client_id', 'client_secret', 'grant_type', 'scope'].find((name) => !form.has(name));
    if (problem !== undefined)
      return loginError(`AADSTS900144: The request body must contain the following parameter: '${problem}'.`);
    if (form.get('grant_type') !== 'client_credentials')
      return loginError('AADSTS70003: The app requested an unsupported grant type.');
    if (form.get('scope') !== 'https://graph.microsoft.com/.default')
      return loginError(`AADSTS1002012: The provided value for scope ${form.get('scope')} is not valid.`);
    const token = randomUUID();
    this.tokens.add(token);
    const times = { expires_in: TOKEN_SECONDS, ext_expires_in: TOKEN_SECONDS };
    return { status: 200, body: { token_type: 'Bearer', ...times, access_token: token } };
  }

  private check(id: string, body: unknown): Answer {
    const ids = isObject(body) && Array.isArray(body.groupIds) ? body.groupIds.map(String) : undefined;
    if (ids === undefined || ids.length > MOST_GROUPS || ids.some((each) => !OBJECT_ID.test(each)))
      return graphError(400, 'Request_BadRequest', `groupIds must be at most ${MOST_GROUPS} object ids.`);
    const { cast, users, groups } = this.tenant;
    const user = users.find(
      (each) => each.tenantId === cast.tenantId && [each.aadObjectId, each.email].includes(id.toLowerCase()),
    );
    if (user === undefined)
      return graphError(404, 'Request_ResourceNotFound', `Resource '${id}' does not exist.`);
    const value = ids
      .map((each) => each.toLowerCase())
      .filter((each) => groups.get(each)?.has(user.aadObjectId));
    return {
      status: 200,
      body: { '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#Collection(Edm.String)', value },
    };
  }
}

/** What a test wants instead of the answer. */
function ordered(failure: Failure | undefined): Answer | undefined {
  if (failure?.kind === 'status') return graphError(failure.status, 'Ordered', 'Ordered by a test.');
  if (failure?.kind === 'refused') return graphError(400, failure.error, 'Ordered by a test.');
  if (failure?.kind !== 'throttled') return undefined;
  const { retryAfterSeconds } = failure;
  return { ...graphError(429, 'TooManyRequests', 'Too many requests.'), retryAfterSeconds };
}

/** https://learn.microsoft.com/graph/errors */
function graphError(status: number, code: string, message: string): Answer {
  return { status, body: { error: { code, message, innerError: {} } } };
}

function loginError(description: string): Answer {
  return { status: 400, body: { error: 'invalid_request', error_description: description } };
}
