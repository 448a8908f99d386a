import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Failure, type FailurePlan, takesEffect } from '../failures.ts';
import type { World } from '../world/model.ts';
import { type TrailedCall, trailEvent } from './cloudtrail.ts';
import { constraintBroken, Fault, throttled } from './faults.ts';
import { authorize } from './iam.ts';
import type { Hub, Identities } from './identity.ts';
import { checkLimits } from './limits.ts';
import type { Meter } from './meter.ts';
import { handleNotice } from './notices.ts';
import type { Queue } from './queue.ts';
import {
  type Credential,
  plainBody,
  type RawRequest,
  readCredential,
  readRequest,
  readTarget,
} from './request.ts';
import type { Ctx, Operation, Principal, Service } from './service.ts';
import type { Store } from './store.ts';
import { makeThrottle, type Throttle } from './throttle.ts';
import type { Trail } from './trail.ts';
import { missingMember, type Protocol, readInput, type WireAnswer, writeError, writeOutput } from './wire.ts';

/** What the front routes between. */
export interface FrontParts {
  readonly world: World;
  readonly services: readonly Service[];
  readonly identities: Identities;
  readonly hub: Hub;
  readonly meter: Meter;
  readonly trail: Trail;
  /** What CloudTrail and EventBridge make of a call that changes something. */
  readonly tellTrail: (event: object) => void;
  /** Planned by operation: `UpdateService`, `StopTask` … */
  readonly failures: FailurePlan;
  readonly queue: Queue;
  readonly store: Store;
  readonly systemNow: () => number;
}

/**
 * The door: reads who signed for which service, and walks a call through identity, throttling, reading, permission
 * and the handler, metering how it ended. A region that is `down` resets the connection.
 */
export function makeFront(parts: FrontParts): (req: IncomingMessage, res: ServerResponse) => void {
  const throttle = makeThrottle(parts.systemNow);
  return (req, res) => {
    route(parts, throttle, req, res).catch(() => res.destroy());
  };
}

