import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { CredentialProvider } from './credentials.ts';

const TIMEOUT_MS = 5000;

/**
 * The 12-digit account id that credentials belong to (sts:GetCallerIdentity, which no policy can deny); undefined
 * when STS does not answer in five seconds or refuses the credentials.
 */
export async function accountIdOf(
  region: string,
  credentials?: CredentialProvider,
): Promise<string | undefined> {
  const client = new STSClient({
    region,
    maxAttempts: 1,
    ...(credentials === undefined ? {} : { credentials }),
    requestHandler: {
      connectionTimeout: TIMEOUT_MS,
      requestTimeout: TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  });
  try {
    return (await client.send(new GetCallerIdentityCommand({}))).Account;
  } catch {
    // Not knowing it is an answer: the account then goes by its configured name alone.
    return undefined;
  } finally {
    client.destroy();
  }
}
