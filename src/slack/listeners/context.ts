import type { WebClient } from '@slack/web-api';
import type { Chat } from '../../chat/request.ts';
import type { Destination, MessageId } from '../../messaging/messenger.ts';
import type { Log } from '../../telemetry/log.ts';
import type { Membership } from '../membership.ts';
import type { People } from '../people.ts';
import type { Answers } from '../reply.ts';

/** What every listener gets. */
export interface ListenerContext {
  readonly chat: Chat;
  readonly answers: Answers;
  readonly client: WebClient;
  readonly people: People;
  readonly mayPost: (channel: string) => Promise<Membership>;
  /** Whether a message is one that the outbox posted. */
  readonly isOurs: (dest: Destination, id: MessageId) => Promise<boolean>;
  readonly log: Log;
}
