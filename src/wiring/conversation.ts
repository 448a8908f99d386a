import { makePerform } from '../actions/perform.ts';
import { type Converse, makeConverse } from '../chat/converse.ts';
import { makeUnderstand, type Said, type Understood } from '../chat/understand.ts';
import type { PeopleFinders } from '../chat/who.ts';
import type { Collector } from '../collector/collector.ts';
import { type CommandDeps, makeAnswerHook, makeCommands } from '../commands/index.ts';
import type { StopsDeps } from '../commands/restarts-read.ts';
import { type AccountConfig, accountNamed } from '../domain/accounts.ts';
import type { Thresholds } from '../domain/thresholds.ts';
import { redactSecrets } from '../domain/untrusted.ts';
import type { Incidents } from '../incidents/incidents.ts';
import type { Outbox } from '../messaging/outbox.ts';
import type { RouteBook } from '../messaging/route-book.ts';
import type { ChannelCheck } from '../messaging/route-check.ts';
import type { MuteStore } from '../store/mute-store.ts';
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
  readonly book: RouteBook;
  /** Undefined where nothing keeps mutes or evidence. */
  readonly mutes: MuteStore | undefined;
  readonly evidence: StopsDeps['evidence'];
  readonly check: ChannelCheck;
  /** Reads whether an environment variable is set. */
  readonly variable: (name: string) => string | undefined;
  readonly alertTest?: CommandDeps['alertTest'];
  readonly finders?: PeopleFinders;
}

/** Understanding and answering, the same for the chat platforms and the command line. */
export function wireConversation(parts: ConversationParts): {
  readonly understand: (said: Said) => Promise<Understood>;
  readonly converse: Converse;
} {
  const { platform, collector, incidents, thresholds, outbox, accounts, mutes, writePath } = parts;
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
    routing: {
      rules: () => parts.book.rules(),
      check: parts.check,
      isSet: (name) => parts.variable(name) !== undefined,
    },
    mutes,
    stops: {
      evidence: parts.evidence,
      stoppedTasks: async ({ account, region, cluster }, service) =>
        platform.aws.tasks(accountNamed(account, accounts), region).stopped(cluster, service),
      redact: redactSecrets,
    },
    alertTest: parts.alertTest,
  });
  const perform = makePerform({ ...writePath, incidents, mutes, outbox, clock });
  const answerHook = makeAnswerHook({
    ...writePath.commands.propose,
    collector,
    incidents,
    deployments: (account, region) => platform.aws.deployments(accountNamed(account, accounts), region),
  });
  const finders = parts.finders === undefined ? {} : { finders: parts.finders };
  return {
    understand,
    converse: makeConverse({ understand, commands, perform, incidents, answerHook, ...finders, log }),
  };
}
