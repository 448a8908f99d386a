import { makePerform } from '../actions/perform.ts';
import { type Converse, makeConverse } from '../chat/converse.ts';
import { makeUnderstand, type Said, type Understood } from '../chat/understand.ts';
import type { Collector } from '../collector/collector.ts';
import { makeCommands } from '../commands/index.ts';
import type { AccountConfig } from '../domain/accounts.ts';
import type { Thresholds } from '../domain/thresholds.ts';
import type { Incidents } from '../incidents/incidents.ts';
import type { Platform } from './platform.ts';

export interface ConversationParts {
  readonly platform: Platform;
  readonly collector: Collector;
  readonly incidents: Incidents;
  readonly accounts: readonly AccountConfig[];
  readonly thresholds: Thresholds;
}

/** Understanding and answering, the same for the chat platforms and the command line. */
export function wireConversation(parts: ConversationParts): {
  readonly understand: (said: Said) => Promise<Understood>;
  readonly converse: Converse;
} {
  const { platform, collector, incidents, thresholds } = parts;
  const { clock, wait, log } = platform;
  const understand = makeUnderstand({
    names: () => collector.inventoryWithMissing(),
    accounts: parts.accounts.map((account) => account.name),
    now: () => clock.now(),
  });
  const commands = makeCommands({ collector, incidents, thresholds, clock, wait });
  const perform = makePerform({ incidents, clock, log });
  return { understand, converse: makeConverse({ understand, commands, perform, incidents, log }) };
}
