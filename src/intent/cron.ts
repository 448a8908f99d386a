const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Minute, hour, day of month, month, day of week, as crontab(5) has them. */
const FIELDS = [
  { from: 0, to: 59, names: [] as readonly string[] },
  { from: 0, to: 23, names: [] },
  { from: 1, to: 31, names: [] },
  { from: 1, to: 12, names: MONTHS },
  { from: 0, to: 7, names: DAYS },
] as const;

const NICKNAMES: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
};

/** Five cron fields with single spaces, names and nicknames (`MON`, `@daily`) included; `undefined` if it is no cron. */
export function parseCron(text: string): string | undefined {
  const said = text.trim().toLowerCase();
  const fields = (NICKNAMES[said] ?? said).split(/\s+/);
  if (fields.length !== FIELDS.length) return undefined;
  const valid = FIELDS.every((spec, i) => isField(fields[i] ?? '', spec));
  return valid ? fields.join(' ').toUpperCase() : undefined;
}

type Field = { readonly from: number; readonly to: number; readonly names: readonly string[] };

function isField(text: string, spec: Field): boolean {
  return text.split(',').every((part) => {
    const [range, step, ...more] = part.split('/');
    if (more.length > 0 || (step !== undefined && !/^[1-9]\d?$/.test(step))) return false;
    return isRange(range ?? '', spec);
  });
}

function isRange(text: string, spec: Field): boolean {
  if (text === '*') return true;
  const [from, to, ...more] = text.split('-').map((end) => valueOf(end, spec));
  if (more.length > 0 || from === undefined) return false;
  return text.includes('-') ? to !== undefined && from <= to : true;
}

function valueOf(text: string, spec: Field): number | undefined {
  const named = spec.names.indexOf(text);
  const value = named >= 0 ? named + (spec.from === 1 ? 1 : 0) : /^\d{1,2}$/.test(text) ? Number(text) : -1;
  return value >= spec.from && value <= spec.to ? value : undefined;
}
