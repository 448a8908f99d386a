import type { ServiceRef } from './fleet.ts';

/** The first words of what people can say; the commands of the grammar, and `ask` for everything else. */
export const COMMANDS = [
  'health',
  'service',
  'metrics',
  'logs',
  'errors',
  'diagnose',
  'restarts',
  'deployments',
  'recommend',
  'scale',
  'redeploy',
  'rollback',
  'stop',
  'alerts',
  'ack',
  'release',
  'resolve',
  'assign',
  'note',
  'mute',
  'unmute',
  'digest',
  'accounts',
  'routes',
  'grants',
  'rules',
  'probes',
  'cost',
  'forecast',
  'anomalies',
  'outbox',
  'export',
  'audit',
  'help',
] as const;
export type Command = (typeof COMMANDS)[number];

/**
 * What somebody wants, understood. What was not said is absent. Names are the inventory's full names; `cluster`,
 * `account` and `region` appear only when they were said or given by the thread.
 */
export interface Intent {
  readonly command: Command | 'ask';
  /** The command's second word where it has one: `open` of `alerts open`. */
  readonly action?: string;
  readonly service?: string;
  readonly cluster?: string;
  readonly account?: string;
  readonly region?: string;
  readonly count?: number | 'suggested';
  readonly delta?: number;
  /** Looks back from now, in milliseconds. */
  readonly sinceMs?: number;
  readonly since?: 'deploy';
  /** Looks ahead from now, in milliseconds (mute). */
  readonly durationMs?: number;
  readonly metric?: 'cpu' | 'memory' | 'latency' | 'requests' | 'errors';
  readonly only?: 'critical' | 'warning' | 'good' | 'unknown';
  readonly priority?: 'high' | 'medium' | 'low';
  readonly grep?: string;
  readonly limit?: number;
  readonly container?: string;
  readonly task?: string;
  readonly incident?: number;
  readonly user?: string;
  /** Five cron fields. */
  readonly cron?: string;
  /** An IANA time zone name. */
  readonly zone?: string;
  readonly fresh?: true;
  readonly diagnose?: true;
  readonly text?: string;
  /** The name fits several; nothing is done until one is chosen. */
  readonly ambiguous?: { readonly service: readonly ServiceRef[] };
  /** Nothing has this name. */
  readonly unknown?: UnknownName;
}

export interface UnknownName {
  readonly service?: string;
  readonly cluster?: string;
  readonly account?: string;
  readonly region?: string;
  /** Full names that are near, best first. */
  readonly suggestions: readonly string[];
}
