import type { ServiceRef } from '../domain/fleet.ts';
import type { IncidentTarget } from '../domain/incident.ts';
import type { Intent } from '../domain/intent.ts';
import { cleanLine } from './literal.ts';

/** Where a service is, in the order people look for it: `prod-core · production · us-east-1`. */
export function placeOf(target: {
  readonly cluster?: string;
  readonly account: string;
  readonly region: string;
}): string {
  return [target.cluster, target.account, target.region].filter((part) => part).join(' · ');
}

/** The command about exactly this service, whatever else has its name. */
export function intentAbout(command: Intent['command'], ref: ServiceRef): Intent {
  const { service, cluster, account, region } = ref;
  return { command, service, cluster, account, region };
}

/**
 * The page of a service or cluster in the AWS console, undefined when there is nothing to point at. The reader must be
 * signed in to the right account: the address does not say which.
 */
export function consoleUrl(target: IncidentTarget): string | undefined {
  const { region, cluster, service } = target;
  if (!cluster) return undefined;
  const base = `https://${consoleHost(region)}/ecs/v2/clusters/${inAddress(cluster)}`;
  const page = service ? `/services/${inAddress(service)}/health` : '/services';
  return `${base}${page}?region=${inAddress(region)}`;
}

/** Half a character, which an event may hold, has no place in an address. */
function inAddress(name: string): string {
  return encodeURIComponent(cleanLine(name));
}

/** https://docs.aws.amazon.com/general/latest/gr/rande.html: each partition has a console of its own. */
function consoleHost(region: string): string {
  if (region.startsWith('cn-')) return 'console.amazonaws.cn';
  return region.startsWith('us-gov-') ? 'console.amazonaws-us-gov.com' : 'console.aws.amazon.com';
}
