import { type ReactNode, useState } from 'react';
import type { PageChannel, PagePerson, PageState } from '../../page-api.ts';
import { api, sentence } from '../state/api.ts';
import { ChannelNav } from '../ui/channel-nav.tsx';
import { useToast } from '../ui/toast.tsx';
import { useUnread } from '../ui/unread.ts';
import { useWaiting } from '../ui/waiting.tsx';
import { Channel } from './channel.tsx';
import { teamsView } from './teams-view.ts';

interface TeamsPaneProps {
  readonly page: PageState;
  readonly person: PagePerson;
  readonly examples: readonly string[];
}

/** The Teams side: channels, posts with replies, and where one writes. */
export function TeamsPane({ page, person, examples }: TeamsPaneProps): ReactNode {
  const [picked, setPicked] = useState<string>();
  const view = teamsView(page, person, picked);
  const { channel } = view;
  const unread = useUnread(view.countables, channel?.id);
  const { waiting, send } = useSend(person, channel, view.botMark);
  if (!channel) return <p className="nothing">Nobody has invited {person.name} to a Teams channel yet.</p>;
  return (
    <section className="pane teams" aria-label="Teams" data-testid="teams-pane">
      <div className="pane-inner">
        <ChannelNav
          platform="Teams"
          title={page.teams.team}
          channels={view.channels}
          current={channel.id}
          unread={unread}
          onPick={setPicked}
        />
        <Channel
          page={page}
          person={person}
          channel={channel}
          view={view}
          examples={examples}
          waiting={waiting}
          onSend={send}
        />
      </div>
    </section>
  );
}

interface Sender {
  /** Whether the bot was asked something that it has not answered yet. */
  readonly waiting: boolean;
  /** Resolves to whether it was sent. */
  readonly send: (text: string, rootId?: string) => Promise<boolean>;
}

function useSend(person: PagePerson, channel: PageChannel | undefined, botMark: string): Sender {
  const toast = useToast();
  const [waiting, startWaiting] = useWaiting(botMark);
  const send = async (text: string, rootId?: string): Promise<boolean> => {
    if (!channel) return false;
    try {
      const place = rootId === undefined ? {} : { rootId };
      await api.teamsSend({ person: person.name, conversation: channel.id, ...place, text });
      if (/^\/|@deckhand/i.test(text) || channel.kind === 'dm') startWaiting();
      return true;
    } catch (error) {
      toast.error(sentence(error));
      return false;
    }
  };
  return { waiting, send };
}
