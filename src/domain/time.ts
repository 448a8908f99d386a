/** Where the domain gets its time from. Injected everywhere, so that tests never sleep. Milliseconds since 1970. */
export interface Clock {
  now(): number;
}

/** The clock of the machine. */
export const systemClock: Clock = { now: () => Date.now() };

/** Things to do later. Injected where something waits, so that tests never do. */
export interface Timers {
  /** Runs `run` once after `ms`; the function it returns calls that off. */
  after(ms: number, run: () => void): () => void;
}

/** The timers of the machine. They do not keep the process alive. */
export const systemTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/**
 * A clock that starts at `startMs` when it is made and then runs at the machine's pace (`DECKHAND_NOW`, for
 * simulated fleets that play at a fixed date).
 */
export function clockStartingAt(startMs: number, system: Clock = systemClock): Clock {
  const offsetMs = startMs - system.now();
  return { now: () => system.now() + offsetMs };
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time as a person says it: `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`. Never more than two units. */
export function formatDuration(ms: number): string {
  const abs = Math.max(0, Math.round(ms));
  if (abs < MINUTE) return `${Math.round(abs / SECOND)} s`;
  if (abs < HOUR) return `${Math.round(abs / MINUTE)} min`;
  if (abs < DAY) return twoUnits(abs, HOUR, 'h', MINUTE, 'min');
  return twoUnits(abs, DAY, 'd', HOUR, 'h');
}

function twoUnits(ms: number, big: number, bigName: string, small: number, smallName: string): string {
  const whole = Math.floor(ms / big);
  const rest = Math.floor((ms - whole * big) / small);
  return rest === 0 ? `${whole} ${bigName}` : `${whole} ${bigName} ${rest} ${smallName}`;
}
