import { type ReactNode, useState } from 'react';
import type { PageChannel, PagePerson, PageState } from '../../page-api.ts';
import { api, sentence } from '../state/api.ts';
import { ChannelNav } from '../ui/channel-nav.tsx';
import { useToast } from '../ui/toast.tsx';
import { useUnread } from '../ui/unread.ts';
import { useWaiting } from '../ui/waiting.tsx';
import { Channel } from './channel.tsx';
import { slackView } from './slack-view.ts';
import { Thread } from './thread.tsx';

interface SlackPaneProps {
  readonly page: PageState;
  readonly person: PagePerson;
  readonly nowMs: number;
  readonly examples: readonly string[];
}

/** The Slack side: channels, messages, a thread, and where one writes. */
export function SlackPane({ page, person, nowMs, examples }: SlackPaneProps): ReactNode {
  const [picked, setPicked] = useState<string>();
  const [threadTs, setThreadTs] = useState<string>();
  const view = slackView(page, person, picked);
  const { channel } = view;
  const unread = useUnread(view.countables, channel?.id);
  const { waiting, send } = useSend(person, channel, view.botMark);
  if (!channel) return <p className="nothing">Nobody has invited {person.name} to a Slack channel yet.</p>;

  const root = view.roots.find((message) => message.ts === threadTs);
  const shared = { page, person, nowMs, channel };
  const open = (id: string): void => {
    setPicked(id);
    setThreadTs(undefined);
  };
  return (
    <section className={`pane slack ${root ? 'has-thread' : ''}`} aria-label="Slack" data-testid="slack-pane">
      <div className="pane-inner">
        <ChannelNav
          platform="Slack"
          title={page.slack.team}
          channels={view.channels}
          current={channel.id}
          unread={unread}
          onPick={open}
        />
        <Channel
          {...shared}
          view={view}
          examples={examples}
          waiting={waiting}
          onSend={(text) => send(text)}
          onOpenThread={setThreadTs}
        />
        {root ? (
          <Thread
            key={`${root.ts} ${person.name}`}
            {...shared}
            root={root}
            replies={view.repliesTo(root)}
            onSend={(text) => send(text, root.ts)}
            onClose={() => setThreadTs(undefined)}
          />
        ) : null}
      </div>
    </section>
  );
}

interface Sender {
  /** Whether the bot was asked something that it has not answered yet. */
  readonly waiting: boolean;
  /** Resolves to whether it was sent. */
  readonly send: (text: string, thread?: string) => Promise<boolean>;
}

function useSend(person: PagePerson, channel: PageChannel | undefined, botMark: string): Sender {
  const toast = useToast();
  const [waiting, startWaiting] = useWaiting(botMark);
  const send = async (text: string, thread?: string): Promise<boolean> => {
    if (!channel) return false;
    try {
      const place = thread === undefined ? {} : { threadTs: thread };
      await api.slackSend({ person: person.name, channel: channel.id, ...place, text });
      if (/^\/|@deckhand/i.test(text) || channel.kind === 'dm') startWaiting();
      return true;
    } catch (error) {
      toast.error(sentence(error));
      return false;
    }
  };
  return { waiting, send };
}
