import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Throttled } from '../domain/errors.ts';
import { type Person, personKey } from '../domain/person.ts';

/** A minute's worth for one person, by each process. */
export interface RateLimitSettings {
  readonly readsPerMinute: number;
  readonly writesPerMinute: number;
}

export const DEFAULT_RATE_LIMITS: RateLimitSettings = { readsPerMinute: 100, writesPerMinute: 10 };

/** Keeps one person (or a script in their name) from using up everybody's calls. */
export interface RateLimits {
  /** @throws Throttled with a kind sentence. */
  use(person: Pick<Person, 'platform' | 'id'>, what: 'read' | 'write'): Promise<void>;
}

/** Limits in memory. */
export function makeRateLimits(settings: RateLimitSettings = DEFAULT_RATE_LIMITS): RateLimits {
  const limiters = {
    read: new RateLimiterMemory({ points: settings.readsPerMinute, duration: 60 }),
    write: new RateLimiterMemory({ points: settings.writesPerMinute, duration: 60 }),
  };
  return {
    async use(person, what) {
      try {
        await limiters[what].consume(personKey(person));
      } catch (error) {
        if (error instanceof RateLimiterRes) throw tooMany(what, error.msBeforeNext, settings);
        throw error;
      }
    },
  };
}

function tooMany(what: 'read' | 'write', waitMs: number, settings: RateLimitSettings): Throttled {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const sentence =
    what === 'read'
      ? `That was a lot of questions: I answer ${settings.readsPerMinute} a minute for each person.`
      : `That was a lot of changes: I take ${settings.writesPerMinute} a minute from each person. Nothing changed.`;
  return new Throttled(`${sentence} Please try again in ${seconds} s.`, { retryAfterMs: waitMs });
}
