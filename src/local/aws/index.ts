import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Failure, FailurePlan } from '../failures.ts';
import type { World } from '../world/model.ts';
import { autoScaling } from './auto-scaling.ts';
import { cloudwatch } from './cloudwatch/index.ts';
import { ecs } from './ecs/index.ts';
import { emptyWorld } from './empty-world.ts';
import { makeFront } from './front.ts';
import { EXAMPLE_KEY, type Hub, makeIdentities } from './identity.ts';
import { loadBalancing } from './load-balancing.ts';
import { logs } from './logs/index.ts';
import { type Meter, makeMeter } from './meter.ts';
import { ALERTS_QUEUE, openQueue, QUEUE_ACCOUNT } from './queue.ts';
import { securityToken } from './security-token.ts';
import { openStore } from './store.ts';
import { makeTrail, type TrailEvent } from './trail.ts';

export type { Hub } from './identity.ts';
export type { Meter } from './meter.ts';

/** What the loopback AWS needs. */
export interface AwsOptions {
  /** The fleet to answer from; undefined serves the store and the queue alone. */
  readonly world: World | undefined;
  /** A folder for the store; undefined keeps it in memory. The queue is always in memory. */
  readonly dataDir: string | undefined;
  /** `http://127.0.0.1:<port>`, known after listen. */
  readonly baseUrl: () => string;
  /** Milliseconds; signatures, sessions and throttling follow it, never the simulated clock. */
  readonly systemNow?: () => number;
  /** The hub's own region. */
  readonly region?: string;
}

/**
 * AWS on loopback: ECS, CloudWatch, Elastic Load Balancing, Logs, STS, Application Auto Scaling out of the world, and
 * an embedded DynamoDB, SQS and SNS. Nothing listens here: one HTTP server hands requests in.
 */
export interface Aws {
  /** Whether a request is one for AWS: signed, or to a queue's path. */
  readonly handles: (req: IncomingMessage) => boolean;
  readonly handle: (req: IncomingMessage, res: ServerResponse) => void;
  /** Call after listen. */
  readonly queueUrl: string;
  readonly hub: Hub;
  /** The role through which the hub reads an account. */
  readonly roleArnFor: (accountId: string) => string;
  readonly externalId: string;
  /** The name the table should have; the product creates it. */
  readonly tableName: string;
  readonly meter: Meter;
  /** Every call that would change the fleet, taken or refused. */
  readonly trail: readonly TrailEvent[];
  /** The next calls of an operation (`UpdateService`) fail like this; only what leaves the effect open. */
  failNext(
    operation: string,
    failure: Failure & { readonly kind: 'status' | 'silence' | 'reset' | 'delay' },
    times?: number,
  ): void;
  /** Of this run alone: a fleet that begins anew is another, whatever its names. */
  readonly fleetId: string;
  /** What an EventBridge rule with the queue as its target does: the whole event becomes a message's body. */
  readonly putEvent: (event: object) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Builds it; the queues exist when the promise is kept. */
export async function makeAws(options: AwsOptions): Promise<Aws> {
  // The hub's sessions and signatures are real time, whatever the world's clock says.
  const systemNow = options.systemNow ?? Date.now;
  const hub: Hub = { ...EXAMPLE_KEY, accountId: QUEUE_ACCOUNT, region: options.region ?? 'us-east-1' };
  const roles = {
    externalId: 'deckhand-local',
    roleArnFor: (accountId: string) => `arn:aws:iam::${accountId}:role/deckhand-spoke`,
  };
  const world = options.world ?? emptyWorld(systemNow);
  const identities = makeIdentities(hub, world, systemNow);
  const meter = makeMeter();
  const trail = makeTrail();
  const failures = new FailurePlan();
  const queue = await openQueue(hub.region, options.baseUrl);
  const store = openStore(options.dataDir);
  const fleet = options.world === undefined ? [] : [ecs, cloudwatch, loadBalancing, logs, autoScaling];
  const services = [...fleet, securityToken(roles, identities, world)];
  const front = makeFront({
    world,
    services,
    identities,
    hub,
    meter,
    trail,
    tellTrail: (event) => void queue.send(JSON.stringify(event)).catch(() => undefined),
    failures,
    queue,
    store,
    systemNow,
  });
  return {
    handles,
    handle: front,
    get queueUrl() {
      return `${options.baseUrl()}/${QUEUE_ACCOUNT}/${ALERTS_QUEUE}`;
    },
    hub,
    ...roles,
    tableName: 'deckhand',
    meter,
    trail: trail.events,
    failNext: (operation, failure, times) => failures.next(operation, failure, times),
    fleetId: randomUUID(),
    putEvent: (event) => queue.send(JSON.stringify(event)),
    async close() {
      await Promise.all([queue.close(), store.close()]);
    },
  };
}

function handles(req: IncomingMessage): boolean {
  const url = req.url ?? '/';
  return (
    (req.headers.authorization?.startsWith('AWS4-HMAC-SHA256') ?? false) ||
    req.headers['x-amz-target'] !== undefined ||
    new RegExp(`^/${QUEUE_ACCOUNT}/`).test(url) ||
    /[?&]X-Amz-(Signature|Credential)=/i.test(url)
  );
}
