import { type AccountConfig, idOfAccount, isWatched } from '../domain/accounts.ts';
import type { IncidentTarget } from '../domain/incident.ts';
import type { IncidentEvent } from './incident-event.ts';

/** Finds the service behind a metric's dimensions (a target group); from memory, no call. */
export type PlaceOfDimensions = (
  account: string,
  region: string,
  dimensions: Readonly<Record<string, string>>,
) => { readonly cluster: string; readonly service: string } | undefined;

/**
 * Where an event belongs; undefined for what the account's patterns exclude, and for an alarm about something that is
 * no service of ours. An unknown account keeps its id.
 */
export function targetOf(
  event: IncidentEvent,
  accounts: readonly AccountConfig[],
  placeOf?: PlaceOfDimensions,
): IncidentTarget | undefined {
  const account = accounts.find((one) => idOfAccount(one) === event.accountId);
  const name = account?.name ?? event.accountId;
  const place = placeIn(event, name, placeOf);
  if (event.source === 'alarm' && place.service === undefined && place.cluster === undefined)
    return undefined;
  const { cluster, service } = place;
  if (account !== undefined && cluster !== undefined && service !== undefined) {
    if (!isWatched(account, { cluster, service })) return undefined;
  }
  return {
    account: name,
    region: event.region,
    ...(cluster === undefined ? {} : { cluster }),
    ...(service === undefined ? {} : { service }),
  };
}

function placeIn(
  { cluster, service, dimensions, region }: IncidentEvent,
  account: string,
  placeOf: PlaceOfDimensions | undefined,
): { readonly cluster: string | undefined; readonly service: string | undefined } {
  if (service !== undefined || dimensions === undefined) return { cluster, service };
  return placeOf?.(account, region, dimensions) ?? { cluster, service };
}
