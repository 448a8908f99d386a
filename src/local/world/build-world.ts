import { accountId } from '../scenario/references.ts';
import type { AccountSpec, ClusterSpec, Scenario } from '../scenario/schema.ts';
import { buildService } from './build-service.ts';
import type { WorldAccount, WorldCluster, WorldInstance, WorldService } from './model.ts';
import { clusterArn, containerInstanceArn, type Place, zoneOf } from './place.ts';
import { hexId } from './seeded.ts';
import type { ServiceState } from './service-state.ts';

export interface Built {
  readonly accounts: readonly WorldAccount[];
  readonly states: readonly ServiceState[];
}

/** The company as it is at `startMs`. The same scenario and seed give the same ids. */
export function buildWorld(scenario: Scenario, startMs: number, seed: string): Built {
  const states: ServiceState[] = [];
  const accounts = scenario.accounts.map((spec, index) => {
    const id = accountId(spec.id, index);
    const regions = Object.entries(spec.regions).map(([name, region]) => {
      const families = familyNames(region.clusters);
      const clusters = Object.entries(region.clusters).map(([cluster, clusterSpec]) =>
        buildCluster(clusterSpec, {
          place: { accountId: id, region: name, cluster, seed },
          families,
          startMs,
          states,
        }),
      );
      return { accountId: id, name, down: region.down, clusters };
    });
    return { id, name: spec.name ?? id, deny: spec.deny, regions };
  });
  return { accounts, states };
}

interface ClusterContext {
  readonly place: Omit<Place, 'service'>;
  readonly families: ReadonlyMap<string, string>;
  readonly startMs: number;
  readonly states: ServiceState[];
}

function buildCluster(spec: ClusterSpec, context: ClusterContext): WorldCluster {
  const { place } = context;
  const services: WorldService[] = [];
  const cluster: WorldCluster = {
    arn: clusterArn(place),
    accountId: place.accountId,
    region: place.region,
    name: place.cluster,
    instances: spec.instances.map((instance, index) => buildInstance(instance, index, place)),
    services,
  };
  for (const [name, serviceSpec] of Object.entries(spec.services)) {
    const seed = `${place.seed}/${place.accountId}/${place.region}/${place.cluster}/${name}`;
    const state = buildService(serviceSpec, {
      place: { ...place, service: name, seed },
      cluster,
      family: context.families.get(`${place.cluster}/${name}`) ?? name,
      startMs: context.startMs,
    });
    services.push(state.service);
    context.states.push(state);
  }
  return cluster;
}

function buildInstance(
  spec: ClusterSpec['instances'][number],
  index: number,
  place: Omit<Place, 'service'>,
): WorldInstance {
  const seed = `${place.seed}/${place.accountId}/${place.region}/${place.cluster}/instance/${spec.id ?? index}`;
  return {
    arn: containerInstanceArn(place, hexId(seed, 32)),
    ec2InstanceId: spec.id ?? `i-0${hexId(`${seed}/ec2`, 16)}`,
    cpu: spec.cpu,
    memoryMiB: spec.memoryMiB,
    connected: spec.connected,
    zone: spec.zone ?? zoneOf(place.region, index),
    status: spec.status,
  };
}

/**
 * The task definition family of each `cluster/service`: the service's name, with the cluster's before it where
 * several clusters of the region have a service of that name (a family belongs to account and region).
 */
function familyNames(clusters: AccountSpec['regions'][string]['clusters']): Map<string, string> {
  const places = Object.entries(clusters).flatMap(([cluster, { services }]) =>
    Object.keys(services).map((service) => ({ cluster, service })),
  );
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const { service } of places) {
    if (seen.has(service)) shared.add(service);
    seen.add(service);
  }
  return new Map(
    places.map(({ cluster, service }) => [
      `${cluster}/${service}`,
      shared.has(service) ? `${cluster}-${service}` : service,
    ]),
  );
}
