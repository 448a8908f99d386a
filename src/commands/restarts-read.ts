import { isWorthKeeping } from '../assess/stops.ts';
import type { Collector } from '../collector/collector.ts';
import { forEachLimited } from '../collector/paging.ts';
import { DeckhandError, type ErrorCode, NotFound, sentenceFor } from '../domain/errors.ts';
import { inScope, type MissingPart, type Scope, type ServiceRef, serviceKey } from '../domain/fleet.ts';
import type { StopEvidence } from '../domain/incident.ts';
import { mergeStops } from '../domain/stop-evidence.ts';
import type { Clock } from '../domain/time.ts';
import type { EvidenceStore } from '../store/evidence-store.ts';

export interface StopsDeps {
  readonly collector: Pick<Collector, 'inventoryWithMissing' | 'snapshot'>;
  /** The record of stops; undefined where nothing is kept. */
  readonly evidence: Pick<EvidenceStore, 'ofService' | 'servicesWithStops'> | undefined;
  /** Stopped tasks that ECS still shows, of a cluster or of one of its services. @throws as the calls. */
  readonly stoppedTasks: (
    place: Pick<ServiceRef, 'account' | 'region' | 'cluster'>,
    service?: string,
  ) => Promise<{
    readonly stops: readonly { readonly service: string | undefined; readonly stop: StopEvidence }[];
    readonly isCut: boolean;
  }>;
  /** The domain's clock. */
  readonly clock: Clock;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
}

