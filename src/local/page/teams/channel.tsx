import type { ReactNode } from 'react';
import type { PageChannel, PagePerson, PageState } from '../../page-api.ts';
import { isPerson } from '../state/people.ts';
import { Composer } from '../ui/composer.tsx';
import { ConversationHead } from '../ui/conversation-head.tsx';
import { DayGroups } from '../ui/day-groups.tsx';
import { MessageList } from '../ui/message-list.tsx';
import { QuietState } from '../ui/quiet-state.tsx';
import { Waiting } from '../ui/waiting.tsx';
import { Post } from './post.tsx';
import type { TeamsView } from './teams-view.ts';

interface ChannelProps {
  readonly page: PageState;
  readonly person: PagePerson;
  readonly channel: PageChannel;
  readonly view: TeamsView;
  readonly examples: readonly string[];
  readonly waiting: boolean;
  readonly onSend: (text: string, rootId?: string) => Promise<boolean>;
}

/** The open channel: its posts and where one starts another. */
export function Channel(props: ChannelProps): ReactNode {
  const { page, person, channel, view, examples, waiting, onSend } = props;
  const isDm = channel.kind === 'dm';
  const lines = examples.map((example) => (isDm ? example : `@Deckhand ${example}`));
  return (
    <div className="conversation">
      <ConversationHead platform="Teams" name={channel.name} />
      <MessageList
        key={`${channel.id} ${person.name}`}
        label={`Posts in ${channel.name}`}
        testId="teams-messages"
        newest={view.last?.id}
        newestIsMine={view.last !== undefined && isPerson(person, view.last.from)}
        empty={<QuietState command="@Deckhand" isDm={isDm} />}
      >
        <DayGroups items={view.roots} timeOf={(root) => Date.parse(root.at)} keyOf={(root) => root.id}>
          {(root) => (
            <Post
              root={root}
              replies={view.repliesTo(root)}
              page={page}
              person={person}
              onReply={(text) => onSend(text, root.id)}
            />
          )}
        </DayGroups>
      </MessageList>
      <Waiting shown={waiting} />
      <Composer
        key={channel.id}
        label={`New post in ${channel.name}`}
        placeholder={isDm ? 'Type a message' : 'Start a post; @Deckhand asks the bot'}
        testId="teams-composer"
        suggestions={lines}
        chips={lines}
        onSend={(text) => onSend(text)}
      />
    </div>
  );
}
