import type { Clock } from '../domain/time.ts';
import type { AwsCall, OnCall } from './calls.ts';
import type { RegionClients } from './clients.ts';
import { isExpired, translateAwsError } from './errors.ts';
import type { Bucket, Limiter } from './limiter.ts';
import type { IamAction } from './permissions.ts';

/** What a call needs besides the client that sends it. */
export interface CallPath {
  readonly account: string;
  readonly region: string;
  readonly clients: Pick<RegionClients, 'generation' | 'renew'>;
  readonly limiter: Limiter;
  /** A call that has no answer after this, all of its attempts included, is given up. */
  readonly callTimeoutMs: number;
  readonly clock: Clock;
  /** Lets the next client get new credentials. */
  readonly forgetCredentials?: () => void;
  /** Hears of every call. */
  readonly onCall?: OnCall | undefined;
}

/** Where the calls to one region of one account go. */
export interface RegionConnection extends CallPath {
  readonly clients: RegionClients;
}

/** Tokens of the limiter that a call takes. */
export type Costs = Partial<Readonly<Record<Bucket, number>>>;

/**
 * Makes one call: under the limiter, within the time-out, once more with new credentials where a session ended early,
 * told to the meter.
 * @throws one of `domain/errors.ts`
 */
export async function callAws<T>(
  to: CallPath,
  action: IamAction,
  costs: Costs,
  send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>,
  dollars = 0,
): Promise<T> {
  const { account, region, limiter, callTimeoutMs, clock, onCall } = to;
  let startedMs = clock.now();
  const told = (outcome: AwsCall['outcome']) =>
    onCall?.({
      account,
      region,
      action,
      outcome,
      durationMs: clock.now() - startedMs,
      dollars: outcome === 'ok' ? dollars : 0,
    });
  const attempt = () =>
    limiter.run(costs, () => {
      startedMs = clock.now();
      return send({ abortSignal: AbortSignal.timeout(callTimeoutMs) });
    });
  try {
    const answer = await withNewCredentials(to, attempt);
    told('ok');
    return answer;
  } catch (error) {
    const known = translateAwsError(error, { account, region, action });
    told(known.code);
    throw known;
  }
}

/**
 * A session may end before it said that it would: somebody revoked it, or a clock is wrong. Then the call is made once
 * more with new credentials; whoever else meets the same end shares them.
 */
async function withNewCredentials<T>(to: CallPath, attempt: () => Promise<T>): Promise<T> {
  const { clients } = to;
  const { generation } = clients;
  try {
    return await attempt();
  } catch (error) {
    if (!isExpired(error) || !to.forgetCredentials) throw error;
    if (clients.generation === generation) {
      to.forgetCredentials();
      clients.renew();
    }
    return attempt();
  }
}
