import type { Card } from '../cards/card.ts';
import type { ButtonPayload } from '../cards/payload.ts';
import type { Person } from '../domain/person.ts';
import type { Destination, MessageId } from '../messaging/messenger.ts';

/** Something a person said to Deckhand: a slash command, a mention, a direct message, a reply in a thread. */
export interface ChatRequest {
  /** Unique per utterance and stable over the platform's retries: Slack's event or trigger id, Teams' activity id. */
  readonly id: string;
  readonly person: Person;
  readonly dest: Destination;
  /** The words, with the mention of the bot and the command name taken off. */
  readonly text: string;
  /** The root of the thread it was said in. */
  readonly thread?: MessageId;
  /** Said in a thread of ours, but not to us: answered only when it is a command to the letter. */
  readonly overheard?: true;
  /** Whom the words mention, where the platform tells more of them than stands in the words. */
  readonly mentions?: readonly Person[];
  /** The reader's IANA time zone where the platform tells. */
  readonly zone?: string;
}

/** Somebody clicked a button of ours. */
export interface ChatClick {
  readonly id: string;
  readonly person: Person;
  readonly dest: Destination;
  /** The message that holds the button. */
  readonly message: MessageId;
  readonly thread?: MessageId;
  /** The message below which what the click brings belongs; absent where there are no threads. */
  readonly below?: MessageId;
  readonly payload: ButtonPayload;
  /** What stood in the card's inputs, by their ids. */
  readonly typed?: Readonly<Record<string, string>>;
}

/** How an answer goes back. The edge that carried the request in makes it. */
export interface Reply {
  /** How the bot is spoken to here: `/ecs`, `@Deckhand`. Starts the commands that answers suggest. */
  readonly prefix: string;
  /** Whether an answer can take the place of what was shown; where it cannot, nothing preliminary is. */
  readonly editable: boolean;
  /**
   * What stands in the place of the answer while somebody works on it; each edits the one before. Should this process
   * die meanwhile, the next one ends it.
   */
  showProgress(card: Card): Promise<void>;
  /** The answer: visible to everybody in the conversation; in the thread, if it was asked there. */
  toChannel(card: Card): Promise<void>;
  /** Seen by the asker alone: refusals, corrections. */
  toAsker(card: Card): Promise<void>;
}

/** What the edges call; the same two functions for every platform. Neither ever throws. */
export interface Chat {
  say(request: ChatRequest, reply: Reply): Promise<void>;
  click(click: ChatClick, reply: Reply): Promise<void>;
}
