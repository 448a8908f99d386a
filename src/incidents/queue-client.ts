import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';

/**
 * A client for many small messages. By default the SDK prepares every message for a logger that logs nothing, and computes
 * an MD5 of every body: over TLS that finds nothing that TLS has not found, and a machine in FIPS mode has no MD5.
 */
export function makeAlertQueueClient(config: SQSClientConfig): SQSClient {
  const client = new SQSClient({ ...config, cacheMiddleware: true, md5: false });
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}
