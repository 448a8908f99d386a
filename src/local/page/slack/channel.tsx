import type { ReactNode } from 'react';
import type { PageChannel, PagePerson, PageState } from '../../page-api.ts';
import { isPerson } from '../state/people.ts';
import { Composer } from '../ui/composer.tsx';
import { ConversationHead } from '../ui/conversation-head.tsx';
import { DayGroups } from '../ui/day-groups.tsx';
import { MessageList } from '../ui/message-list.tsx';
import { QuietState } from '../ui/quiet-state.tsx';
import { Waiting } from '../ui/waiting.tsx';
import { Message } from './message.tsx';
import type { SlackView } from './slack-view.ts';

interface ChannelProps {
  readonly page: PageState;
  readonly person: PagePerson;
  readonly nowMs: number;
  readonly channel: PageChannel;
  readonly view: SlackView;
  readonly examples: readonly string[];
  readonly waiting: boolean;
  readonly onSend: (text: string) => Promise<boolean>;
  /** With the `ts` of the root. */
  readonly onOpenThread: (ts: string) => void;
}

/** The open channel: its messages and where one writes. */
export function Channel(props: ChannelProps): ReactNode {
  const { page, person, nowMs, channel, view, examples, waiting, onSend, onOpenThread } = props;
  const { command } = page.slack;
  const last = view.roots.at(-1);
  const lines = examples.map((example) => `${command} ${example}`);
  const name = channel.kind === 'dm' ? channel.name : `#${channel.name}`;
  return (
    <div className="conversation">
      <ConversationHead platform="Slack" name={name} />
      <MessageList
        key={`${channel.id} ${person.name}`}
        label={`Messages in ${channel.name}`}
        testId="slack-messages"
        newest={last?.ts}
        newestIsMine={last !== undefined && isPerson(person, last.user)}
        empty={<QuietState command={command} isDm={channel.kind === 'dm'} />}
      >
        <DayGroups items={view.roots} timeOf={(root) => Number(root.ts) * 1000} keyOf={(root) => root.ts}>
          {(root) => (
            <Message
              message={root}
              page={page}
              person={person}
              nowMs={nowMs}
              replies={view.repliesTo(root)}
              onOpenThread={() => onOpenThread(root.ts)}
            />
          )}
        </DayGroups>
      </MessageList>
      <Waiting shown={waiting} />
      <Composer
        key={channel.id}
        label={`Message ${channel.name}`}
        placeholder={`Message ${name}`}
        testId="slack-composer"
        suggestions={[...lines, ...examples.map((example) => `@Deckhand ${example}`)]}
        chips={lines}
        onSend={onSend}
      />
    </div>
  );
}
