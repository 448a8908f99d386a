import type { Person } from '../domain/person.ts';
import { personKey } from '../domain/person.ts';
import { type AuditEntry, type AuditStore, auditId } from '../store/audit-store.ts';
import type { Log } from '../telemetry/log.ts';

/** What is written down; the person is added. */
export type AuditLine = Omit<AuditEntry, 'id' | 'part' | 'who' | 'name' | 'atMs'> & {
  readonly atMs: number;
  readonly by: Pick<Person, 'platform' | 'id' | 'name'>;
};

/** The record of who did what. Each entry is a line of the log as well. */
export interface Audit {
  /** Part 1 before the call, part 2 after it; `beganAtMs` and `write` are the same for both. Throws when it cannot be written. */
  write(part: 1 | 2, write: string, beganAtMs: number, line: AuditLine): Promise<void>;
  /** What came of something in one step: a refusal, an acknowledgement. Never throws: the log has it in any case. */
  note(line: AuditLine): Promise<void>;
}

/** The audit over its store and the log. */
export function makeAudit(deps: {
  readonly store: Pick<AuditStore, 'append'>;
  readonly log: Pick<Log, 'info' | 'error'>;
  /** Makes an id that nobody else makes. */
  readonly unique: () => string;
}): Audit {
  const append = async (id: string, part: 1 | 2, { by, ...line }: AuditLine): Promise<void> => {
    const entry: AuditEntry = { id, part, who: personKey(by), name: by.name, ...line };
    deps.log.info({ audit: entry }, 'audit');
    await deps.store.append(entry);
  };
  return {
    write: (part, write, beganAtMs, line) => append(auditId(beganAtMs, write), part, line),
    async note(line) {
      try {
        await append(auditId(line.atMs, deps.unique()), 2, line);
      } catch (error) {
        deps.log.error({ err: error }, 'an audit entry stands in the log alone: the store does not take it');
      }
    },
  };
}
