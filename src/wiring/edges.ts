import type { Config } from '../config.ts';
import { deliveryWith } from '../domain/delivery-settings.ts';
import type { Messenger } from '../messaging/messenger.ts';
import type { SlackEdge } from '../slack/index.ts';
import { makeConversationStore } from '../store/conversation-store.ts';
import type { Table } from '../store/table.ts';
import type { TeamsEdge } from '../teams/index.ts';
import type { Platform } from './platform.ts';

export interface Edges {
  readonly slack: SlackEdge | undefined;
  readonly teams: TeamsEdge | undefined;
  readonly messengers: readonly Messenger[];
  /** Where a Teams conversation is reached, if that is known; undefined: Teams is not configured. */
  readonly teamsServiceUrl: ((conversation: string) => Promise<string | undefined>) | undefined;
}

/** The configured platforms. Each one's packages are loaded only where it is configured: they are the larger half of the memory. */
export async function makeEdges(config: Config, platform: Platform, table: Table): Promise<Edges> {
  const { clientTimeoutMs: timeoutMs } = deliveryWith(config.file.delivery);
  const slack =
    config.slack &&
    (await import('../slack/index.ts')).makeSlackEdge({ ...config.slack, timeoutMs }, platform.log, () =>
      platform.systemClock.now(),
    );
  const book = config.teams && makeConversationStore(table, config.teams.serviceUrl);
  const teams =
    config.teams &&
    book &&
    (await import('../teams/index.ts')).makeTeamsEdge({
      credentials: config.teams,
      book,
      log: platform.log,
      wait: platform.wait,
      timeoutMs,
    });
  const messengers = [slack?.messenger, teams?.messenger].filter((messenger) => messenger !== undefined);
  return {
    slack,
    teams,
    messengers,
    teamsServiceUrl: book && ((conversation) => book.serviceUrl(conversation)),
  };
}
