import type { Clock } from '../domain/time.ts';
import { formatDuration } from '../domain/time.ts';
import type { HeartbeatStore, SpokeRecord } from '../store/heartbeat-store.ts';
import type { Log } from '../telemetry/log.ts';
import type { Backlog } from './backlog.ts';
import type { Canary, IncidentEvent } from './incident-event.ts';
import { inferredEvent } from './inferred-event.ts';

export interface HeartbeatOptions {
  readonly store: HeartbeatStore;
  readonly absorb: (events: readonly IncidentEvent[]) => Promise<void>;
  readonly backlog: Pick<Backlog, 'caughtUpSinceMs'>;
  /** An account and region is silent after so long, and after no less than three times its usual pause. */
  readonly canaryMs: number;
  /** Those that must be heard of even if they never were. */
  readonly expected: readonly Spoke[];
  /** That of the events. */
  readonly clock: Clock;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

/** One account and region. */
export type Spoke = Pick<SpokeRecord, 'accountId' | 'region'>;

/** Whether each watched account and region can still reach us. */
export interface Heartbeat {
  /** A sign of life came. Durable, at most {@link WRITE_EVERY_MS} late. */
  seen(canary: Canary): Promise<void>;
  /** Looks for silence, and for the end of it. Run it every minute. */
  check(): Promise<void>;
}

/** A sign of life that is followed by others need not be kept by itself. */
const WRITE_EVERY_MS = 30_000;
const KEPT_SIGNS = 6;
const USUAL_PAUSES = 3;
const WRITE_TRIES = 5;

/** Signs of life over the store. An account that was heard of once is expected to be heard of again. */
export function makeHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { store, clock, log } = options;
  const heard = new Map<string, { readonly signs: readonly number[]; readonly writtenMs: number }>();
  const told = new Set<string>();

  async function tell(events: readonly IncidentEvent[]): Promise<void> {
    const news = events.filter(({ id }) => !told.has(id));
    if (news.length > 0) await options.absorb(news);
    for (const { id, accountId, region, ends } of news) {
      log.info(
        { account: accountId, region },
        ends ? 'an account is heard of again' : 'an account is silent',
      );
      told.add(id);
    }
  }

  async function checkOne(spoke: Spoke, stored: Stored | undefined, caughtUpMs: number): Promise<void> {
    const nowMs = clock.now();
    const before = stored?.value ?? { ...spoke, recent: [] };
    const recent = mergeSigns(before.recent, heard.get(placeOf(spoke))?.signs ?? []);
    const lastMs = recent.at(-1) ?? 0;
    const { silent } = before;
    if (silent === undefined) {
      const limitMs = Math.max(options.canaryMs, USUAL_PAUSES * (usualPauseMs(recent) ?? 0));
      if (nowMs - Math.max(lastMs, caughtUpMs) < limitMs) return;
      const noticed = { ...before, recent, silent: { sinceMs: lastMs, noticedAtMs: nowMs } };
      // First what was noticed, then the event: should the latter be lost, the next check tells it.
      if (await store.save(stored?.version ?? 0, noticed, nowMs)) await tell([silence(noticed)]);
    } else if (lastMs > silent.sinceMs) {
      await tell([silence({ ...before, silent }), returned({ ...before, silent }, lastMs)]);
      const { silent: _over, ...well } = before;
      await store.save(stored?.version ?? 0, { ...well, recent }, nowMs);
    } else await tell([silence({ ...before, silent })]);
  }

  return {
    async seen({ accountId, region, atMs }) {
      const spoke = { accountId, region };
      const nowMs = clock.now();
      const known = heard.get(placeOf(spoke));
      // A clock that is ahead must not hide a silence.
      const signs = mergeSigns(known?.signs ?? [], [Math.min(atMs, nowMs)]);
      const due = known === undefined || nowMs - known.writtenMs >= WRITE_EVERY_MS;
      heard.set(placeOf(spoke), { signs, writtenMs: due ? nowMs : known.writtenMs });
      if (!due) return;
      try {
        await write(store, spoke, signs, nowMs);
      } catch (error) {
        heard.set(placeOf(spoke), { signs, writtenMs: known?.writtenMs ?? Number.NEGATIVE_INFINITY });
        throw error;
      }
    },

    async check() {
      const caughtUpMs = options.backlog.caughtUpSinceMs();
      if (caughtUpMs === undefined) return;
      const stored = new Map((await store.all()).map((each) => [placeOf(each.value), each]));
      const spokes = new Map(
        [...options.expected, ...[...stored.values()].map(({ value }) => value)].map(named),
      );
      for (const [place, spoke] of spokes) await checkOne(spoke, stored.get(place), caughtUpMs);
    },
  };
}

type Stored = Awaited<ReturnType<HeartbeatStore['all']>>[number];
type Silent = SpokeRecord & { readonly silent: NonNullable<SpokeRecord['silent']> };

function named({ accountId, region }: Spoke): readonly [string, Spoke] {
  return [placeOf({ accountId, region }), { accountId, region }];
}

function placeOf({ accountId, region }: Spoke): string {
  return `${accountId}/${region}`;
}

async function write(
  store: HeartbeatStore,
  spoke: Spoke,
  signs: readonly number[],
  nowMs: number,
): Promise<void> {
  for (let tried = 0; tried < WRITE_TRIES; tried += 1) {
    const stored = await store.get(spoke);
    const before = stored?.value ?? { ...spoke, recent: [] };
    const recent = mergeSigns(before.recent, signs);
    if (recent.join() === before.recent.join()) return;
    if (await store.save(stored?.version ?? 0, { ...before, recent }, nowMs)) return;
  }
  // Others write about this account all the time: it lives.
}

/** The newest of both, each once, oldest first. */
function mergeSigns(a: readonly number[], b: readonly number[]): number[] {
  return [...new Set([...a, ...b])].sort((x, y) => x - y).slice(-KEPT_SIGNS);
}

/** The median of the pauses; undefined as long as there are too few. One pause during an outage does not count. */
function usualPauseMs(signs: readonly number[]): number | undefined {
  const pauses = signs.slice(1).map((atMs, n) => atMs - (signs[n] ?? atMs));
  if (pauses.length < 2) return undefined;
  return pauses.sort((a, b) => a - b)[Math.floor((pauses.length - 1) / 2)];
}

function silence({ accountId, region, silent }: Silent): IncidentEvent {
  const { sinceMs, noticedAtMs } = silent;
  return inferredEvent({
    name: 'DECKHAND_SPOKE_SILENT',
    level: 'error',
    atMs: noticedAtMs,
    accountId,
    region,
    subject: SUBJECT,
    reason:
      sinceMs === 0
        ? 'No sign of life has come so far'
        : `No sign of life for ${formatDuration(noticedAtMs - sinceMs)}`,
    because: [sinceMs],
  });
}

/** Never before the silence was noticed: a sign of life may have been on its way for long. */
function returned({ accountId, region, silent }: Silent, lastMs: number): IncidentEvent {
  return inferredEvent({
    name: 'DECKHAND_SPOKE_BACK',
    level: 'info',
    ends: true,
    atMs: Math.max(lastMs, silent.noticedAtMs + 1),
    accountId,
    region,
    subject: SUBJECT,
    because: [silent.sinceMs, 'over'],
  });
}

const SUBJECT = 'canary';
