import { isWorthKeeping } from '../assess/stops.ts';
import { logStreamOf } from '../collector/log-groups.ts';
import { NotFound, sentenceFor } from '../domain/errors.ts';
import { type ServiceRef, serviceKey, type TaskDefinition } from '../domain/fleet.ts';
import type { IncidentTarget, StopEvidence } from '../domain/incident.ts';
import type { Clock } from '../domain/time.ts';
import type { EvidenceStore, Lines, NewStop, WaitingStop } from '../store/evidence-store.ts';
import type { Log } from '../telemetry/log.ts';
import type { IncidentEvent, StoppedTask } from './incident-event.ts';

/** Writes down why tasks ended, while ECS and the log streams still know. */
export interface EvidenceBox {
  /**
   * Keeps the stop that an event tells of; of other events, of planned stops ({@link isWorthKeeping}) and of tasks of
   * no service nothing. Durable when it resolves; the log lines follow. The same event again changes nothing.
   * @throws what the table throws.
   */
  keep(target: IncidentTarget, event: IncidentEvent): Promise<void>;
  /** Fetches lines that are due: after a crash, a queue that was full, or because some came late. Never rejects. */
  sweep(): Promise<void>;
  /** Resolves when no lines are being fetched or wait in memory. */
  idle(): Promise<void>;
  /** Ends what is being fetched and begins nothing more: what waits is in the table, and the next process sweeps it. */
  stop(): Promise<void>;
}

type Place = Pick<ServiceRef, 'account' | 'region'>;

/** Reads the end of a log stream; `LogReader` of `aws` is one. */
export interface LogTail {
  tail(of: {
    readonly group: string;
    readonly stream: string;
    readonly limit: number;
  }): Promise<readonly { readonly atMs: number; readonly text: string }[]>;
}

export interface EvidenceBoxOptions {
  readonly store: Pick<EvidenceStore, 'keep' | 'claim' | 'addLines' | 'waiting'>;
  /** The log streams of a place. @throws NotFound for one that is not watched. */
  readonly logs: (place: Place) => LogTail;
  /** One revision, read once for ever: `collector.taskDefinition`. */
  readonly taskDefinition: (place: Place, arn: string) => Promise<TaskDefinition>;
  /** The machine's clock: pace and due times are real time. */
  readonly clock: Clock;
  readonly log: Pick<Log, 'debug' | 'warn'>;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
  readonly limits?: Partial<EvidenceLimits>;
}

/** What a storm of stops may cost. */
export interface EvidenceLimits {
  /** Stops of one service whose lines are fetched, a minute; of the others the reasons are kept alone. */
  readonly fetchesPerMinute: number;
  /** Stops whose lines are fetched at the same time. */
  readonly atOnce: number;
  /** Stops that wait in memory; more wait in the table for the sweep. */
  readonly queued: number;
}

const DEFAULT_LIMITS: EvidenceLimits = { fetchesPerMinute: 6, atOnce: 4, queued: 200 };

const LINES = 30;
const LINE_CHARS = 500;
/** Longer than what is kept, so that no half of a secret is left at the cut. */
const REDACTED_CHARS = 4 * LINE_CHARS;
/** Tells lines apart from those within one; to whoever looks for secrets it is the end of a line. */
const NEXT_LINE = '\n\u0000';
const REASON_CHARS = 1000;
/** Sidecars count; ten containers is what a task definition may have. */
const MOST_CONTAINERS = 10;
const MINUTE_MS = 60_000;
/** A stop in the queue of a process that died is taken over after this. */
const CLAIM_MS = MINUTE_MS;
/** The last lines may reach CloudWatch some seconds after the task is gone, so even a good look is followed by one. */
const LOOK_AGAIN_MS = [20_000, 2 * MINUTE_MS] as const;
const SWEPT_AT_ONCE = 50;

/** An evidence box over the store and CloudWatch Logs. */
export function makeEvidenceBox(options: EvidenceBoxOptions): EvidenceBox {
  const { store, clock, log } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const pace = new Pace(limits.fetchesPerMinute);
  const queue: WaitingStop[] = [];
  const working = new Set<Promise<void>>();
  let isStopped = false;

  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await look(options, next);
  };
  const enqueue = (waiting: WaitingStop): void => {
    if (isStopped) return;
    queue.push(waiting);
    if (working.size >= limits.atOnce) return;
    const worker: Promise<void> = work().finally(() => working.delete(worker));
    working.add(worker);
  };

  const idle = async (): Promise<void> => {
    while (working.size > 0) await Promise.all(working);
  };

  return {
    async keep(target, event) {
      const kept = newStop(target, event, options.redact);
      if (kept === undefined) return;
      const nowMs = clock.now();
      const dueMs = pace.admits(serviceKey(kept.ref), nowMs) ? nowMs + CLAIM_MS : undefined;
      const isNew = await store.keep(kept, dueMs);
      if (!isNew || dueMs === undefined || queue.length >= limits.queued) return;
      enqueue({ ...kept, lines: {}, looks: 0, dueMs });
    },

    async sweep() {
      try {
        const nowMs = clock.now();
        const free = Math.min(SWEPT_AT_ONCE, limits.queued - queue.length);
        if (free <= 0) return;
        for (const waiting of await store.waiting(nowMs, free)) {
          const dueMs = nowMs + CLAIM_MS;
          if (await store.claim(waiting, dueMs)) enqueue({ ...waiting, dueMs });
        }
      } catch (error) {
        log.warn(
          { err: error, why: sentenceFor(error).message },
          'stops that wait for their log lines could not be read',
        );
      }
    },

    idle,

    async stop() {
      isStopped = true;
      queue.length = 0;
      await idle();
    },
  };
}

