import type { Findings, Incident } from '../domain/incident.ts';
import type { Log } from '../telemetry/log.ts';
import type { Told } from './record.ts';
import type { Slots, Written } from './slots.ts';

export interface LooksOptions {
  /** What a look at AWS adds; may be slow, may fail. */
  readonly enrich?: (incident: Incident) => Promise<Findings | undefined>;
  readonly slots: Pick<Slots, 'update'>;
  /** Its message can be brought up to date. */
  readonly onWritten: (written: Written) => void;
  readonly log: Pick<Log, 'warn'>;
}

/** Looks at AWS for incidents, a few at a time. */
export interface Looks {
  /** Resolves when what was seen is stored, or could not be seen. Never rejects. */
  look(incident: Incident): Promise<void>;
}

/** By then log lines and metrics of what happened have come in: one more look. */
const SECOND_LOOK_MS = 45_000;
/** Nobody waits for a look that late. */
const LAST_LOOK_MS = 10 * 60_000;
const AT_ONCE = 8;

/** Looks of this process; each incident is looked at by one at a time. */
export function makeLooks({ enrich, slots, onWritten, log }: LooksOptions): Looks {
  const looking = new Set<string>();
  const waiting: (() => void)[] = [];
  let free = AT_ONCE;

  const turn = async (): Promise<void> => {
    if (free === 0) await new Promise<void>((go) => waiting.push(go));
    else free -= 1;
  };
  const next = (): void => {
    const go = waiting.shift();
    if (go === undefined) free += 1;
    else go();
  };
  const lookNow = async (incident: Incident): Promise<void> => {
    try {
      const findings = await enrich?.(incident);
      if (findings === undefined) return;
      const written = await slots.update(incident.target, (told) =>
        withFindings(told, incident.number, findings),
      );
      if (written !== undefined) onWritten(written);
    } catch (error) {
      log.warn({ err: error, incident: incident.id }, 'the service could not be looked at');
    }
  };

  return {
    async look(incident) {
      if (enrich === undefined || incident.isTest || looking.has(incident.id)) return;
      looking.add(incident.id);
      await turn();
      await lookNow(incident);
      looking.delete(incident.id);
      next();
    },
  };
}

/** Once more when the picture is complete, or for the first time where a crash came between. */
export function isToBeLookedAt(
  { state, isTest, openedAtMs, reopenedAtMs = openedAtMs, findings }: Incident,
  nowMs: number,
): boolean {
  const ageMs = nowMs - reopenedAtMs;
  if (state === 'resolved' || isTest || ageMs < SECOND_LOOK_MS || ageMs > LAST_LOOK_MS) return false;
  return findings === undefined || findings.atMs < reopenedAtMs + SECOND_LOOK_MS;
}

function withFindings(told: Told, number: number, findings: Findings): Told | undefined {
  if (!told.record.numbered.some((one) => one.number === number)) return undefined;
  const numbered = told.record.numbered.map((one) => (one.number === number ? { ...one, findings } : one));
  return { ...told, record: { ...told.record, numbered } };
}
