/** `14:05` in the viewer's zone. */
export function clockTime(atMs: number): string {
  return format(atMs, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

/** `Friday, 20 November`. */
export function dayName(atMs: number): string {
  return format(atMs, { weekday: 'long', day: 'numeric', month: 'long' });
}

/** Everything, for a tooltip. */
export function fullTime(atMs: number): string {
  return format(atMs, { dateStyle: 'full', timeStyle: 'long' });
}

/** `Fri 20 Nov` and `14:05:09`, with the zone's short name, for the clock in the bar. */
export function clockParts(atMs: number): {
  readonly day: string;
  readonly time: string;
  readonly zone: string;
} {
  const zone = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' })
    .formatToParts(atMs)
    .find((part) => part.type === 'timeZoneName')?.value;
  return {
    day: format(atMs, { weekday: 'short', day: 'numeric', month: 'short' }),
    time: format(atMs, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }),
    zone: zone ?? '',
  };
}

function format(atMs: number, options: Intl.DateTimeFormatOptions): string {
  return Number.isFinite(atMs) ? new Intl.DateTimeFormat('en-GB', options).format(atMs) : '';
}
