import type { Clock } from '../domain/time.ts';
import type { OnCall } from './calls.ts';
import { type ClientTimeouts, DEFAULT_TIMEOUTS } from './clients.ts';
import type { CredentialProvider } from './credentials.ts';
import { makeLimiter, type Sleep } from './limiter.ts';
import type { CallPath } from './region-call.ts';

/** Calls in the account that Deckhand itself runs in, with the credentials that it runs with. */
export interface HubCalls {
  readonly path: CallPath;
  readonly clientSettings: {
    readonly credentials?: CredentialProvider;
    readonly maxAttempts: number;
    readonly requestHandler: {
      readonly connectionTimeout: number;
      readonly requestTimeout: number;
      readonly throwOnRequestTimeout: true;
    };
  };
}

export interface HubOptions {
  readonly region: string;
  /** The machine's clock. */
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** The SDK's default chain where absent. */
  readonly credentials?: CredentialProvider;
  readonly timeouts?: Partial<ClientTimeouts>;
  readonly onCall?: OnCall;
}

/** What meters and sentences call the account that Deckhand runs in. */
const HUB = 'own account';

/** One limiter for all of them. The SDK renews what its default chain gives by itself. */
export function makeHubCalls(options: HubOptions): HubCalls {
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const { region, clock, sleep, credentials, onCall } = options;
  return {
    path: {
      account: HUB,
      region,
      clients: { generation: 0, renew: () => undefined },
      limiter: makeLimiter({ clock, sleep }),
      callTimeoutMs: timeouts.callTimeoutMs,
      clock,
      onCall,
    },
    clientSettings: {
      ...(credentials === undefined ? {} : { credentials }),
      maxAttempts: timeouts.maxAttempts,
      requestHandler: {
        connectionTimeout: timeouts.connectionTimeoutMs,
        requestTimeout: timeouts.requestTimeoutMs,
        throwOnRequestTimeout: true,
      },
    },
  };
}
