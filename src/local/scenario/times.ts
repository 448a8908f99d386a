import { z } from 'zod';

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A moment relative to the program's start, in milliseconds: negative is the past. `-90d`, `-30s`, `now`, `+10s`. */
export const time = z
  .string()
  .regex(/^(now|[+-]\d{1,6}[dhms])$/, 'a time like -90d, -6h, -25m, -30s, now or +10s')
  .transform(parseTime);

/** Like {@link time}, for what has happened already when the program starts. */
export const pastTime = z
  .string()
  .regex(/^(now|-\d{1,6}[dhms]|\+0+[dhms])$/, 'a time that is not in the future, like -90d, -25m or now')
  .transform(parseTime);

/** Like {@link time}, for what happens while the program runs. */
export const comingTime = z
  .string()
  .regex(/^(now|\+\d{1,6}[dhms])$/, 'a time while the program runs, like now, +10s or +2m')
  .transform(parseTime);

/** A length of time in milliseconds, more than nothing: `30s`, `15m`, `2h`, `1d`. */
export const duration = z
  .string()
  .regex(/^0*[1-9]\d{0,5}[dhms]$/, 'a duration like 30s, 15m, 2h or 1d')
  .transform(parseTime);

function parseTime(text: string): number {
  if (text === 'now') return 0;
  const unit = text.at(-1);
  const amount = Number(text.slice(0, -1));
  const unitMs = unit === 'd' || unit === 'h' || unit === 'm' ? UNIT_MS[unit] : UNIT_MS.s;
  return amount * unitMs || 0;
}
