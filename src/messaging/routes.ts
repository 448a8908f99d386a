import { wildcardMatch } from '../domain/accounts.ts';
import { type IncidentTarget, SEVERITIES, type Severity } from '../domain/incident.ts';
import { ANY_TENANT, type Destination, destinationKey } from './messenger.ts';

/** Which channel hears of what. */
export interface Route {
  /** `account/cluster/service`, each part with `*` for anything; parts left out mean anything. */
  readonly match: string;
  /** Incidents of this severity and worse. */
  readonly severity: Severity;
  /** `slack:C012AB3CD` or `teams:<conversation id>`. */
  readonly to: string;
}

export interface RoutesOptions {
  readonly routes: readonly Route[];
  /** Where everything goes that no route covers. */
  readonly defaults: readonly Destination[];
}

/** Where an incident is told: every route that covers it, each channel once; else the default channels. */
export function destinationsFor(
  { routes, defaults }: RoutesOptions,
  target: IncidentTarget,
  severity: Severity,
): readonly Destination[] {
  const covering = routes.filter((route) => covers(route, target, severity));
  const found = covering.flatMap((route) => parseChannel(route.to) ?? []);
  const unique = new Map(found.map((dest) => [destinationKey(dest), dest]));
  return unique.size > 0 ? [...unique.values()] : defaults;
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

function covers(route: Route, target: IncidentTarget, severity: Severity): boolean {
  if (SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(route.severity)) return false;
  const [account = '*', cluster = '*', service = '*'] = route.match.split('/');
  return (
    wildcardMatch(account, target.account) &&
    wildcardMatch(cluster, target.cluster ?? '') &&
    wildcardMatch(service, target.service ?? '')
  );
}
