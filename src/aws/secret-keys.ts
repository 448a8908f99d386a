import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import type { Clock } from '../domain/time.ts';
import type { CredentialProvider } from './credentials.ts';
import { CredentialProblem } from './errors.ts';

/** A rotated secret is taken over within this time, or at once when AWS refuses the old keys as expired. */
const REREAD_MS = 30 * 60 * 1000;

const keys = z
  .looseObject({
    AWS_ACCESS_KEY_ID: z.string().min(1).optional(),
    AWS_SECRET_ACCESS_KEY: z.string().min(1).optional(),
    AWS_SESSION_TOKEN: z.string().optional(),
    accessKeyId: z.string().min(1).optional(),
    secretAccessKey: z.string().min(1).optional(),
    sessionToken: z.string().optional(),
  })
  .transform((given) => ({
    accessKeyId: given.AWS_ACCESS_KEY_ID ?? given.accessKeyId,
    secretAccessKey: given.AWS_SECRET_ACCESS_KEY ?? given.secretAccessKey,
    sessionToken: given.AWS_SESSION_TOKEN ?? given.sessionToken,
  }));

/**
 * The keys in a Secrets Manager secret, read with the default chain's credentials. The secret is a JSON object with
 * `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, for temporary keys, `AWS_SESSION_TOKEN`; the SDK's own spellings
 * (`accessKeyId` …) are taken as well.
 */
export function keysFromSecret(
  account: string,
  secretArn: string,
  options: {
    readonly clock: Clock;
    readonly connectionTimeoutMs?: number;
    readonly requestTimeoutMs?: number;
  },
): CredentialProvider {
  const { connectionTimeoutMs = 3000, requestTimeoutMs = 10_000, clock } = options;
  const region = secretArn.split(':')[3];
  const client = new SecretsManagerClient({
    ...(region ? { region } : {}),
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: connectionTimeoutMs,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
  });
  return async () => {
    const { SecretString } = await read(client, account, secretArn);
    const { accessKeyId, secretAccessKey, sessionToken } = parse(SecretString);
    if (!accessKeyId || !secretAccessKey) {
      throw new CredentialProblem(
        `no usable credentials for ${account}: the secret ${secretArn} must be a JSON object with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`,
      );
    }
    return {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken ? { sessionToken } : {}),
      expiration: new Date(clock.now() + REREAD_MS),
    };
  };
}

async function read(client: SecretsManagerClient, account: string, secretArn: string) {
  try {
    return await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (name !== 'ResourceNotFoundException' && !name.startsWith('AccessDenied')) throw error;
    const why =
      name === 'ResourceNotFoundException'
        ? 'does not exist'
        : 'cannot be read: allow my role secretsmanager:GetSecretValue on it';
    throw new CredentialProblem(`no usable credentials for ${account}: the secret ${secretArn} ${why}.`, {
      cause: error,
    });
  }
}

/** What is no such object gives no keys; its text never reaches a message. */
function parse(text: string | undefined): z.infer<typeof keys> {
  const nothing = { accessKeyId: undefined, secretAccessKey: undefined, sessionToken: undefined };
  try {
    const parsed = keys.safeParse(JSON.parse(text ?? ''));
    return parsed.success ? parsed.data : nothing;
  } catch {
    // Not JSON: the sentence that follows says what is expected.
    return nothing;
  }
}
