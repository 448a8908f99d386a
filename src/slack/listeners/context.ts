import type { WebClient } from '@slack/web-api';
import type { Chat } from '../../chat/request.ts';
import type { Destination, MessageId } from '../../messaging/messenger.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Membership } from '../membership.ts';
import type { People } from '../people.ts';
import type { Answers } from '../reply.ts';

/** The name of the app's slash command. Slack tells it with each use of the command and nowhere else. */
export interface CommandName {
  heard(name: string): void;
  now(): string;
}

/** Until somebody used it the name is the one of manifest.yml. */
export function makeCommandName(): CommandName {
  let name = '/ecs';
  return {
    heard: (said) => {
      if (said !== '') name = said;
    },
    now: () => name,
  };
}

/** What every listener gets. */
export interface ListenerContext {
  readonly chat: Chat;
  readonly answers: Answers;
  readonly client: WebClient;
  readonly people: People;
  readonly mayPost: (channel: string) => Promise<Membership>;
  /** Whether a message is one that the outbox posted. */
  readonly isOurs: (dest: Destination, id: MessageId) => Promise<boolean>;
  /** What people type to reach us here. */
  readonly commandName: CommandName;
  readonly log: Log;
}
