import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { CredentialProvider } from './credentials.ts';
import { decodeMetricsFast } from './metric-decoder.ts';

/** The clients of one account and region, each made when it is first asked for. */
export interface RegionClients {
  ecs(): ECSClient;
  cloudwatch(): CloudWatchClient;
  elb(): ElasticLoadBalancingV2Client;
  scaling(): ApplicationAutoScalingClient;
  logs(): CloudWatchLogsClient;
  /** Grows with every {@link renew}. */
  readonly generation: number;
  /**
   * Makes new clients from now on, which ask for credentials anew: the SDK keeps those it has until they say that
   * they end. What is under way goes on with the old ones.
   */
  renew(): void;
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
  const logs = onDemand(() => new CloudWatchLogsClient(settings));
  const all = [ecs, cloudwatch, elb, scaling, logs];
  let generation = 0;
  return {
    ecs: ecs.get,
    cloudwatch: cloudwatch.get,
    elb: elb.get,
    scaling: scaling.get,
    logs: logs.get,
    get generation() {
      return generation;
    },
    renew() {
      generation += 1;
      for (const client of all) client.renew();
    },
    close() {
      for (const client of all) client.destroy();
    },
  };
}

interface Destroyable {
  destroy(): void;
}

/** Makes a client when it is first asked for, and another after `renew`; the one before the last is closed then. */
function onDemand<T extends Destroyable>(make: () => T) {
  let current: T | undefined;
  let retired: T | undefined;
  return {
    get: (): T => {
      current ??= make();
      return current;
    },
    renew: (): void => {
      retired?.destroy();
      retired = current;
      current = undefined;
    },
    destroy: (): void => {
      current?.destroy();
      retired?.destroy();
    },
  };
}