/** How many fetches each service had this minute. */
class Pace {
  readonly #most: number;
  #minute = 0;
  #counts = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  admits(service: string, nowMs: number): boolean {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#counts = new Map();
    }
    const count = this.#counts.get(service) ?? 0;
    this.#counts.set(service, count + 1);
    return count < this.#most;
  }
}

function newStop(
  { account, region, cluster, service }: IncidentTarget,
  { task, atMs, version, isTest }: IncidentEvent,
  redact: (text: string) => string,
): NewStop | undefined {
  if (task === undefined || isTest || cluster === undefined || service === undefined) return undefined;
  const stop = stopOf(task, atMs, (text) => redact(text).slice(0, REASON_CHARS));
  if (!isWorthKeeping(stop)) return undefined;
  return {
    ref: { account, region, cluster, service },
    stop,
    version,
    ...(task.taskDefinitionArn === undefined ? {} : { taskDefinition: task.taskDefinitionArn }),
  };
}

function stopOf(task: StoppedTask, atMs: number, safe: (text: string) => string): StopEvidence {
  const { id, stopCode, stoppedReason, taskDefinitionArn, containers } = task;
  const revision = Number(/:(\d+)$/.exec(taskDefinitionArn ?? '')?.[1]);
  return {
    taskId: id,
    atMs,
    ...(stopCode === undefined ? {} : { stopCode }),
    ...(stoppedReason ? { reason: safe(stoppedReason) } : {}),
    ...(Number.isNaN(revision) ? {} : { revision }),
    containers: containers.map(({ name, exitCode, reason }) => ({
      name,
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(reason ? { reason: safe(reason) } : {}),
    })),
  };
}

/** One look at the streams of a stop. What it finds is added to what earlier looks found. Never rejects. */
async function look(options: EvidenceBoxOptions, waiting: WaitingStop): Promise<void> {
  const { store, clock, log } = options;
  const { ref, stop } = waiting;
  try {
    const { lines, isFinal } = await readLines(options, waiting);
    const looks = waiting.looks + 1;
    const pauseMs = isFinal ? undefined : pauseAfter(looks, Object.keys(lines).length > 0);
    const dueMs = pauseMs === undefined ? undefined : clock.now() + pauseMs;
    await store.addLines({ ref, stop }, { ...waiting.lines, ...lines }, looks, dueMs);
  } catch (error) {
    const why = sentenceFor(error).message;
    log.warn({ err: error, why, service: serviceKey(ref), task: stop.taskId }, 'log lines could not be kept');
  }
}

/** Undefined: enough. Where lines were found, one more look completes them; where none were, there are two more. */
function pauseAfter(looks: number, found: boolean): number | undefined {
  return looks > (found ? 1 : LOOK_AGAIN_MS.length) ? undefined : LOOK_AGAIN_MS[looks - 1];
}

interface Looked {
  readonly lines: Lines;
  /** There is nothing to come: no stream is known, or the place is not watched. */
  readonly isFinal: boolean;
}

async function readLines(options: EvidenceBoxOptions, waiting: WaitingStop): Promise<Looked> {
  const { ref, stop, taskDefinition: arn } = waiting;
  if (arn === undefined) return { lines: {}, isFinal: true };
  try {
    const definition = await options.taskDefinition(ref, arn);
    const streams = definition.containers.slice(0, MOST_CONTAINERS).flatMap((container) => {
      const stream = logStreamOf(container, stop.taskId);
      return stream === undefined ? [] : [{ name: container.name, ...stream }];
    });
    const found = await Promise.all(
      streams.map(async ({ name, group, stream, region = ref.region }) => {
        const place = { account: ref.account, region };
        return [name, await tail(options, place, { group, stream })] as const;
      }),
    );
    const lines = Object.fromEntries(found.filter(([, own]) => own.length > 0));
    return { lines, isFinal: streams.length === 0 };
  } catch (error) {
    told(options, ref, error);
    // An account that is not watched, a revision that is gone: nothing will come.
    return { lines: {}, isFinal: error instanceof NotFound };
  }
}

/** The last lines of one stream, safe to keep; none where they cannot be read. */
async function tail(
  options: EvidenceBoxOptions,
  place: Place,
  of: { readonly group: string; readonly stream: string },
): Promise<readonly string[]> {
  try {
    const lines = await options.logs(place).tail({ ...of, limit: LINES });
    const texts = lines.slice(-LINES).map(({ text }) => text.slice(0, REDACTED_CHARS).trimEnd());
    // Together: of a private key only the first line says what the others are.
    const safe = options.redact(texts.join(NEXT_LINE)).split(NEXT_LINE);
    return safe.map(cut).filter((line) => line !== '');
  } catch (error) {
    told(options, place, error);
    return [];
  }
}

function cut(line: string): string {
  return line.length <= LINE_CHARS ? line : `${line.slice(0, LINE_CHARS - 1)}…`;
}

function told({ log }: EvidenceBoxOptions, { account, region }: Place, error: unknown): void {
  const facts = { account, region, why: sentenceFor(error).message };
  // A container that never started has no stream.
  if (error instanceof NotFound) log.debug(facts, 'a stopped task has no log lines');
  else log.warn({ ...facts, err: error }, 'log lines of a stopped task could not be read');
}
