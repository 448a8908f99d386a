import type { DeedEntry, EventEntry, Happening } from '../../src/domain/incident-log.ts';
import type { Person } from '../../src/domain/person.ts';

export const START_MS = Date.parse('2026-11-20T09:00:00Z');
const MINUTE = 60_000;

export const TARGET = {
  account: 'production',
  region: 'eu-west-1',
  cluster: 'core',
  service: 'web',
} as const;

export const OLIVIA: Person = { platform: 'slack', id: 'U1', tenant: 'T1', name: 'Olivia' };
export const RAVI: Person = { platform: 'teams', id: 'aad-2', tenant: 'T', name: 'Ravi' };

type Change = Partial<Happening> & {
  readonly key?: string;
  readonly version?: number;
  readonly task?: string;
};

/** An entry `minutes` after the start; its key comes from what it says unless it is given. */
export function entry(
  minutes: number,
  effect: Happening['effect'],
  name: string,
  { key, version, task, ...change }: Change = {},
): EventEntry {
  const what: Happening = {
    id: `${name}${JSON.stringify(change)}`,
    name,
    effect,
    title: name.toLowerCase(),
    severity: 'high',
    text: name.toLowerCase(),
    kind: effect === 'recovery' ? 'better' : effect === 'context' ? 'neutral' : 'worse',
    signature: `${name}${change.reason ?? ''}`,
    ...change,
  };
  return {
    key: key ?? `${name}@${minutes}${change.subject ?? ''}`,
    atMs: START_MS + minutes * MINUTE,
    what,
    ...(version === undefined ? {} : { version }),
    ...(task === undefined ? {} : { task }),
  };
}

export const fail = (minutes: number, change: Change = {}) => entry(minutes, 'failure', 'IMPAIRED', change);
export const worse = (minutes: number, change: Change = {}) =>
  entry(minutes, 'failure', 'DEPLOYMENT_FAILED', { severity: 'critical', ...change });
export const steady = (minutes: number, change: Change = {}) => entry(minutes, 'recovery', 'STEADY', change);
export const news = (minutes: number, change: Change = {}) => entry(minutes, 'context', 'NEWS', change);
export const stop = (minutes: number, change: Change = {}) =>
  entry(minutes, 'stop', 'TASK_STOPPED', { text: 'stopped', task: `task-${minutes}`, ...change });
export const alarm = (minutes: number, subject: string) =>
  entry(minutes, 'failure', 'ALARM', { subject, severity: 'medium' });
export const alarmOver = (minutes: number, subject: string) =>
  entry(minutes, 'recovery', 'ALARM', { subject, ends: true });

export function deed(
  minutes: number,
  kind: DeedEntry['deed'],
  incident: number,
  change: Partial<DeedEntry> = {},
): DeedEntry {
  return {
    key: `${kind}@${minutes}`,
    atMs: START_MS + minutes * MINUTE,
    deed: kind,
    incident,
    by: OLIVIA,
    ...change,
  };
}
