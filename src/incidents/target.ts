import { type AccountConfig, idOfAccount, isWatched } from '../domain/accounts.ts';
import type { IncidentTarget } from '../domain/incident.ts';
import type { EcsEvent } from './event.ts';

/** Where an event belongs; undefined for what the account's patterns exclude. An unknown account keeps its id. */
export function targetOf(event: EcsEvent, accounts: readonly AccountConfig[]): IncidentTarget | undefined {
  const account = accounts.find((one) => idOfAccount(one) === event.accountId);
  const { cluster, service } = event;
  if (
    account !== undefined &&
    cluster !== undefined &&
    service !== undefined &&
    !isWatched(account, { cluster, service })
  ) {
    return undefined;
  }
  return {
    account: account?.name ?? event.accountId,
    region: event.region,
    ...(cluster === undefined ? {} : { cluster }),
    ...(service === undefined ? {} : { service }),
  };
}
