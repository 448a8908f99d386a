import type { Scenario } from './schema.ts';

/** Where in a scenario a service is. `account` is its index in `accounts`. */
export interface ServiceAddress {
  readonly account: number;
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
}

/** All services in the order of the file. */
export function serviceAddresses(scenario: Scenario): ServiceAddress[] {
  return scenario.accounts.flatMap((account, index) =>
    Object.entries(account.regions).flatMap(([region, { clusters }]) =>
      Object.entries(clusters).flatMap(([cluster, { services }]) =>
        Object.keys(services).map((service) => ({ account: index, region, cluster, service })),
      ),
    ),
  );
}

/**
 * The services that a reference fits: `cluster/service`, or, where that fits several, `account/cluster/service` or
 * `account/region/cluster/service` (account by name or id).
 */
export function findServices(scenario: Scenario, reference: string): ServiceAddress[] {
  return serviceAddresses(scenario).filter((address) => namesOf(scenario, address).includes(reference));
}

/** Every way to write a service, shortest first. */
export function namesOf(scenario: Scenario, address: ServiceAddress): string[] {
  const { region, cluster, service } = address;
  const account = scenario.accounts[address.account];
  const accounts = [account?.name, accountId(account?.id, address.account)].filter(
    (name) => name !== undefined,
  );
  return [
    `${cluster}/${service}`,
    ...accounts.map((name) => `${name}/${cluster}/${service}`),
    ...accounts.map((name) => `${name}/${region}/${cluster}/${service}`),
  ];
}

/** The id of an account that gives none: its place in the file, as 12 digits. */
export function accountId(id: string | undefined, index: number): string {
  return id ?? String(100_000_000_001 + index);
}
