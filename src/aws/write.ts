import {
  ContinueServiceDeploymentCommand,
  ECSClient,
  StopTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { type AccountAuth, type AccountConfig } from '../domain/accounts.ts';
import { type Person, personKey } from '../domain/person.ts';
import type { CredentialProvider } from './credentials.ts';
import { translateAwsError } from './errors.ts';
import type { PERMISSIONS } from './permissions.ts';
import type { Sessions } from './sessions.ts';

/** Where a write goes and in whose name. */
export interface WriteTarget {
  readonly account: AccountConfig;
  readonly region: string;
  readonly cluster: string;
  /** The ARN of the service, the task or the service deployment: the one resource that the session may touch. */
  readonly arn: string;
  /** The person whose click it is. */
  readonly by: Pick<Person, 'platform' | 'id'>;
  /** Names the session in CloudTrail. */
  readonly write: string;
}

export interface ServiceUpdate {
  readonly desired?: number;
  readonly taskDefinition?: string;
  readonly forceNewDeployment?: true;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/continue-service-deployment.html */
export interface HookAnswer {
  readonly hook: string;
  /** `ROLLBACK` goes back to the revision before. */
  readonly action: 'CONTINUE' | 'ROLLBACK';
}

/**
 * The calls that change AWS. Each is one HTTP request without retries: what became of a request that got no answer is
 * looked up, never guessed. Errors are those of `domain/errors.ts`; `Unreachable` alone leaves open whether it
 * happened.
 */
export interface AwsWriter {
  /** @returns the id of the PRIMARY deployment after it. */
  updateService(target: WriteTarget, update: ServiceUpdate): Promise<{ readonly deployment: string }>;
  stopTask(target: WriteTarget, reason: string): Promise<void>;
  /**
   * Answers the hook that a deployment waits at; `target.arn` is the service deployment's.
   * @throws NotFound when nothing waits for this answer: no such deployment, or its hook is over
   */
  continueDeployment(target: WriteTarget, answer: HookAnswer): Promise<void>;
}

export interface WriterOptions {
  readonly sessions: Sessions;
  /** An account whose role does not let us name the person is written to all the same; told here. */
  readonly onUnnamed: (account: string, cause: unknown) => void;
  readonly requestTimeoutMs?: number;
}

/** The least that STS allows: a session for one click. */
const SESSION_SECONDS = 900;
const TIMEOUT_MS = 6000;

/**
 * A writer whose sessions are limited to one action on one ARN, with the person as SourceIdentity, where the account is
 * reached through a role. Other kinds of credentials cannot be narrowed and are used as they are.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
 */
export function makeAwsWriter(options: WriterOptions): AwsWriter {
  return {
    updateService: (target, { desired, taskDefinition, forceNewDeployment }) =>
      within(target, 'ecs:UpdateService', options, async (ecs) => {
        const answer = await ecs.send(
          new UpdateServiceCommand({
            cluster: target.cluster,
            service: target.arn,
            ...(desired === undefined ? {} : { desiredCount: desired }),
            ...(taskDefinition === undefined ? {} : { taskDefinition }),
            ...(forceNewDeployment === undefined ? {} : { forceNewDeployment }),
          }),
        );
        const primary = answer.service?.deployments?.find((each) => each.status === 'PRIMARY');
        return { deployment: primary?.id ?? '' };
      }),
    stopTask: (target, reason) =>
      within(target, 'ecs:StopTask', options, async (ecs) => {
        await ecs.send(new StopTaskCommand({ cluster: target.cluster, task: target.arn, reason }));
      }),
    continueDeployment: (target, { hook, action }) =>
      within(target, 'ecs:ContinueServiceDeployment', options, async (ecs) => {
        await ecs.send(
          new ContinueServiceDeploymentCommand({ serviceDeploymentArn: target.arn, hookId: hook, action }),
        );
      }),
  };
}

async function within<T>(
  target: WriteTarget,
  action: (typeof PERMISSIONS)['writes'][number],
  options: WriterOptions,
  call: (ecs: ECSClient) => Promise<T>,
): Promise<T> {
  const { account, region } = target;
  let site: { action: string } = { action: 'sts:AssumeRole' };
  let ecs: ECSClient | undefined;
  try {
    const credentials = await credentialsFor(target, action, options);
    site = { action };
    ecs = new ECSClient({ region, credentials, ...singleAttempt(options) });
    return await call(ecs);
  } catch (error) {
    throw translateAwsError(error, { account: account.name, region, ...site });
  } finally {
    ecs?.destroy();
  }
}

async function credentialsFor(
  target: WriteTarget,
  action: string,
  options: WriterOptions,
): Promise<CredentialProvider> {
  const { auth } = target.account;
  if (auth.kind !== 'role') return options.sessions.credentials(target.account);
  const sts = new STSClient({ region: target.region, ...singleAttempt(options) });
  try {
    const session = await assume(sts, auth, target, action, options);
    return async () => session;
  } finally {
    sts.destroy();
  }
}

/** Trust policies that do not allow sts:SetSourceIdentity refuse the whole request; the session stays limited. */
async function assume(
  sts: STSClient,
  auth: Extract<AccountAuth, { kind: 'role' }>,
  target: WriteTarget,
  action: string,
  { onUnnamed }: WriterOptions,
) {
  try {
    return await assumeOnce(sts, auth, target, action, sourceIdentity(target.by));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AccessDenied') throw error;
    const session = await assumeOnce(sts, auth, target, action, undefined);
    onUnnamed(target.account.name, error);
    return session;
  }
}

async function assumeOnce(
  sts: STSClient,
  auth: Extract<AccountAuth, { kind: 'role' }>,
  target: WriteTarget,
  action: string,
  identity: string | undefined,
) {
  const answer = await sts.send(
    new AssumeRoleCommand({
      RoleArn: auth.roleArn,
      RoleSessionName: `deckhand-${target.write}`.slice(0, 64),
      DurationSeconds: SESSION_SECONDS,
      Policy: sessionPolicy(action, target.arn),
      ...(auth.externalId === undefined ? {} : { ExternalId: auth.externalId }),
      ...(identity === undefined ? {} : { SourceIdentity: identity }),
    }),
  );
  const { AccessKeyId, SecretAccessKey, SessionToken } = answer.Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken) throw new Error('STS answered without keys.');
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** One action on one ARN. */
export function sessionPolicy(action: string, arn: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: arn }],
  });
}

/** `slack-U012AB3CD`. STS takes 2 to 64 of `[\w+=,.@-]`, and nothing that begins with `aws:`. */
export function sourceIdentity(by: Pick<Person, 'platform' | 'id'>): string {
  return personKey(by)
    .replace(':', '-')
    .replace(/[^\w+=,.@-]/g, '_')
    .slice(0, 64);
}

function singleAttempt({ requestTimeoutMs = TIMEOUT_MS }: WriterOptions) {
  return {
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: 2000,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
  };
}
