import type { ServiceState } from './service-state.ts';

/** The services of one account and region. */
export interface RegionStates {
  readonly states: readonly ServiceState[];
  /** By task definition family; a service's own name leads to it too, where no family has that name. */
  readonly byFamily: ReadonlyMap<string, ServiceState>;
}

/** Looks the services of an account and region up; fleets have thousands. */
export function indexRegions(
  all: readonly ServiceState[],
): (accountId: string, region: string) => RegionStates {
  const grouped = new Map<string, ServiceState[]>();
  for (const state of all) {
    const key = `${state.place.accountId}/${state.place.region}`;
    const own = grouped.get(key) ?? [];
    own.push(state);
    grouped.set(key, own);
  }
  const regions = new Map(
    [...grouped].map(([key, states]) => [key, { states, byFamily: familiesOf(states) }]),
  );
  const none: RegionStates = { states: [], byFamily: new Map() };
  return (accountId, region) => regions.get(`${accountId}/${region}`) ?? none;
}

function familiesOf(states: readonly ServiceState[]): Map<string, ServiceState> {
  const families = new Map(states.map((state) => [state.family, state]));
  for (const state of states) {
    if (!families.has(state.service.name)) families.set(state.service.name, state);
  }
  return families;
}
