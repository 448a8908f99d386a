import type { PageChannel, PagePerson, PageState, SlackMessage } from '../../page-api.ts';
import { channelsFor, isPerson, openChannel } from '../state/people.ts';
import type { Countable } from '../ui/unread.ts';

/** What one person sees of a Slack workspace with one channel open. */
export interface SlackView {
  readonly channels: readonly PageChannel[];
  /** Absent when this person is in no channel. */
  readonly channel: PageChannel | undefined;
  /** Messages of the open channel that stand in no thread, oldest first. */
  readonly roots: readonly SlackMessage[];
  /** The replies below a root, oldest first. */
  readonly repliesTo: (root: SlackMessage) => readonly SlackMessage[];
  readonly countables: readonly Countable[];
  /** Changes whenever the bot says or edits something in the open channel. */
  readonly botMark: string;
}

/** The view of `person` with the channel `picked` open, or the one where alerts go. */
export function slackView(page: PageState, person: PagePerson, picked: string | undefined): SlackView {
  const channels = channelsFor(page.slack.channels, person);
  const channel = openChannel(channels, picked, page.slack.alertsChannel);
  const ids = new Set(channels.map((one) => one.id));
  const visible = page.slack.messages.filter((message) => ids.has(message.channel) && isFor(message, person));
  const here = visible.filter((message) => message.channel === channel?.id);
  const said = here.filter((message) => message.isBot);
  return {
    channels,
    channel,
    roots: here.filter((message) => !message.threadTs || message.threadTs === message.ts),
    repliesTo: (root) => here.filter((message) => message.threadTs === root.ts && message.ts !== root.ts),
    countables: visible.map((message) => ({
      channel: message.channel,
      key: `${message.channel} ${message.ts}`,
      mine: isPerson(person, message.user),
    })),
    botMark: `${said.length} ${said.map((message) => message.editedTs ?? '').join('')}`,
  };
}

function isFor(message: SlackMessage, person: PagePerson): boolean {
  return message.ephemeralFor === undefined || isPerson(person, message.ephemeralFor);
}
