import type { FleetSnapshot } from '../domain/fleet.ts';
import type { Incident } from '../domain/incident.ts';
import type { Clock } from '../domain/time.ts';
import type { Log } from '../telemetry/log.ts';
import type { IncidentEvent } from './incident-event.ts';
import { type InferSettings, inferFrom, type Observed } from './infer.ts';

export interface SilenceOptions {
  /** What the regular reading has left behind; no call. */
  readonly known: () => FleetSnapshot;
  readonly open: () => Promise<readonly Incident[]>;
  readonly absorb: (events: readonly IncidentEvent[]) => Promise<void>;
  readonly settings: InferSettings;
  readonly clock: Clock;
  readonly log: Pick<Log, 'info'>;
}

/** What was told lately need not be told again; telling it again would change nothing. */
const MOST_TOLD = 5_000;

/**
 * Looks for what AWS does not say ({@link inferFrom}). Run it after each regular reading. Rejects when the table does
 * not answer; the next run draws the same conclusions.
 */
export function makeSilence({
  known,
  open,
  absorb,
  settings,
  clock,
  log,
}: SilenceOptions): () => Promise<void> {
  let observed: Observed = new Map();
  const told = new Set<string>();
  return async () => {
    const incidents = await open();
    const inferred = inferFrom({ snapshot: known(), open: incidents }, observed, settings, clock.now());
    observed = inferred.observed;
    const news = inferred.events.filter(({ id }) => !told.has(id));
    if (news.length === 0) return;
    await absorb(news);
    for (const { id, name, cluster, service } of news) {
      log.info({ name, cluster, service }, 'concluded what no event said');
      told.add(id);
    }
    for (const id of told) {
      if (told.size <= MOST_TOLD) break;
      told.delete(id);
    }
  };
}
