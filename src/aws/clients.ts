import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { decodeMetricsFast } from './metric-decoder.ts';
import type { CredentialProvider } from './sessions.ts';

/** The clients of one account and region, each made when it is first asked for. */
export interface RegionClients {
  ecs(): ECSClient;
  cloudwatch(): CloudWatchClient;
  elb(): ElasticLoadBalancingV2Client;
  scaling(): ApplicationAutoScalingClient;
  /** Closes the sockets of those that were made. */
  close(): void;
}

/** How long one HTTP attempt may take, how many attempts a call has, and how long all of them may take together. */
export interface ClientTimeouts {
  readonly connectionTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly maxAttempts: number;
  readonly callTimeoutMs: number;
}

/** A region that hangs costs one `callTimeoutMs`: its first call is its last. */
export const DEFAULT_TIMEOUTS: ClientTimeouts = {
  connectionTimeoutMs: 3000,
  requestTimeoutMs: 8000,
  maxAttempts: 3,
  callTimeoutMs: 12_000,
};

/** Endpoints are not set here: the SDK reads AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> itself. */
export function makeRegionClients(
  region: string,
  credentials: CredentialProvider,
  timeouts: Omit<ClientTimeouts, 'callTimeoutMs'> = DEFAULT_TIMEOUTS,
): RegionClients {
  const settings = {
    region,
    credentials,
    maxAttempts: timeouts.maxAttempts,
    requestHandler: {
      connectionTimeout: timeouts.connectionTimeoutMs,
      requestTimeout: timeouts.requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
  };
  const ecs = onDemand(() => new ECSClient(settings));
  const cloudwatch = onDemand(() => decodeMetricsFast(new CloudWatchClient(settings)));
  const elb = onDemand(() => new ElasticLoadBalancingV2Client(settings));
  const scaling = onDemand(() => new ApplicationAutoScalingClient(settings));
  return {
    ecs: ecs.get,
    cloudwatch: cloudwatch.get,
    elb: elb.get,
    scaling: scaling.get,
    close() {
      for (const client of [ecs, cloudwatch, elb, scaling]) client.made()?.destroy();
    },
  };
}

function onDemand<T>(make: () => T): { readonly get: () => T; readonly made: () => T | undefined } {
  let value: T | undefined;
  return {
    get: () => {
      value ??= make();
      return value;
    },
    made: () => value,
  };
}
