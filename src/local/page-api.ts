/**
 * What the page and its server say to each other. The page is a client of the emulators' human side: it shows
 * what a person would see in the vendor's app and sends what the person does there. JSON over HTTP below `/page`,
 * changes as server-sent events on `/page/events` (each event's data is one PageEvent).
 */
export interface PageState {
  readonly about: string;
  /** What is worth asking, without the command's name: `health`, `service checkout-api`. Absent: the page's own. */
  readonly examples?: readonly string[];
  /** The simulated clock, ISO 8601. */
  readonly now: string;
  readonly botReady: boolean;
  readonly people: readonly PagePerson[];
  readonly slack: {
    readonly team: string;
    readonly botUserId: string;
    readonly command: string;
    /** Where alerts go when no route says otherwise; the page opens it first. Absent: the first channel. */
    readonly alertsChannel?: string;
    readonly channels: readonly PageChannel[];
    readonly messages: readonly SlackMessage[];
  };
  readonly teams: {
    readonly team: string;
    readonly botId: string;
    readonly alertsChannel?: string;
    readonly channels: readonly PageChannel[];
    readonly messages: readonly TeamsMessage[];
  };
}

export interface PagePerson {
  readonly name: string;
  readonly role: 'admin' | 'operator' | 'viewer' | 'stranger';
  readonly slackId: string;
  readonly teamsId: string;
}

export interface PageChannel {
  readonly id: string;
  readonly name: string;
  readonly kind: 'channel' | 'dm';
  /** For a direct message: whose. The page shows a person only their own. */
  readonly person?: string;
}

/** A Slack message as the Web API stored it. */
export interface SlackMessage {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs?: string;
  readonly user: string;
  readonly isBot: boolean;
  readonly text: string;
  readonly blocks?: readonly Record<string, unknown>[];
  readonly attachments?: readonly Record<string, unknown>[];
  readonly editedTs?: string;
  /** Only this user sees it. */
  readonly ephemeralFor?: string;
}

/** A Teams activity as the connector stored it. */
export interface TeamsMessage {
  readonly conversation: string;
  readonly id: string;
  /** The id of the thread's root; absent on roots. */
  readonly rootId?: string;
  readonly from: string;
  readonly isBot: boolean;
  /** ISO 8601. */
  readonly at: string;
  readonly text?: string;
  readonly cards: readonly Record<string, unknown>[];
  readonly editedAt?: string;
  readonly targetedTo?: string;
}

export type PageEvent =
  | { readonly type: 'slack.message'; readonly message: SlackMessage }
  | { readonly type: 'slack.deleted'; readonly channel: string; readonly ts: string }
  | {
      readonly type: 'slack.modal';
      readonly person: string;
      readonly viewId: string;
      readonly view: Record<string, unknown>;
    }
  | { readonly type: 'slack.modal_closed'; readonly person: string; readonly viewId: string }
  | { readonly type: 'teams.message'; readonly message: TeamsMessage }
  | { readonly type: 'teams.deleted'; readonly conversation: string; readonly id: string }
  | { readonly type: 'bot'; readonly ready: boolean };

/** `GET /page/state` → PageState. */
/** `person` in what the page sends is `PagePerson.name`; in events it may be the name or the id on that side. */
/**
 * `POST /page/slack/send`: a leading `/` makes it a slash command (refused in threads, as Slack does). `text` is as
 * typed: the server escapes it and turns `@Name` into a mention, as Slack's own client does.
 */
export interface SlackSend {
  readonly person: string;
  readonly channel: string;
  readonly threadTs?: string;
  readonly text: string;
}
/** `POST /page/slack/action`: a click; `action` is the element as the message holds it (+ selected values). */
export interface SlackAction {
  readonly person: string;
  readonly channel: string;
  readonly messageTs: string;
  /** Set, with empty channel and messageTs, when the element stands in a modal outside its inputs. */
  readonly viewId?: string;
  readonly action: Record<string, unknown>;
  /** What stands in the message's inputs, as Slack's `state.values`. */
  readonly values?: Record<string, Record<string, unknown>>;
}
/** `POST /page/slack/submit`: `values` is Slack's `view.state.values`. Answers { errors? } keyed by block id. */
export interface SlackSubmit {
  readonly person: string;
  readonly viewId: string;
  readonly values: Record<string, Record<string, unknown>>;
}
/** `POST /page/slack/close`: the person closed the modal. */
export interface SlackClose {
  readonly person: string;
  readonly viewId: string;
}
/** `POST /page/teams/send`: `@Deckhand` at the start makes it a mention; `/command` a slash-triggered one. */
export interface TeamsSend {
  readonly person: string;
  readonly conversation: string;
  readonly rootId?: string;
  readonly text: string;
}
/** `POST /page/teams/action`: Action.Execute → `adaptiveCard/action` invoke. Answers TeamsActionResult. */
export interface TeamsAction {
  readonly person: string;
  readonly conversation: string;
  readonly messageId: string;
  /** `type` tells Action.Submit, which is a message to the bot, from Action.Execute. */
  readonly action: {
    readonly type?: 'Action.Execute' | 'Action.Submit';
    readonly verb?: string;
    readonly data?: unknown;
  };
}
export interface TeamsActionResult {
  /** A card that replaces the message for this person, a short text to show, or an error text. */
  readonly card?: Record<string, unknown>;
  readonly message?: string;
  readonly error?: string;
}
/**
 * `POST /page/teams/task`: a dialog is asked for or submitted, `{ person, conversation, messageId?, kind: 'fetch' |
 * 'submit', data }`. Answers `{ task? }` with the dialog to show (`title`, `card`), `{ message? }` or `{ error? }`;
 * empty closes it. In `teams/action` an `action.type` of `Action.Submit` sends its data as a message instead.
 */
/** All POSTs answer 200 `{}` or the named result, or 4xx/5xx `{ error }`: a sentence that the page shows. */
