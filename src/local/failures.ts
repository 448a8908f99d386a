/**
 * What a platform does wrong on purpose, so that a test can see how a client copes. `before` and `after` say
 * whether the call took effect although its answer was lost.
 */
export type Failure =
  | { readonly kind: 'status'; readonly status: number; readonly effect: 'before' | 'after' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  | { readonly kind: 'refused'; readonly error: string }
  /** No answer ever; the connection stays open until the client gives up. */
  | { readonly kind: 'silence'; readonly effect: 'before' | 'after' }
  | { readonly kind: 'reset'; readonly effect: 'before' | 'after' }
  /** The right answer, late. */
  | { readonly kind: 'delay'; readonly ms: number };

/** Failures that wait for their calls, by the name of the call (`chat.postMessage`, `POST activities`). */
export class FailurePlan {
  private readonly planned: { call: string; failure: Failure; left: number }[] = [];

  /** The next `times` calls named `call` (`*` is any) fail like this. Plans for the same call queue up. */
  next(call: string, failure: Failure, times = 1): void {
    this.planned.push({ call, failure, left: times });
  }

  /** Takes the failure that is due for this call, if there is one. */
  take(call: string): Failure | undefined {
    const entry = this.planned.find((plan) => plan.left > 0 && (plan.call === call || plan.call === '*'));
    if (entry === undefined) return undefined;
    entry.left -= 1;
    return entry.failure;
  }

  /** Forgets everything planned. */
  clear(): void {
    this.planned.length = 0;
  }
}

/** So many calls are remembered for tests; a long-lived playground forgets older ones. */
const REMEMBERED = 20_000;

/** Adds to a record of calls and drops the oldest beyond what is remembered. */
export function remember<T>(record: T[], entry: T): void {
  record.push(entry);
  if (record.length > REMEMBERED) record.shift();
}

/** Whether the call's effect happens although its caller sees a failure. */
export function takesEffect(failure: Failure): boolean {
  return failure.kind === 'delay' || ('effect' in failure && failure.effect === 'after');
}
