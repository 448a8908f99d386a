import type { Intent } from '../domain/intent.ts';
import { formatDuration } from '../domain/time.ts';

/**
 * What a person would type to get this answer: `health --only critical`. For readers who have no button to press.
 * Only the parts that reading commands use; undefined for an intent that says more than that.
 */
export function commandWords(intent: Intent): string | undefined {
  if (intent.command === 'ask') return intent.text;
  if (Object.keys(intent).some((key) => !SAYABLE.has(key))) return undefined;
  const scope = intent.service ?? intent.text;
  const words = [intent.command, intent.action, scope, intent.metric].filter((word) => word !== undefined);
  return [...words, ...flags(intent)].join(' ');
}

function flags(intent: Intent): string[] {
  const values: Record<string, string | number | undefined> = {
    '--cluster': intent.cluster,
    '--account': intent.account,
    '--region': intent.region,
    '--only': intent.only,
    '--priority': intent.priority,
    '--since': intent.since ?? (intent.sinceMs === undefined ? undefined : shortDuration(intent.sinceMs)),
    '--grep': intent.grep,
    '--limit': intent.limit,
    '--container': intent.container,
  };
  const given = Object.entries(values).flatMap(([flag, value]) =>
    value === undefined ? [] : [`${flag} ${quoted(value)}`],
  );
  return [...given, ...(intent.fresh ? ['--fresh'] : []), ...(intent.diagnose ? ['--diagnose'] : [])];
}

/** `60 min` as one word: `60min`. */
function shortDuration(ms: number): string {
  return formatDuration(ms).replaceAll(' ', '').replace('min', 'm');
}

function quoted(value: string | number): string {
  const text = String(value);
  return /\s/.test(text) ? JSON.stringify(text) : text;
}

const SAYABLE: ReadonlySet<string> = new Set([
  'command',
  'action',
  'service',
  'cluster',
  'account',
  'region',
  'metric',
  'only',
  'priority',
  'since',
  'sinceMs',
  'grep',
  'limit',
  'container',
  'fresh',
  'diagnose',
  'text',
]);