export interface StopsQuestion {
  readonly scope: Scope;
  readonly sinceMs: number;
  readonly nowMs: number;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

export interface ServiceStops {
  readonly ref: ServiceRef;
  /** Newest first, each task once; what ECS does by plan is left out. */
  readonly stops: readonly StopEvidence[];
  readonly isCut: boolean;
}

export interface StopsRead {
  /** Of a question about one service that one, even without stops; else those that have some. */
  readonly services: readonly ServiceStops[];
  readonly missing: readonly MissingPart[];
  readonly notes: readonly string[];
  /** Stops by deployments and scaling in, among those that ECS shows. */
  readonly planned: number;
  /** There is a record to look further back in. */
  readonly hasRecord: boolean;
  /** Nothing was left out for its number, and the record answered. */
  readonly isWhole: boolean;
}

/** Of one service; more is no use to anybody who reads. */
const MOST_STOPS = 500;
/** A wide question reads the record of so many services, and asks ECS about so many clusters. */
const MOST_SERVICES = 200;
const MOST_CLUSTERS = 40;
const AT_ONCE = 8;

/** Record and ECS together. Rejects for nothing that can be told beside an answer. */
export async function readStops(deps: StopsDeps, asked: StopsQuestion): Promise<StopsRead> {
  const { scope } = asked;
  const { refs, missing } = await deps.collector.inventoryWithMissing();
  const inside = refs.filter((ref) => inScope(ref, scope));
  const inScopeMissing = missing.filter(
    ({ account, region }) =>
      (scope.account === undefined || scope.account === account) &&
      (scope.region === undefined || scope.region === region),
  );
  const known = await recorded(deps, asked);
  const isOne = scope.service !== undefined;
  const all = unique([...inside, ...known.refs]);
  const shown = await shownBy(deps, asked, all, isOne);
  const wanted = isOne
    ? all
    : unique([...known.refs, ...all.filter((ref) => shown.stops.has(serviceKey(ref)))]);
  const kept = await keptOf(deps, asked, wanted.slice(0, MOST_SERVICES));
  const notes = [...known.notes, ...shown.notes, ...kept.notes];
  if (wanted.length > MOST_SERVICES) {
    notes.push(
      `${wanted.length} services had stops; of ${MOST_SERVICES} the record was read. Name a cluster.`,
    );
  }
  const services = wanted.slice(0, MOST_SERVICES).map((ref): ServiceStops => {
    const key = serviceKey(ref);
    const own = kept.stops.get(key);
    // What was written down has the lines, so it comes last and wins.
    const stops = mergeStops([...(shown.stops.get(key) ?? []), ...(own?.stops ?? [])]);
    return { ref, stops, isCut: own?.isCut ?? false };
  });
  return {
    services: isOne ? services : services.filter(({ stops }) => stops.length > 0),
    missing: [...inScopeMissing, ...shown.missing],
    notes,
    planned: shown.planned,
    hasRecord: deps.evidence !== undefined,
    isWhole: known.isWhole && kept.isWhole && shown.isWhole && wanted.length <= MOST_SERVICES,
  };
}

interface Recorded {
  readonly refs: readonly ServiceRef[];
  readonly notes: readonly string[];
  readonly isWhole: boolean;
}

/** Which services have stops in the record. */
async function recorded(
  { evidence }: StopsDeps,
  { scope, sinceMs, nowMs }: StopsQuestion,
): Promise<Recorded> {
  if (evidence === undefined) {
    const note = 'Nothing keeps stops here: this is what ECS itself still shows, about an hour.';
    return { refs: [], notes: [note], isWhole: true };
  }
  try {
    return {
      refs: await evidence.servicesWithStops(scope, { sinceMs, untilMs: nowMs }),
      notes: [],
      isWhole: true,
    };
  } catch (error) {
    return { refs: [], notes: [noRecord(error)], isWhole: false };
  }
}

interface Kept {
  readonly stops: ReadonlyMap<string, { readonly stops: readonly StopEvidence[]; readonly isCut: boolean }>;
  readonly notes: readonly string[];
  readonly isWhole: boolean;
}

async function keptOf(
  { evidence }: StopsDeps,
  asked: StopsQuestion,
  refs: readonly ServiceRef[],
): Promise<Kept> {
  const stops = new Map<string, { readonly stops: readonly StopEvidence[]; readonly isCut: boolean }>();
  if (evidence === undefined) return { stops, notes: [], isWhole: true };
  const failed = new Set<string>();
  await forEachLimited(refs, AT_ONCE, async (ref) => {
    try {
      stops.set(
        serviceKey(ref),
        await evidence.ofService(ref, { sinceMs: asked.sinceMs, limit: MOST_STOPS }),
      );
    } catch (error) {
      failed.add(noRecord(error));
    }
  });
  return { stops, notes: [...failed], isWhole: failed.size === 0 };
}

function noRecord(error: unknown): string {
  return `My record of stops could not be read, so this is less than there was. ${sentenceFor(error).message}`;
}

interface Shown {
  readonly stops: ReadonlyMap<string, readonly StopEvidence[]>;
  readonly planned: number;
  readonly missing: readonly MissingPart[];
  readonly notes: readonly string[];
  readonly isWhole: boolean;
}

/** What ECS shows of the last hour, cluster by cluster, or of one service. */
async function shownBy(
  deps: StopsDeps,
  { sinceMs, onProgress }: StopsQuestion,
  refs: readonly ServiceRef[],
  isOne: boolean,
): Promise<Shown> {
  const known = new Set(refs.map(serviceKey));
  const clusters = [...new Map(refs.map((ref) => [clusterKey(ref), ref])).values()];
  const stops = new Map<string, StopEvidence[]>();
  const missing: MissingPart[] = [];
  const counts = { planned: 0, cut: 0, done: 0 };
  const asked = clusters.slice(0, MOST_CLUSTERS);
  await forEachLimited(asked, AT_ONCE, async ({ account, region, cluster, service }) => {
    const place = { account, region, cluster };
    try {
      const shown = await deps.stoppedTasks(place, isOne ? service : undefined);
      if (shown.isCut) counts.cut += 1;
      for (const { service: owner, stop } of shown.stops) {
        const key = serviceKey({ ...place, service: owner ?? '' });
        // What is excluded from being watched is nobody's question either.
        if (!known.has(key) || stop.atMs < sinceMs) continue;
        if (isWorthKeeping(stop)) stops.set(key, [...(stops.get(key) ?? []), safe(stop, deps.redact)]);
        else counts.planned += 1;
      }
    } catch (error) {
      if (!(error instanceof NotFound)) missing.push(missingOf(error, place));
    }
    counts.done += 1;
    onProgress?.(counts.done, asked.length);
  });
  return {
    stops,
    planned: counts.planned,
    missing,
    notes: [
      ...(counts.cut === 0 ? [] : ['ECS shows more stopped tasks of the last hour than I read.']),
      ...(clusters.length <= MOST_CLUSTERS
        ? []
        : [
            `ECS was asked about ${MOST_CLUSTERS} of ${clusters.length} clusters; of the others the record alone speaks.`,
          ]),
    ],
    isWhole: counts.cut === 0 && clusters.length <= MOST_CLUSTERS,
  };
}

/** As in the record: no secret in a reason. */
function safe(stop: StopEvidence, redact: (text: string) => string): StopEvidence {
  return {
    ...stop,
    ...(stop.reason === undefined ? {} : { reason: redact(stop.reason) }),
    containers: stop.containers.map((container) =>
      container.reason === undefined ? container : { ...container, reason: redact(container.reason) },
    ),
  };
}

function missingOf(error: unknown, { account, region }: Pick<ServiceRef, 'account' | 'region'>): MissingPart {
  if (!(error instanceof DeckhandError)) throw error;
  // The sentence names the action that failed; a read takes two calls.
  const action = /\b[a-z-]+:[A-Z]\w+/.exec(error.message)?.[0] ?? 'ecs:ListTasks';
  return { account, region, action, why: error.message, kind: KINDS[error.code] };
}

const KINDS: Readonly<Record<ErrorCode, MissingPart['kind']>> = {
  denied: 'denied',
  throttled: 'throttled',
  unreachable: 'unreachable',
  not_found: 'other',
  bad_request: 'other',
  internal: 'other',
};

function clusterKey({ account, region, cluster }: ServiceRef): string {
  return JSON.stringify([account, region, cluster]);
}

function unique(refs: readonly ServiceRef[]): readonly ServiceRef[] {
  return [...new Map(refs.map((ref) => [serviceKey(ref), ref])).values()];
}
