import type { World, WorldCluster } from '../world/model.ts';
import type { Charge } from './meter.ts';
import type { ErrorRegistry, OperationShapes } from './wire.ts';
import { shapesOf } from './wire.ts';

/** What a handler may know of the call besides its input. Times of the fleet are on `world.clock`. */
export interface Ctx {
  readonly world: World;
  readonly accountId: string;
  readonly region: string;
  readonly caller: Principal;
  /** The clock that signatures, sessions and throttling follow; never the simulated one. */
  readonly systemNow: () => number;
  /** Takes from a bucket that is not counted in calls; throws the throttling error when it is empty. */
  readonly spend: (bucket: string, amount: number) => void;
}

/** Who signed the request. */
export interface Principal {
  readonly kind: 'hub' | 'session' | 'visitor';
  readonly accountId: string;
  readonly arn: string;
  readonly userId: string;
  readonly sessionPolicy?: string;
  readonly sourceIdentity?: string;
}

/** One AWS service: how it is addressed, how it words a validation error, and what it can do. */
export interface Service {
  /** The IAM prefix, which is also the service's name in the meter: `ecs`, `cloudwatch`, `elasticloadbalancing`. */
  readonly prefix: string;
  /** The name in the SigV4 credential scope. */
  readonly signingName: string;
  readonly xmlNamespace: string;
  /** The JSON code of a broken constraint, where it is not ValidationException. */
  readonly validationCode?: string;
  /** CloudWatch tells JSON clients the query code as well (`x-amzn-query-error`). */
  readonly queryCompatible?: boolean;
  /** The error for an absent required member, where it is not the common validation error. */
  readonly missingMember?: (member: string) => Error;
  readonly errorRegistries: readonly ErrorRegistry[];
  readonly operations: ReadonlyMap<string, Operation>;
}

/** One operation. `handle` takes the SDK's input type and returns its output, or throws the SDK's exception. */
export interface Operation {
  readonly name: string;
  readonly shapes: OperationShapes;
  handle(input: unknown, ctx: Ctx): unknown;
  resources(input: unknown, ctx: Ctx): readonly string[];
  charge(input: unknown): Charge | undefined;
  /** Every caller may do it, whatever the policies say. */
  readonly isOpen: boolean;
  /** It changes the fleet. */
  readonly isWrite: boolean;
}

/** The extras of an operation, typed by its command. */
export interface OperationExtras<I> {
  /**
   * The ARNs that IAM checks, `*` where the action has no resource type. Source: the service's page of
   * https://docs.aws.amazon.com/service-authorization/latest/reference/
   */
  readonly resources?: (input: I, ctx: Ctx) => readonly string[];
  readonly charge?: (input: I) => Charge;
  /** Needs no permission: GetCallerIdentity alone. */
  readonly isOpen?: boolean;
  /** Changes the fleet: the trail keeps it. */
  readonly isWrite?: boolean;
}

/** Any command class of any SDK client. */
export type CommandClass = abstract new (
  ...args: never
) => {
  readonly input: object;
  resolveMiddleware(...args: never): (args: never) => Promise<{ output: object }>;
};
export type InputOf<C extends CommandClass> = InstanceType<C>['input'];
export type OutputOf<C extends CommandClass> = Omit<
  Awaited<ReturnType<ReturnType<InstanceType<C>['resolveMiddleware']>>>['output'],
  '$metadata'
>;

/** Binds a handler to the schema that the SDK's command carries. */
export function operation<C extends CommandClass>(
  command: C,
  handle: (input: InputOf<C>, ctx: Ctx) => OutputOf<C>,
  extras: OperationExtras<InputOf<C>> = {},
): Operation {
  const shapes = shapesOf(command);
  // The wire builds inputs from this command's own schema, so they have its input type.
  const typed = (input: unknown) => input as InputOf<C>;
  return {
    name: shapes.name,
    shapes,
    handle: (input, ctx) => handle(typed(input), ctx),
    resources: (input, ctx) => extras.resources?.(typed(input), ctx) ?? ['*'],
    charge: (input) => extras.charge?.(typed(input)),
    isOpen: extras.isOpen ?? false,
    isWrite: extras.isWrite ?? false,
  };
}

/** Operations by name. */
export function operationsByName(operations: readonly Operation[]): ReadonlyMap<string, Operation> {
  return new Map(operations.map((each) => [each.name, each]));
}

/** The clusters of the account and region that the call is for; none where the account has nothing there. */
export function clustersOf(ctx: Ctx): readonly WorldCluster[] {
  return ctx.world.region(ctx.accountId, ctx.region)?.clusters ?? [];
}
