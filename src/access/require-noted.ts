import { DeckhandError } from '../domain/errors.ts';
import type { Person } from '../domain/person.ts';
import type { Clock } from '../domain/time.ts';
import type { Access, Asked } from './access.ts';
import type { Audit, AuditLine } from './audit.ts';

/**
 * Asks for a right, and writes a refusal down before it passes it on.
 * @throws Denied whose sentence names how to get the right.
 */
export async function requireNoted(
  deps: { readonly access: Pick<Access, 'require'>; readonly audit: Audit; readonly clock: Clock },
  person: Person,
  asked: Asked,
  line: Pick<AuditLine, 'action' | 'target' | 'place'>,
): Promise<void> {
  try {
    await deps.access.require(person, asked);
  } catch (error) {
    if (error instanceof DeckhandError) {
      const why = error.message;
      await deps.audit.note({ ...line, by: person, atMs: deps.clock.now(), result: 'refused', why });
    }
    throw error;
  }
}
