import { makePerform } from '../actions/perform.ts';
import { type Converse, makeConverse } from '../chat/converse.ts';
import { makeUnderstand, type Said, type Understood } from '../chat/understand.ts';
import type { Collector } from '../collector/collector.ts';
import { makeCommands } from '../commands/index.ts';
import type { AccountConfig } from '../domain/accounts.ts';
import type { Thresholds } from '../domain/thresholds.ts';
import type { Incidents } from '../incidents/incidents.ts';
import type { Outbox } from '../messaging/outbox.ts';
import { testAccountWith } from './accounts.ts';
import type { Platform } from './platform.ts';
import type { Reading } from './reading.ts';
import type { WritePath } from './write-path.ts';

export interface ConversationParts {
  readonly platform: Platform;
  readonly collector: Collector;
  readonly incidents: Incidents;
  readonly accounts: readonly AccountConfig[];
  readonly thresholds: Thresholds;
  readonly reading: Pick<Reading, 'spending' | 'settings'>;
  readonly writePath: WritePath;
  /** Undefined where nothing keeps messages. */
  readonly outbox: Pick<Outbox, 'waiting' | 'resume'> | undefined;
}

/** Understanding and answering, the same for the chat platforms and the command line. */
export function wireConversation(parts: ConversationParts): {
  readonly understand: (said: Said) => Promise<Understood>;
  readonly converse: Converse;
} {
  const { platform, collector, incidents, thresholds, outbox } = parts;
  const { clock, wait, log } = platform;
  const understand = makeUnderstand({
    names: () => collector.inventoryWithMissing(),
    accounts: parts.accounts.map((account) => account.name),
    now: () => clock.now(),
  });
  const commands = makeCommands({
    collector,
    incidents,
    thresholds,
    clock,
    wait,
    accounts: parts.accounts,
    spending: parts.reading.spending,
    watch: parts.reading.settings,
    testAccount: (account) => testAccountWith(platform, account),
    ...parts.writePath.commands,
    outbox: outbox && { waiting: () => outbox.waiting(), now: () => platform.systemClock.now() },
  });
  const perform = makePerform({ ...parts.writePath, incidents, outbox, clock, log });
  return { understand, converse: makeConverse({ understand, commands, perform, incidents, log }) };
}
