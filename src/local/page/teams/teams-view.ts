import type { PageChannel, PagePerson, PageState, TeamsMessage } from '../../page-api.ts';
import { channelsFor, isPerson, openChannel } from '../state/people.ts';
import type { Countable } from '../ui/unread.ts';

/** What one person sees of a team with one channel open. */
export interface TeamsView {
  readonly channels: readonly PageChannel[];
  /** Absent when this person is in no channel. */
  readonly channel: PageChannel | undefined;
  /** The posts of the open channel, oldest first. */
  readonly roots: readonly TeamsMessage[];
  /** The replies below a post, oldest first. */
  readonly repliesTo: (root: TeamsMessage) => readonly TeamsMessage[];
  /** The newest message of the open channel, replies included. */
  readonly last: TeamsMessage | undefined;
  readonly countables: readonly Countable[];
  /** Changes whenever the bot says or edits something in the open channel. */
  readonly botMark: string;
}

/** The view of `person` with the channel `picked` open, or the one where alerts go. */
export function teamsView(page: PageState, person: PagePerson, picked: string | undefined): TeamsView {
  const channels = channelsFor(page.teams.channels, person);
  const channel = openChannel(channels, picked, page.teams.alertsChannel);
  const ids = new Set(channels.map((one) => one.id));
  const visible = page.teams.messages.filter(
    (message) => ids.has(message.conversation) && isFor(message, person),
  );
  const here = visible.filter((message) => message.conversation === channel?.id);
  const said = here.filter((message) => message.isBot);
  return {
    channels,
    channel,
    roots: here.filter((message) => !message.rootId || message.rootId === message.id),
    repliesTo: (root) => here.filter((message) => message.rootId === root.id && message.id !== root.id),
    last: here.at(-1),
    countables: visible.map((message) => ({
      channel: message.conversation,
      key: `${message.conversation} ${message.id}`,
      mine: isPerson(person, message.from),
    })),
    botMark: `${said.length} ${said.map((message) => message.editedAt ?? '').join('')}`,
  };
}

function isFor(message: TeamsMessage, person: PagePerson): boolean {
  return message.targetedTo === undefined || isPerson(person, message.targetedTo);
}
