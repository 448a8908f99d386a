import type { AccountConfig } from '../domain/accounts.ts';
import type { Clock } from '../domain/time.ts';
import type { AwsApi } from './api.ts';
import type { OnCall } from './calls.ts';
import { type ClientTimeouts, DEFAULT_TIMEOUTS, makeRegionClients, type RegionClients } from './clients.ts';
import { makeLimiter, type Sleep } from './limiter.ts';
import { makeAwsApi } from './sdk-api.ts';
import { makeSessions } from './sessions.ts';

/** Every watched account and region, reachable. Nothing is made or called before it is asked for. */
export interface AwsConnections {
  api(account: AccountConfig, region: string): AwsApi;
  /** Closes the sockets of all clients. */
  close(): void;
}

export interface ConnectOptions {
  /** Reads one environment variable, for accounts whose keys are named by a prefix. */
  readonly env: (name: string) => string | undefined;
  /** The machine's clock, never a simulated one: limits and session expiry are real time. */
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly timeouts?: Partial<ClientTimeouts>;
  /** Hears of every call of every account. */
  readonly onCall?: OnCall;
}

/** Sessions, clients and limiters of all accounts, behind one function. */
export function connectAws(options: ConnectOptions): AwsConnections {
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const sessions = makeSessions({ ...options, ...timeouts });
  const made = new Map<string, { readonly api: AwsApi; readonly clients: RegionClients }>();
  return {
    api(account, region) {
      const key = `${account.name}/${region}`;
      const known = made.get(key);
      if (known) return known.api;
      const clients = makeRegionClients(region, sessions.credentials(account), timeouts);
      const limiter = makeLimiter({ clock: options.clock, sleep: options.sleep });
      const api = makeAwsApi({
        account: account.name,
        region,
        clients,
        limiter,
        callTimeoutMs: timeouts.callTimeoutMs,
        clock: options.clock,
        onCall: options.onCall,
      });
      made.set(key, { api, clients });
      return api;
    },
    close() {
      for (const { clients } of made.values()) clients.close();
    },
  };
}
