import { type AwayInput, awayCard } from '../cards/incident-notices.ts';
import type { Incident } from '../domain/incident.ts';
import type { Clock } from '../domain/time.ts';
import type { Destination, WantedMessage } from '../messaging/messenger.ts';
import type { AliveRecord, AliveStore } from '../store/alive-store.ts';
import type { Log } from '../telemetry/log.ts';
import type { Backlog } from './backlog.ts';

export interface AwayOptions {
  readonly store: AliveStore;
  readonly incidents: {
    open(): Promise<readonly Incident[]>;
    recentlyClosed(): Promise<readonly Incident[]>;
  };
  readonly want: (messages: readonly WantedMessage[]) => Promise<void>;
  /** The ops channel, else the default channels. */
  readonly destinations: readonly Destination[];
  readonly backlog: Pick<Backlog, 'caughtUpSinceMs'>;
  /** That of the events. */
  readonly clock: Clock;
  readonly log: Pick<Log, 'info'>;
}

/** Without a sign of life of any process for longer than this, nobody was there. */
const AWAY_MS = 3 * 60_000;
/** What waited has come in by then, or takes so long that people should know first that we are back. */
const BACKLOG_MS = 60_000;

/**
 * The sign of life that all processes share; run it at the start and every 30 seconds. The process that finds that none
 * has lived for a while tells people, once and in one message, what happened meanwhile. A first start ever says nothing.
 * What is to be told outlives the process that noticed it.
 */
export function makeAway(options: AwayOptions): () => Promise<void> {
  const { store, backlog, clock, log } = options;
  return async () => {
    const nowMs = clock.now();
    const stored = await store.get();
    const record = alive(stored?.value, nowMs);
    if (record.gap !== undefined && record.gap !== stored?.value.gap)
      log.info({ ...record.gap }, 'nobody was here');
    // Another process that lives at the same moment has written the same.
    if (!(await store.save(stored?.version ?? 0, record))) return;
    const { gap } = record;
    if (gap === undefined) return;
    if (backlog.caughtUpSinceMs() === undefined && nowMs - gap.toMs < BACKLOG_MS) return;
    const absence = { ...gap, ...(await changesSince(gap.fromMs, options.incidents)) };
    await options.want(messages(absence, options));
    await store.save((stored?.version ?? 0) + 1, { atMs: record.atMs });
  };
}

/** A clock that was set back makes no gap, and does not make the next one longer. */
function alive(before: AliveRecord | undefined, nowMs: number): AliveRecord {
  if (before === undefined) return { atMs: nowMs };
  const { atMs, gap } = before;
  if (nowMs - atMs <= AWAY_MS) return { ...before, atMs: nowMs };
  return { atMs: nowMs, gap: { fromMs: gap?.fromMs ?? atMs, toMs: nowMs } };
}

async function changesSince(
  fromMs: number,
  incidents: AwayOptions['incidents'],
): Promise<Pick<AwayInput, 'opened' | 'resolved' | 'stillOpen'>> {
  const [open, closed] = await Promise.all([incidents.open(), incidents.recentlyClosed()]);
  const own = (incident: Incident) => incident.isTest === undefined && incident.merged === undefined;
  const live = open.filter(own);
  const reopened = new Set(live.map(({ id }) => id));
  return {
    opened: live.filter(({ openedAtMs }) => openedAtMs >= fromMs),
    resolved: closed.filter(
      (incident) => own(incident) && !reopened.has(incident.id) && (incident.resolved?.atMs ?? 0) >= fromMs,
    ),
    stillOpen: live.filter(({ openedAtMs }) => openedAtMs < fromMs),
  };
}

function messages(absence: AwayInput, { destinations }: AwayOptions): WantedMessage[] {
  const key = `away/${absence.fromMs}`;
  return destinations.map((dest) => ({ dest, key, rev: 1, card: awayCard(absence), unordered: true }));
}
