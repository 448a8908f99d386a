import { setTimeout as pause } from 'node:timers/promises';
import type { Converse } from '../chat/converse.ts';
import type { Said, Understood } from '../chat/understand.ts';
import type { Config } from '../config.ts';
import { BadRequest } from '../domain/errors.ts';
import type { Intent } from '../domain/intent.ts';
import { thresholdsWith } from '../domain/thresholds.ts';
import type { Incidents } from '../incidents/incidents.ts';
import { printIntent } from '../intent/print.ts';
import { channelName } from '../messaging/routes.ts';
import { watchedAccounts } from './accounts.ts';
import { wireConversation } from './conversation.ts';
import { wireAlertTest, wireIncidents, wireRouteBook } from './incidents.ts';
import { wireOutbox } from './outbox.ts';
import { makePlatform, makeStore, openQueue, type Platform } from './platform.ts';
import { wireReading } from './reading.ts';
import { wireWritePath } from './write-path.ts';

/** The bot without its edges: what the command line talks to. */
export interface Console {
  readonly understand: (said: Said) => Promise<Understood>;
  readonly converse: Converse;
  readonly commandOf: (intent: Intent) => string;
  close(): void;
}

/** The same conversation as in chat, over the same fleet. Incidents are there where a table is configured. */
export async function makeConsole(config: Config): Promise<Console> {
  const platform = makePlatform(config);
  const accounts = await watchedAccounts(config);
  const thresholds = thresholdsWith(config.file.thresholds);
  const store = config.tableName === undefined ? undefined : makeStore(config, config.tableName);
  const table = store?.table;
  const reading = wireReading({ config, platform, accounts, table });
  const { collector } = reading;
  // Messages are the running bot's: it finds the incident that changed and hands them on.
  const side =
    table && wireIncidents({ config, platform, collector, accounts, thresholds, table, want: undefined });
  const writePath = wireWritePath({ config, platform, collector, accounts, table, outbox: undefined });
  // It has no messengers: it reads what waits, and a running bot sends.
  const outbox = table && wireOutbox(config, platform, table, []);
  const queue = table && openQueue(config);
  return {
    ...wireConversation({
      platform,
      collector,
      alertTest:
        queue &&
        side &&
        wireAlertTest({ platform: waiting(platform), table, accounts, ...side, send: queue.send }),
      incidents: side?.incidents ?? noIncidents(),
      accounts,
      thresholds,
      reading,
      writePath,
      outbox,
      book: side?.book ?? wireRouteBook({ config, platform, table: undefined }),
      mutes: side?.mutes,
      evidence: side?.evidence,
      // It speaks in no channel.
      check: async (dest) => ({
        state: 'unknown',
        text: `${channelName(dest)} cannot be tried from the command line: say \`routes test\` in chat.`,
      }),
      variable: config.variable,
    }),
    commandOf: printIntent,
    close: () => {
      platform.aws.close();
      queue?.sqs.destroy();
      store?.close();
    },
  };
}

/** A bot lives on while it waits; here nothing else may keep the process. */
function waiting(platform: Platform): Platform {
  return {
    ...platform,
    async wait(ms) {
      await pause(ms);
    },
  };
}

/** Incidents live in a running bot's table. */
function noIncidents(): Incidents {
  const refuse = () =>
    Promise.reject(
      new BadRequest(
        'There are no incidents here: start Deckhand with `npm start`, or name its table in DYNAMODB_TABLE.',
      ),
    );
  return {
    byId: refuse,
    byNumber: refuse,
    ofService: refuse,
    open: refuse,
    recentlyClosed: refuse,
    absorb: refuse,
    act: refuse,
    sweep: refuse,
    attend: refuse,
    refresh: refuse,
    idle: refuse,
  };
}
