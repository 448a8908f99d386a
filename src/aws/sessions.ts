import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { fromIni, fromNodeProviderChain } from '@aws-sdk/credential-providers';
import type { AccountAuth, AccountConfig } from '../domain/accounts.ts';
import type { Clock } from '../domain/time.ts';
import type { CredentialProvider, Credentials } from './credentials.ts';
import { CredentialProblem, translateAwsError } from './errors.ts';
import { keysFromSecret } from './secret-keys.ts';

/** The credentials of each watched account, shared by all of its clients and renewed before they expire. */
export interface Sessions {
  /** @throws CredentialProblem (from the provider) with what to do, when there are no credentials. */
  credentials(account: AccountConfig): CredentialProvider;
  /** The account's session is over, whatever it said: the next who asks gets another. */
  forget(account: AccountConfig): void;
}

export interface SessionOptions {
  /** Reads one environment variable; configuration alone may know the environment. */
  readonly env: (name: string) => string | undefined;
  /** The machine's clock: STS expires sessions in real time. */
  readonly clock: Clock;
  readonly connectionTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
}

/** Sessions of a role are at most one hour when roles are chained, and Deckhand itself usually runs as one. */
const SESSION_SECONDS = 3600;

/** SDK clients ask again five minutes before the end; a session must have been renewed by then. */
const RENEW_BEFORE_MS = 6 * 60 * 1000;

/** Makes the providers on demand, one per account. */
export function makeSessions(options: SessionOptions): Sessions {
  const sessions = new Map<string, ReturnType<typeof renewing>>();
  const sessionOf = (account: AccountConfig) => {
    // An account that gets other credentials is another session.
    const known = sessions.get(keyOf(account));
    if (known) return known;
    const made = renewing(translated(providerFor(account, options), account), options.clock);
    sessions.set(keyOf(account), made);
    return made;
  };
  return {
    credentials: (account) => sessionOf(account).provide,
    forget: (account) => sessions.get(keyOf(account))?.forget(),
  };
}

function keyOf({ name, auth }: AccountConfig): string {
  return JSON.stringify([name, auth]);
}

function providerFor(account: AccountConfig, options: SessionOptions): CredentialProvider {
  const { auth } = account;
  switch (auth.kind) {
    case 'default':
      return fromNodeProviderChain();
    case 'profile':
      return fromIni({ profile: auth.profile });
    case 'role':
      return assumedRole(account, auth, options);
    case 'env':
      return async () => keysFromEnvironment(auth.prefix, account.name, options.env);
    case 'secret':
      return keysFromSecret(account.name, auth.secretArn, options);
  }
}

function assumedRole(
  account: AccountConfig,
  auth: Extract<AccountAuth, { kind: 'role' }>,
  options: SessionOptions,
): CredentialProvider {
  const { connectionTimeoutMs = 3000, requestTimeoutMs = 10_000 } = options;
  const sts = new STSClient({
    ...(account.regions[0] === undefined ? {} : { region: account.regions[0] }),
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: connectionTimeoutMs,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
  });
  return async () => {
    const answer = await sts.send(
      new AssumeRoleCommand({
        RoleArn: auth.roleArn,
        RoleSessionName: 'deckhand',
        DurationSeconds: SESSION_SECONDS,
        ...(auth.externalId === undefined ? {} : { ExternalId: auth.externalId }),
      }),
    );
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken) {
      throw new CredentialProblem(`no usable credentials for ${account.name}: STS answered without keys.`);
    }
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration ?? new Date(options.clock.now() + SESSION_SECONDS * 1000),
    };
  };
}

/** `<PREFIX>_AWS_ACCESS_KEY_ID` and its siblings, so that several accounts' keys live side by side. */
function keysFromEnvironment(
  prefix: string,
  account: string,
  env: (name: string) => string | undefined,
): Credentials {
  const variable = (suffix: string) => `${prefix.replace(/_+$/, '')}_AWS_${suffix}`;
  const accessKeyId = env(variable('ACCESS_KEY_ID'));
  const secretAccessKey = env(variable('SECRET_ACCESS_KEY'));
  const sessionToken = env(variable('SESSION_TOKEN'));
  if (!accessKeyId || !secretAccessKey) {
    const absent = [
      ...(accessKeyId ? [] : [variable('ACCESS_KEY_ID')]),
      ...(secretAccessKey ? [] : [variable('SECRET_ACCESS_KEY')]),
    ];
    throw new CredentialProblem(
      `no usable credentials for ${account}: set ${absent.join(' and ')} in the environment.`,
    );
  }
  return sessionToken ? { accessKeyId, secretAccessKey, sessionToken } : { accessKeyId, secretAccessKey };
}

/** What a provider throws reaches people through whichever call needed the credentials, so it says its own cause. */
function translated(provider: CredentialProvider, account: AccountConfig): CredentialProvider {
  const action = account.auth.kind === 'role' ? 'sts:AssumeRole' : 'credentials';
  const region = account.regions[0] ?? 'any region';
  return async () => {
    try {
      return await provider();
    } catch (error) {
      const known = translateAwsError(error, { account: account.name, region, action });
      if (account.auth.kind !== 'role' || known.code !== 'denied' || known instanceof CredentialProblem) {
        throw known;
      }
      throw new CredentialProblem(roleSentence(account.name, account.auth), { cause: error });
    }
  };
}

function roleSentence(account: string, auth: Extract<AccountAuth, { kind: 'role' }>): string {
  const externalId =
    auth.externalId === undefined
      ? '; if it asks for an external id, configure it'
      : ' and expect this external id';
  return `no usable credentials for ${account}: ${auth.roleArn} cannot be assumed. Its trust policy must name my role${externalId}, and my role needs sts:AssumeRole on it.`;
}

/** Keeps credentials until shortly before they expire; whoever asks meanwhile shares one renewal. */
function renewing(provider: CredentialProvider, clock: Clock) {
  let current: Credentials | undefined;
  let renewal: Promise<Credentials> | undefined;
  const renew = async () => {
    try {
      current = await provider();
      return current;
    } finally {
      renewal = undefined;
    }
  };
  return {
    provide: async (): Promise<Credentials> => {
      if (current && !isDue(current, clock)) return current;
      renewal ??= renew();
      return renewal;
    },
    forget: (): void => {
      current = undefined;
    },
  };
}

function isDue(credentials: Credentials, clock: Clock): boolean {
  if (!credentials.expiration) return false;
  return credentials.expiration.getTime() - clock.now() <= RENEW_BEFORE_MS;
}
