import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Throttled } from '../domain/errors.ts';
import { type Person, personKey } from '../domain/person.ts';

/** A minute's worth for one person, by each process. */
export interface RateLimitSettings {
  readonly readsPerMinute: number;
  readonly writesPerMinute: number;
  /** What is done to incidents: in a storm somebody takes many at once. */
  readonly deedsPerMinute: number;
}

export const DEFAULT_RATE_LIMITS: RateLimitSettings = {
  readsPerMinute: 100,
  writesPerMinute: 10,
  deedsPerMinute: 60,
};

type What = 'read' | 'write' | 'deed';

/** Keeps one person (or a script in their name) from using up everybody's calls. */
export interface RateLimits {
  /** @throws Throttled with a kind sentence. */
  use(person: Pick<Person, 'platform' | 'id'>, what: What): Promise<void>;
}

/** Limits in memory. */
export function makeRateLimits(given: Partial<RateLimitSettings> = {}): RateLimits {
  const settings = { ...DEFAULT_RATE_LIMITS, ...given };
  const limiters = {
    read: new RateLimiterMemory({ points: settings.readsPerMinute, duration: 60 }),
    write: new RateLimiterMemory({ points: settings.writesPerMinute, duration: 60 }),
    deed: new RateLimiterMemory({ points: settings.deedsPerMinute, duration: 60 }),
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

function tooMany(what: What, waitMs: number, settings: RateLimitSettings): Throttled {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const sentence =
    what === 'read'
      ? `That was a lot of questions: I answer ${settings.readsPerMinute} a minute for each person.`
      : `That was a lot of changes: I take ${what === 'deed' ? settings.deedsPerMinute : settings.writesPerMinute} a minute from each person. Nothing changed.`;
  return new Throttled(`${sentence} Please try again in ${seconds} s.`, { retryAfterMs: waitMs });
}
