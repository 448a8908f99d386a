import { wildcardMatch } from '../domain/accounts.ts';
import { type IncidentTarget, SEVERITIES, type Severity } from '../domain/incident.ts';
import type { Route } from '../domain/route.ts';
import { ANY_TENANT, type Destination, destinationKey } from './messenger.ts';

export type { Route } from '../domain/route.ts';

export interface RoutesOptions {
  readonly routes: readonly Route[];
  /** Where everything goes that no route covers. */
  readonly defaults: readonly Destination[];
}

/** A channel and the routes that lead to it; none where it is a default channel. */
export interface Leg {
  readonly dest: Destination;
  readonly routes: readonly Route[];
}

/**
 * Where an incident is told: every route that covers it, each channel once, in the order in which they were given; else
 * the default channels.
 */
export function legsFor(
  { routes, defaults }: RoutesOptions,
  target: IncidentTarget,
  severity: Severity,
): readonly Leg[] {
  const legs = new Map<string, Leg>();
  for (const route of routes) {
    const dest = covers(route, target, severity) ? parseChannel(route.to) : undefined;
    if (dest === undefined) continue;
    const before = legs.get(destinationKey(dest))?.routes ?? [];
    legs.set(destinationKey(dest), { dest, routes: [...before, route] });
  }
  return legs.size > 0 ? [...legs.values()] : defaults.map((dest) => ({ dest, routes: [] }));
}

/** Reads how people and settings write a channel: `slack:C012AB3CD`, `teams:19:…@thread.tacv2`. */
export function parseChannel(text: string): Destination | undefined {
  const match = /^(slack|teams):(\S+)$/.exec(text);
  if (!match?.[2]) return undefined;
  return { platform: match[1] === 'teams' ? 'teams' : 'slack', tenant: ANY_TENANT, channel: match[2] };
}

/** How people and settings write a channel: the inverse of {@link parseChannel}. */
export function channelName({ platform, channel }: Destination): string {
  return `${platform}:${channel}`;
}

/** Whether a pattern `account/cluster/service` covers what an incident is about; what it does not name is empty. */
export function placeCovers(pattern: string, target: Omit<IncidentTarget, 'region'>): boolean {
  const [account = '*', cluster = '*', service = '*'] = pattern.split('/');
  return (
    wildcardMatch(account, target.account) &&
    wildcardMatch(cluster, target.cluster ?? '') &&
    wildcardMatch(service, target.service ?? '')
  );
}

/** Whether `severity` is as bad as `least` or worse. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(least);
}

function covers(route: Route, target: IncidentTarget, severity: Severity): boolean {
  return isAtLeast(severity, route.severity) && placeCovers(route.match, target);
}
