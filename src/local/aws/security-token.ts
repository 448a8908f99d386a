import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  type AssumeRoleResponse,
  errorTypeRegistries,
  GetCallerIdentityCommand,
  type GetCallerIdentityCommandInput,
  type GetCallerIdentityResponse,
} from '@aws-sdk/client-sts';
import type { World } from '../world/model.ts';
import { hex } from './ecs/network.ts';
import { Fault } from './faults.ts';
import { matches, parsePolicy } from './iam.ts';
import type { Identities } from './identity.ts';
import { type Ctx, operation, operationsByName, type Principal, type Service } from './service.ts';

const DEFAULT_SECONDS = 3600;
/** A role's own maximum unless changed: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-settings.html */
const MAX_SESSION_SECONDS = 3600;

/** The role that each watched account offers the hub. */
export interface SpokeRoles {
  readonly externalId: string;
  roleArnFor(accountId: string): string;
}

/** AWS STS. Sessions are handed out by {@link Identities}. */
export function securityToken(roles: SpokeRoles, identities: Identities, world: World): Service {
  return {
    prefix: 'sts',
    signingName: 'sts',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    errorRegistries: errorTypeRegistries,
    operations: operationsByName([
      operation(GetCallerIdentityCommand, getCallerIdentity, { isOpen: true }),
      operation(AssumeRoleCommand, (input, ctx) => assumeRole(input, ctx.caller, roles, identities, world), {
        resources: ({ RoleArn }) => [RoleArn ?? '*'],
      }),
    ]),
  };
}

function getCallerIdentity(_input: GetCallerIdentityCommandInput, ctx: Ctx): GetCallerIdentityResponse {
  return { Account: ctx.caller.accountId, Arn: ctx.caller.arn, UserId: ctx.caller.userId };
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
function assumeRole(
  input: AssumeRoleCommandInput,
  caller: Principal,
  roles: SpokeRoles,
  identities: Identities,
  world: World,
): AssumeRoleResponse {
  const roleArn = input.RoleArn ?? '';
  const account = world.accounts.find((each) => roles.roleArnFor(each.id) === roleArn);
  const isDenied = account?.deny.some((pattern) => matches(pattern, 'sts:AssumeRole')) ?? true;
  if (account === undefined || isDenied || input.ExternalId !== roles.externalId) {
    throw new Fault(
      'accessDenied',
      `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
    );
  }
  const seconds = input.DurationSeconds ?? DEFAULT_SECONDS;
  checkDuration(seconds, caller);
  if (input.Policy !== undefined) parsePolicy(input.Policy);
  const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const roleId = `AROA${hex(roleArn, 17).toUpperCase()}`;
  const principal: Principal = {
    kind: 'session',
    accountId: account.id,
    arn: `arn:aws:sts::${account.id}:assumed-role/${roleName}/${input.RoleSessionName}`,
    userId: `${roleId}:${input.RoleSessionName}`,
    ...(input.Policy === undefined ? {} : { sessionPolicy: input.Policy }),
    ...(input.SourceIdentity === undefined ? {} : { sourceIdentity: input.SourceIdentity }),
  };
  const session = identities.openSession(principal, seconds);
  return {
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      Expiration: new Date(session.expiresAtMs),
    },
    AssumedRoleUser: { Arn: principal.arn, AssumedRoleId: principal.userId },
    ...(input.Policy === undefined
      ? {}
      : { PackedPolicySize: Math.ceil((input.Policy.length / 2048) * 100) }),
    ...(input.SourceIdentity === undefined ? {} : { SourceIdentity: input.SourceIdentity }),
  };
}

function checkDuration(seconds: number, caller: Principal): void {
  if (caller.kind === 'session' && seconds > 3600) {
    throw new Fault(
      'validation',
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  if (seconds > MAX_SESSION_SECONDS) {
    throw new Fault(
      'validation',
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
}
