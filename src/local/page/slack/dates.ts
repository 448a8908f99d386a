import type { SlackDate } from './inline.ts';

/**
 * A `<!date^…>` token in the viewer's zone
 * (https://docs.slack.dev/messaging/formatting-message-text#date-formatting). Its fallback when it is no date.
 */
export function formatSlackDate(date: SlackDate, nowMs: number): string {
  if (!Number.isFinite(date.atMs) || date.format === '') return date.fallback;
  return date.format.replace(/\{(\w+)\}/g, (whole, name: string) => part(name, date.atMs, nowMs) ?? whole);
}

function part(name: string, atMs: number, nowMs: number): string | undefined {
  switch (name) {
    case 'date_num':
      return new Intl.DateTimeFormat('en-CA').format(atMs);
    case 'date':
      return day(atMs, { month: 'long' });
    case 'date_short':
    case 'date_slash':
      return day(atMs, { month: 'short' });
    case 'date_long':
      return day(atMs, { month: 'long', weekday: 'long' });
    case 'date_pretty':
      return near(atMs, nowMs) ?? day(atMs, { month: 'long' });
    case 'date_short_pretty':
      return near(atMs, nowMs) ?? day(atMs, { month: 'short' });
    case 'date_long_pretty':
      return near(atMs, nowMs) ?? day(atMs, { month: 'long', weekday: 'long' });
    case 'time':
      return time(atMs, {});
    case 'time_secs':
      return time(atMs, { second: '2-digit' });
    case 'ago':
      return ago(nowMs - atMs);
    default:
      return undefined;
  }
}

function day(atMs: number, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', year: 'numeric', ...options }).format(atMs);
}

function time(atMs: number, options: Intl.DateTimeFormatOptions): string {
  const base: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  return new Intl.DateTimeFormat('en-GB', { ...base, ...options }).format(atMs);
}

function near(atMs: number, nowMs: number): string | undefined {
  const days = Math.round((midnight(atMs) - midnight(nowMs)) / 86_400_000);
  return { '-1': 'yesterday', '0': 'today', '1': 'tomorrow' }[String(days)];
}

function midnight(atMs: number): number {
  return new Date(atMs).setHours(0, 0, 0, 0);
}

function ago(ms: number): string {
  const minutes = Math.round(Math.abs(ms) / 60_000);
  const [count, unit] =
    minutes < 60
      ? [minutes, 'minute']
      : minutes < 1440
        ? [Math.round(minutes / 60), 'hour']
        : [Math.round(minutes / 1440), 'day'];
  const words = `${count} ${unit}${count === 1 ? '' : 's'}`;
  return ms < 0 ? `in ${words}` : `${words} ago`;
}
