import {
  type FleetSnapshot,
  inScope,
  type MissingPart,
  type Scope,
  type ServiceRef,
} from '../domain/fleet.ts';
import type { Place, PlacesOptions } from './places.ts';
import type { IsDue, RegionRead } from './region-types.ts';
import { mergeReads } from './snapshot.ts';

/** What is to be read of the places. */
export interface Asked {
  readonly scope: Scope;
  readonly fresh: boolean;
  readonly isDue?: IsDue;
  readonly onProgress?: (done: number, total: number) => void;
}

const LOOK_MS = 1000;
/** A place that has given no answer for so many looks in a row is not waited for. */
const IDLE_LOOKS = 5;

/**
 * Reads all places at once into one snapshot. A place that gives no answer for some seconds delays nobody: what was
 * known of it before is shown, it is told as missing, and its reading goes on by itself. A long reading that gets
 * answers is waited for.
 */
export async function collectAll(
  places: readonly Place[],
  asked: Asked,
  { clock, log, wait }: Pick<PlacesOptions, 'clock' | 'log' | 'wait'>,
): Promise<FleetSnapshot> {
  const { scope, fresh, onProgress } = asked;
  const progress = new Map<Place, { readonly done: number; readonly total: number }>();
  const reads = await Promise.all(
    places.map((place) => {
      const reading = place.reader.read({
        ...asked,
        onProgress: (done, total) => {
          progress.set(place, { done, total });
          const all = [...progress.values()];
          onProgress?.(
            all.reduce((count, each) => count + each.done, 0),
            all.reduce((count, each) => count + each.total, 0),
          );
        },
      });
      return asked.isDue ? reading : unlessSilent(place, reading, () => lastKnown(place, scope), wait);
    }),
  );
  const snapshot = withKnownDetails(mergeReads(relevant(reads, scope), clock.now()), places);
  for (const part of snapshot.missing) log.warn({ ...part }, 'part of the fleet could not be read');
  log.debug({ services: snapshot.services.length, scope, fresh }, 'snapshot collected');
  return snapshot;
}

/** A service that was found is the whole of its scope: what cannot be read elsewhere is no part of the answer. */
function relevant(reads: readonly RegionRead[], scope: Scope): readonly RegionRead[] {
  if (scope.service === undefined) return reads;
  const found = reads.filter((read) => read.services.length > 0);
  return found.length > 0 ? found : reads;
}

/** What the work gives; where its place falls silent, what stands in for it. */
export async function unlessSilent<T>(
  place: Place,
  work: Promise<T>,
  standIn: () => T,
  wait: ((ms: number) => Promise<void>) | undefined,
): Promise<T> {
  if (!wait) return work;
  const state = { done: false };
  const silent = untilSilent(place, state, wait).then(() => (state.done ? work : standIn()));
  try {
    return await Promise.race([work, silent]);
  } finally {
    state.done = true;
  }
}

async function untilSilent(
  { traffic }: Place,
  state: { readonly done: boolean },
  wait: (ms: number) => Promise<void>,
): Promise<void> {
  let before = traffic().answered;
  for (let idle = 0; idle < IDLE_LOOKS && !state.done; ) {
    await wait(LOOK_MS);
    const { answered, awaited } = traffic();
    idle = answered === before && awaited !== undefined ? idle + 1 : 0;
    before = answered;
  }
}

function lastKnown(place: Place, { cluster, service }: Scope): RegionRead {
  const { services, loadBalancers, missing } = place.reader.known();
  // The place itself fits the scope already.
  const within = {
    ...(cluster === undefined ? {} : { cluster }),
    ...(service === undefined ? {} : { service }),
  };
  const silence = silenceOf(place);
  return {
    services: services.filter(({ ref }) => inScope(ref, within)),
    loadBalancers,
    missing: [...missing.filter((part) => part.action !== silence.action), silence],
  };
}

/** The part that is missing while a place gives no answer. */
export function silenceOf({ account, region, traffic }: Place): MissingPart {
  const { awaited: action = 'ecs:ListClusters' } = traffic();
  const why = `no answer for ${(IDLE_LOOKS * LOOK_MS) / 1000} s from ${account.name} in ${region}; I show what I knew before, and go on reading.`;
  return { account: account.name, region, action, why, kind: 'unreachable' };
}

/** Adds what is known already of what health does not need. */
export function withKnownDetails(snapshot: FleetSnapshot, places: readonly Place[]): FleetSnapshot {
  const placeOf = finder(places);
  const services = snapshot.services.map(
    (service) => placeOf(service.ref)?.details.addKnown(service) ?? service,
  );
  return { ...snapshot, services };
}

/** Finds the place of a service. */
export function finder(places: readonly Place[]): (ref: ServiceRef) => Place | undefined {
  const byKey = new Map(places.map((place) => [`${place.account.name}/${place.region}`, place]));
  return ({ account, region }) => byKey.get(`${account}/${region}`);
}