async function route(parts: FrontParts, throttle: Throttle, req: IncomingMessage, res: ServerResponse) {
  const request = await readRequest(req);
  const credential = readCredential(request);
  const scope = credential?.service ?? '';
  const operation = request.headers['x-amz-target']?.split('.').at(-1) ?? '';
  const meter = (service: string, outcome: string) =>
    parts.meter.record({
      account: parts.hub.accountId,
      region: credential?.region ?? parts.hub.region,
      service,
      operation,
      outcome,
      ...(service === 'sqs' ? { charge: { unit: 'SQS request', count: 1 } as const } : {}),
    });
  if (scope === 'sqs' || (credential === undefined && /^\/\d{12}\//.test(request.url))) {
    const status = await parts.queue.handle(request, res);
    return meter('sqs', status === 200 ? 'ok' : String(status));
  }
  if (scope === 'sns' && credential !== undefined) {
    const { operation: asked, outcome } = await handleNotice(parts, request, credential, res);
    return parts.meter.record({
      account: parts.hub.accountId,
      region: credential.region,
      service: 'sns',
      operation: asked,
      outcome,
    });
  }
  if (scope === 'dynamodb') {
    res.on('finish', () => meter('dynamodb', res.statusCode === 200 ? 'ok' : String(res.statusCode)));
    return parts.store.handle(request, res);
  }
  return answer(parts, throttle, request, credential, res);
}

/** One call to a simulated service. */
interface Call {
  readonly service: Service;
  readonly credential: Credential;
  readonly request: RawRequest;
  readonly body: Buffer;
  readonly protocol: Protocol;
  readonly operation: Operation;
  readonly caller: Principal;
}

async function answer(
  parts: FrontParts,
  throttle: Throttle,
  request: RawRequest,
  credential: Credential | undefined,
  res: ServerResponse,
) {
  const requestId = randomUUID();
  const service = parts.services.find((each) => each.signingName === credential?.service);
  const seen: Seen = { protocol: 'json-1.1', name: 'unknown', resources: [] };
  const dialect = service ?? { xmlNamespace: '', errorRegistries: [] };
  const meter = (outcome: string, charge?: ReturnType<Operation['charge']>) => {
    keepTrail(parts, seen, outcome);
    parts.meter.record({
      account: seen.call?.caller.accountId ?? parts.hub.accountId,
      region: credential?.region ?? parts.hub.region,
      service: service?.prefix ?? credential?.service ?? 'unknown',
      operation: seen.name,
      outcome,
      charge,
    });
  };
  if (parts.world.latencyMs > 0) await pause(parts.world.latencyMs);
  try {
    const body = plainBody(request);
    const target = readTarget(request, body);
    seen.protocol = target.protocol;
    seen.name = target.operation;
    if (credential === undefined) throw new Fault('missingAuth', 'Missing Authentication Token');
    const operation = service?.operations.get(target.operation);
    const caller = parts.identities.identify(credential, request, body);
    if (service === undefined || operation === undefined) throw unknownOperation(service, target);
    seen.call = { service, credential, request, body, protocol: target.protocol, operation, caller };
    if (isDown(parts.world, seen.call)) {
      meter('connection reset');
      return res.destroy();
    }
    const failure = parts.failures.take(target.operation);
    if (failure !== undefined && !takesEffect(failure)) return fail(res, failure);
    const { output, charge } = await perform(parts, throttle, seen.call, seen);
    meter('ok', charge);
    tellTrail(parts, seen, requestId, { output });
    if (failure?.kind === 'delay') await pause(failure.ms);
    else if (failure !== undefined) return fail(res, failure);
    send(res, writeOutput(target.protocol, operation.shapes, output, dialect, requestId));
  } catch (error) {
    const written = writeError(seen.protocol, error, dialect, requestId);
    meter(written.code);
    const message = error instanceof Error ? error.message : String(error);
    tellTrail(parts, seen, requestId, { errorCode: written.code, message });
    send(res, written);
  }
}

/** What is known of a call so far, for the record. */
interface Seen {
  call?: Call;
  protocol: Protocol;
  name: string;
  resources: readonly string[];
  input?: unknown;
}

function keepTrail(parts: FrontParts, { call, name, resources }: Seen, outcome: string): void {
  if (call === undefined || !call.operation.isWrite) return;
  const action = `${call.service.prefix}:${name}`;
  parts.trail.record({ action, region: call.credential.region, resources, outcome }, call.caller);
}

/** CloudTrail delivers calls that change something, refused ones as well, unless nothing leaves the region. */
function tellTrail(
  parts: FrontParts,
  { call, input }: Seen,
  requestId: string,
  outcome: TrailedCall['outcome'],
): void {
  if (call === undefined || !call.operation.isWrite) return;
  const { caller, credential, request, service, operation } = call;
  if (parts.world.isSilent(caller.accountId, credential.region)) return;
  const event = trailEvent({
    caller,
    credential,
    request,
    requestId,
    service: service.prefix,
    operation: operation.name,
    input,
    outcome,
    atMs: parts.world.clock.now(),
  });
  parts.tellTrail(event);
}

/** The call's answer is lost, or it is answered with an error that says nothing of its effect. */
function fail(res: ServerResponse, failure: Failure): void {
  if (failure.kind === 'silence') return;
  if (failure.kind === 'status') return void res.writeHead(failure.status).end();
  res.destroy();
}

async function perform(parts: FrontParts, throttle: Throttle, call: Call, seen: Seen) {
  const { service, operation, caller, credential } = call;
  const action = `${service.prefix}:${operation.name}`;
  const { region } = credential;
  const orderedUntil = parts.world.throttledUntil(caller.accountId, region, action);
  const isOrdered = orderedUntil !== undefined && orderedUntil > parts.world.clock.now();
  if (isOrdered || !throttle.admit(caller.accountId, region, action)) throw throttled();
  const input = await readInput(call.protocol, operation.shapes, call.body);
  seen.input = input;
  const missing = missingMember(operation.shapes.input, input);
  if (missing !== undefined) throw missingError(missing, service);
  checkLimits(action, input);
  const ctx: Ctx = {
    world: parts.world,
    accountId: caller.accountId,
    region,
    caller,
    systemNow: parts.systemNow,
    spend: (bucket, amount) => {
      if (!throttle.spend(caller.accountId, region, bucket, amount)) throw throttled();
    },
  };
  const resources = operation.resources(input, ctx);
  seen.resources = resources;
  if (!operation.isOpen) {
    authorize({
      caller,
      action,
      resources,
      context: contextOf(input, ctx),
      deny: parts.world.accounts.find((account) => account.id === caller.accountId)?.deny ?? [],
    });
  }
  return { output: operation.handle(input, ctx), charge: operation.charge(input) };
}

function isDown(world: World, call: Call): boolean {
  return world.region(call.caller.accountId, call.credential.region)?.down ?? false;
}

function unknownOperation(
  service: Service | undefined,
  target: { readonly protocol: Protocol; readonly operation: string },
): Fault {
  const where = service === undefined ? 'This loopback AWS does not serve that service.' : '';
  return new Fault('unknownOperation', `Unknown operation ${target.operation}. ${where}`.trim());
}

function missingError(member: string, service: Service): Error {
  return service.missingMember?.(member) ?? constraintBroken(member, undefined, 'Member must not be null');
}

/** The condition keys that a session policy may ask about. */
function contextOf(input: object, ctx: Ctx): Record<string, string> {
  const cluster: unknown = Reflect.get(input, 'cluster');
  const context = { 'aws:RequestedRegion': ctx.region };
  if (typeof cluster !== 'string') return context;
  const arn = cluster.startsWith('arn:')
    ? cluster
    : `arn:aws:ecs:${ctx.region}:${ctx.accountId}:cluster/${cluster}`;
  return { ...context, 'ecs:cluster': arn };
}

function send(res: ServerResponse, written: WireAnswer): void {
  res.writeHead(written.status, written.headers).end(written.body);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
