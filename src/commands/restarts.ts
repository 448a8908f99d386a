import { stopReason } from '../assess/stops.ts';
import {
  type ReasonCount,
  type StopsLine,
  scopeStopsCard,
  serviceStopsCard,
} from '../cards/restarts-card.ts';
import { BadRequest, NotFound } from '../domain/errors.ts';
import { type Scope, serviceKey } from '../domain/fleet.ts';
import type { StopEvidence } from '../domain/incident.ts';
import type { Intent } from '../domain/intent.ts';
import { culpritOf } from '../domain/stop-evidence.ts';
import type { Answer, Asking, Handler } from './command.ts';
import { labelOf, scopeOf } from './health.ts';
import { readStops, type ServiceStops, type StopsDeps, type StopsRead } from './restarts-read.ts';

const DAY_MS = 24 * 60 * 60_000;
const DEFAULT_SINCE_MS = DAY_MS;
const FURTHER_MS = 7 * DAY_MS;
/** The record reaches no further back. */
const MOST_SINCE_MS = 30 * DAY_MS;
const DEFAULT_LIMIT = 100;

/**
 * `restarts [service|cluster|account] [--since 7d] [--limit 100]`: why tasks ended, from the record of their events
 * and what ECS still shows.
 *
 * Data of one service: `{ service, cluster, account, region, since, until, reasons: [ { reason, count, newestAt } ], stops: [
 * { task, at, stopCode, reason, revision, containers: [ { name, exitCode, reason, lastLines } ], lastLines } ], isCut,
 * missing: [ { account, region, action, why, kind } ], notes: [] }`, newest stop first, times ISO 8601 UTC. `lastLines`
 * of a stop are those of the container that failed. What is not known is absent. A wider scope gives `{ since, until,
 * services: [ the same without missing and notes, most stops first ], missing, notes }`.
 */
export function makeRestartsCommand(deps: StopsDeps): Handler {
  return async (intent, asking) => {
    const nowMs = deps.clock.now();
    const sinceMs = await sinceOf(deps, intent, nowMs);
    const scope = scopeOf(intent);
    const read = await readStops(deps, { scope, sinceMs, nowMs, onProgress: asking.onProgress });
    const asked: Asked = { intent, asking, scope, sinceMs, nowMs, notes: notesOf(read, intent) };
    return intent.service === undefined
      ? scopeAnswer(read, asked)
      : serviceAnswer(read, asked, intent.service);
  };
}

interface Asked {
  readonly intent: Intent;
  readonly asking: Asking;
  readonly scope: Scope;
  readonly sinceMs: number;
  readonly nowMs: number;
  readonly notes: readonly string[];
}

async function sinceOf({ collector }: StopsDeps, intent: Intent, nowMs: number): Promise<number> {
  if (intent.since !== 'deploy') return nowMs - Math.min(intent.sinceMs ?? DEFAULT_SINCE_MS, MOST_SINCE_MS);
  if (intent.service === undefined) {
    throw new BadRequest('Since which deployment? Name one service, or write how long: `--since 7d`.');
  }
  const { services, missing } = await collector.snapshot({ scope: scopeOf(intent) });
  const began = services[0]?.deployments.find(({ status }) => status === 'PRIMARY')?.createdAtMs;
  if (began !== undefined) return Math.max(began, nowMs - MOST_SINCE_MS);
  throw new NotFound(
    `I do not know when ${intent.service} was last deployed. ${missing[0]?.why ?? ''} Write how long: \`--since 7d\`.`.replace(
      '  ',
      ' ',
    ),
  );
}

function serviceAnswer(read: StopsRead, asked: Asked, name: string): Answer {
  const { intent, sinceMs, nowMs, notes } = asked;
  const found = read.services[0];
  if (found === undefined) {
    const why = read.missing[0]?.why;
    throw new NotFound(
      why === undefined
        ? `I see no service ${name}, and I have kept no stops of one: it is in an account, region or cluster that I do not watch.`
        : `I cannot read ${name} at the moment. ${why}`,
    );
  }
  const stops = found.stops.slice(0, intent.limit ?? DEFAULT_LIMIT);
  const talker = stops.find((stop) => culpritOf(withLines(stop)) !== undefined);
  const speaker = talker && culpritOf(withLines(talker));
  const card = serviceStopsCard({
    ...frameOf(read, asked),
    line: lineOf(found),
    stops: stops.map((stop) => ({ stop, reason: stopReason(stop) })),
    ...(talker === undefined || speaker === undefined
      ? {}
      : { lastLines: { taskId: talker.taskId, container: speaker.name, lines: speaker.lastLines ?? [] } }),
  });
  const data = {
    ...dataOf(found, stops),
    since: iso(sinceMs),
    until: iso(nowMs),
    missing: read.missing,
    notes,
  };
  return { card, data, verdict: verdictOf(read) };
}

