import type { Maintenance, Mute, ReminderSettings, Route } from '../domain/route.ts';
import type { Clock } from '../domain/time.ts';
import { makeZones } from '../domain/zone-time.ts';
import type { MuteStore } from '../store/mute-store.ts';
import type { RouteStore } from '../store/route-store.ts';
import type { Log } from '../telemetry/log.ts';
import type { Destination } from './messenger.ts';
import { planFor, type Routed, type RoutePlan, type RoutingRules } from './route-plan.ts';

export interface RouteBookOptions {
  /** Those of `deckhand.yaml`, with their names `file-1` …; they come first. */
  readonly configured: readonly Route[];
  readonly maintenance: readonly Maintenance[];
  readonly reminders: ReminderSettings;
  /** Where everything goes that no route covers. */
  readonly defaults: readonly Destination[];
  /** Undefined where nothing keeps state: then what is configured counts alone. */
  readonly routes: Pick<RouteStore, 'list'> | undefined;
  readonly mutes: Pick<MuteStore, 'list'> | undefined;
  /** The domain's clock. */
  readonly clock: Clock;
  /** The machine's. */
  readonly systemNow: () => number;
  readonly log: Pick<Log, 'warn'>;
}

/** All routes and mutes, of the file and of the store, read at most every five seconds. */
export interface RouteBook {
  /** Where an incident goes now. Never rejects: without the store what was known last counts, else the file. */
  plan(about: Omit<Routed, 'nowMs'>): Promise<RoutePlan>;
  rules(): Promise<RoutingRules>;
  /** Reads again with the next question; to be called after something was changed here. */
  forget(): void;
}

const KEEP_MS = 5000;

/** The book of this process. */
export function makeRouteBook(options: RouteBookOptions): RouteBook {
  const { configured, maintenance, reminders, defaults, clock } = options;
  const zones = makeZones();
  const routes = makeKept<Route>(options, 'routes', () => options.routes?.list());
  const mutes = makeKept<Mute>(options, 'mutes', () => options.mutes?.list());
  const rules = async (): Promise<RoutingRules> => {
    const [stored, muted] = await Promise.all([routes.list(), mutes.list()]);
    return { routes: [...configured, ...stored], mutes: muted, maintenance, reminders, defaults, zones };
  };
  return {
    rules,
    plan: async (about) => planFor(await rules(), { ...about, nowMs: clock.now() }),
    forget() {
      routes.forget();
      mutes.forget();
    },
  };
}

/** A list that is read again when it is old. Many who ask at once share one reading. */
function makeKept<T>(
  { systemNow, log }: RouteBookOptions,
  what: string,
  read: () => Promise<readonly T[]> | undefined,
): { list(): Promise<readonly T[]>; forget(): void } {
  let known: readonly T[] = [];
  let readAtMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<readonly T[]> | undefined;
  let forgotten = 0;
  const readAgain = async (): Promise<readonly T[]> => {
    const began = forgotten;
    try {
      known = (await read()) ?? [];
    } catch (error) {
      log.warn({ err: error, what }, 'what was set in chat cannot be read: what was known last counts');
    }
    // What was forgotten meanwhile may have been read before it changed.
    if (began === forgotten) {
      readAtMs = systemNow();
      reading = undefined;
    }
    return known;
  };
  return {
    list() {
      if (systemNow() - readAtMs < KEEP_MS) return Promise.resolve(known);
      reading ??= readAgain();
      return reading;
    },
    forget() {
      forgotten += 1;
      readAtMs = Number.NEGATIVE_INFINITY;
      reading = undefined;
    },
  };
}
