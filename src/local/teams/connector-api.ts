import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type Failure, FailurePlan, remember, takesEffect } from '../failures.ts';
import { readBody, sendJson } from '../http-exchange.ts';
import { isObject, type JsonObject, parseJson } from '../json.ts';
import { type ConnectorAnswer, type ConnectorRequest, OPERATIONS, type Operation } from './connector.ts';
import { badArgument, ConnectorError, throttled, tooBig } from './connector-error.ts';
import type { ThreadLimits } from './rate-limits.ts';
import type { Tenant } from './tenant.ts';

/** https://learn.microsoft.com/microsoftteams/platform/resources/teams-limits: about 28 KB for one message. */
const MAX_ACTIVITY_BYTES = 28 * 1024;

/** One request as a test sees it afterwards. */
export interface RecordedRequest {
  readonly operation: string;
  readonly ids: readonly string[];
  readonly body: JsonObject;
  readonly status: number;
}

/** The connector's HTTP side: finds the operation, throttles, answers errors in the connector's form. */
export class ConnectorApi {
  /** Planned by operation: `createConversation`, `sendToConversation`, `updateActivity` … */
  readonly failures = new FailurePlan();
  readonly requests: RecordedRequest[] = [];
  private readonly tenant: Tenant;
  private readonly limits: ThreadLimits;

  constructor(tenant: Tenant, limits: ThreadLimits) {
    this.tenant = tenant;
    this.limits = limits;
  }

  /** Serves `path`, which begins with `/v3`. */
  async handle(
    req: IncomingMessage,
    res: ServerResponse,
    path: string,
    query: URLSearchParams,
  ): Promise<void> {
    const text = await readBody(req);
    const found = findOperation(req.method ?? 'GET', path);
    if (found === undefined) {
      return send(
        res,
        errorAnswer(new ConnectorError(404, 'NotFound', `No operation ${req.method} ${path}.`)),
      );
    }
    const run = () => this.run(found.operation, { ids: found.ids, query, body: {} }, text);
    const failure = this.failures.take(found.operation.name);
    if (failure !== undefined) return fail(res, failure, run);
    send(res, run());
  }

  private run(operation: Operation, request: ConnectorRequest, text: string): Answer {
    const whole = { ...request, body: bodyOf(text) };
    const answer = this.attempt(operation, whole, text);
    const { ids, body } = whole;
    remember(this.requests, { operation: operation.name, ids, body: body ?? {}, status: answer.status });
    return answer;
  }

  private attempt(
    operation: Operation,
    request: { readonly body: JsonObject | undefined } & Omit<ConnectorRequest, 'body'>,
    text: string,
  ): Answer {
    try {
      const { body } = request;
      if (body === undefined) throw badArgument('The request is not a JSON object.');
      const known = { ...request, body };
      if (operation.writes) this.throttle(operation.thread(known));
      if (Buffer.byteLength(text) > MAX_ACTIVITY_BYTES) throw tooBig();
      return { ...operation.run(known, this.tenant), headers: {} };
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      return errorAnswer(error);
    }
  }

  private throttle(thread: string): void {
    const seconds = this.limits.retryAfterSeconds(thread);
    if (seconds !== undefined) throw throttled(seconds);
  }
}

interface Answer extends ConnectorAnswer {
  readonly headers: Readonly<Record<string, string>>;
}

function findOperation(
  method: string,
  path: string,
): { readonly operation: Operation; readonly ids: readonly string[] } | undefined {
  for (const operation of OPERATIONS) {
    const match = operation.method === method ? operation.path.exec(path) : null;
    if (match !== null) return { operation, ids: match.slice(1).map(decode) };
  }
  return undefined;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function bodyOf(text: string): JsonObject | undefined {
  if (text.trim() === '') return {};
  const parsed = parseJson(text);
  return isObject(parsed) ? parsed : undefined;
}

function errorAnswer(error: ConnectorError): Answer {
  const { retryAfterSeconds } = error;
  const headers: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return { status: error.status, body: { error: { code: error.code, message: error.message } }, headers };
}

function send(res: ServerResponse, { status, body, headers }: Answer): void {
  if (body !== undefined) return sendJson(res, status, body, headers);
  if (res.headersSent || res.destroyed) return;
  res.writeHead(status, headers);
  res.end();
}

/** Words for statuses that a test orders; what is not here says `ServiceError`. */
const ORDERED: Readonly<Record<number, string>> = {
  401: 'BotNotRegistered',
  403: 'BotNotInConversationRoster',
  404: 'ConversationNotFound',
  412: 'PreconditionFailed',
  502: 'BadGateway',
};

async function fail(res: ServerResponse, failure: Failure, run: () => Answer): Promise<void> {
  const answer = takesEffect(failure) ? run() : undefined;
  switch (failure.kind) {
    case 'status':
      return send(
        res,
        errorAnswer(
          new ConnectorError(failure.status, ORDERED[failure.status] ?? 'ServiceError', 'Ordered by a test.'),
        ),
      );
    case 'throttled':
      return send(res, errorAnswer(throttled(failure.retryAfterSeconds)));
    case 'refused':
      return send(res, errorAnswer(new ConnectorError(400, failure.error, 'Ordered by a test.')));
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