function scopeAnswer(read: StopsRead, asked: Asked): Answer {
  const { intent, scope, sinceMs, nowMs, notes } = asked;
  const all = read.services.filter(({ stops }) => stops.length > 0).toSorted(byMost);
  const limit = intent.limit ?? DEFAULT_LIMIT;
  const card = scopeStopsCard({
    ...frameOf(read, asked),
    scopeLabel: labelOf(scope),
    lines: all.slice(0, limit).map(lineOf),
    ask: ({ account, region, cluster, service }) => ({
      command: 'restarts',
      service,
      cluster,
      account,
      region,
      sinceMs: nowMs - sinceMs,
    }),
  });
  const services = all.slice(0, limit).map((each) => dataOf(each, each.stops.slice(0, limit)));
  const data = { since: iso(sinceMs), until: iso(nowMs), services, missing: read.missing, notes };
  return { card, data, verdict: verdictOf(read) };
}

function byMost(a: ServiceStops, b: ServiceStops): number {
  return b.stops.length - a.stops.length || (serviceKey(a.ref) < serviceKey(b.ref) ? -1 : 1);
}

function frameOf(read: StopsRead, { intent, sinceMs, nowMs, notes }: Asked) {
  const canLookFurther = nowMs - sinceMs < FURTHER_MS && read.hasRecord;
  const { since: _since, ...asked } = intent;
  return {
    sinceMs,
    nowMs,
    missing: read.missing,
    notes,
    planned: read.planned,
    isUnrecorded: !read.hasRecord,
    ...(canLookFurther ? { further: { ...asked, sinceMs: FURTHER_MS } } : {}),
  };
}

function notesOf(read: StopsRead, { sinceMs }: Intent): readonly string[] {
  return [
    ...read.notes,
    ...((sinceMs ?? 0) > MOST_SINCE_MS ? ['Stops are kept for 30 days; nothing older is known.'] : []),
  ];
}

function verdictOf({ missing, isWhole }: StopsRead): Answer['verdict'] {
  return missing.length > 0 || !isWhole ? 'incomplete' : 'ok';
}

function lineOf({ ref, stops, isCut }: ServiceStops): StopsLine {
  return { ref, count: stops.length, isCut, reasons: reasonsOf(stops) };
}

/** Most frequent first, of equals the newest. */
function reasonsOf(stops: readonly StopEvidence[]): readonly ReasonCount[] {
  const byReason = new Map<string, ReasonCount>();
  for (const stop of stops) {
    const reason = stopReason(stop);
    const known = byReason.get(reason);
    byReason.set(reason, {
      reason,
      count: (known?.count ?? 0) + 1,
      newestAtMs: Math.max(known?.newestAtMs ?? 0, stop.atMs),
    });
  }
  return [...byReason.values()].toSorted((a, b) => b.count - a.count || b.newestAtMs - a.newestAtMs);
}

/** Only the containers of which lines are known. */
function withLines(stop: StopEvidence): StopEvidence {
  return { ...stop, containers: stop.containers.filter(({ lastLines = [] }) => lastLines.length > 0) };
}

function dataOf({ ref, stops: all, isCut }: ServiceStops, stops: readonly StopEvidence[]) {
  const { service, cluster, account, region } = ref;
  return {
    service,
    cluster,
    account,
    region,
    reasons: reasonsOf(all).map(({ newestAtMs, ...each }) => ({ ...each, newestAt: iso(newestAtMs) })),
    stops: stops.map(({ taskId, atMs, ...rest }) => ({
      task: taskId,
      at: iso(atMs),
      ...rest,
      lastLines: culpritOf(withLines({ taskId, atMs, ...rest }))?.lastLines ?? [],
    })),
    isCut: isCut || stops.length < all.length,
  };
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
