import { type AccountConfig, idOfAccount, isWatched } from '../domain/accounts.ts';
import type { IncidentTarget } from '../domain/incident.ts';
import type { IncidentEvent } from './incident-event.ts';

/** Finds a service by what an event says of it instead of its cluster and name; from memory, no call. */
export type FindPlace = (
  account: string,
  region: string,
  by: { readonly dimensions: Readonly<Record<string, string>> } | { readonly service: string },
) => { readonly cluster: string; readonly service: string } | undefined;

/**
 * Where an event belongs; undefined for what the account's patterns exclude, and for an alarm about something that is
 * no service of ours. An unknown account keeps its id.
 */
export function targetOf(
  event: IncidentEvent,
  accounts: readonly AccountConfig[],
  findPlace?: FindPlace,
): IncidentTarget | undefined {
  const account = accounts.find((one) => idOfAccount(one) === event.accountId);
  const name = account?.name ?? event.accountId;
  const place = placeIn(event, name, findPlace);
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

/** An alarm may name a target group alone, an old service ARN no cluster. */
function placeIn(
  { cluster, service, dimensions, region }: IncidentEvent,
  account: string,
  findPlace: FindPlace | undefined,
): { readonly cluster: string | undefined; readonly service: string | undefined } {
  const asTold = { cluster, service };
  if (service !== undefined)
    return cluster === undefined ? (findPlace?.(account, region, { service }) ?? asTold) : asTold;
  return dimensions === undefined ? asTold : (findPlace?.(account, region, { dimensions }) ?? asTold);
}
