import type { ReactNode } from 'react';
import type { PageChannel, PagePerson, PageState, SlackMessage } from '../../page-api.ts';
import { isPerson } from '../state/people.ts';
import { Composer } from '../ui/composer.tsx';
import { useFocusBack } from '../ui/focus-back.ts';
import { MessageList } from '../ui/message-list.tsx';
import { Message } from './message.tsx';
import { replyCount } from './reply-count.ts';

interface ThreadProps {
  readonly root: SlackMessage;
  readonly replies: readonly SlackMessage[];
  readonly channel: PageChannel;
  readonly page: PageState;
  readonly person: PagePerson;
  readonly nowMs: number;
  readonly onSend: (text: string) => Promise<boolean>;
  readonly onClose: () => void;
}

/** One message and everything below it; beside the channel, or in its place where the pane is narrow. */
export function Thread(props: ThreadProps): ReactNode {
  const { root, replies, channel, page, person, nowMs, onSend, onClose } = props;
  const last = replies.at(-1) ?? root;
  useFocusBack();
  const shared = { page, person, nowMs };
  return (
    <aside
      className="thread"
      aria-label="Thread"
      data-testid="slack-thread"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose();
      }}
    >
      <header className="conversation-head">
        <button type="button" className="icon-button" aria-label="Close thread" onClick={onClose}>
          ←
        </button>
        <h2>Thread</h2>
        <span className="muted">{channel.kind === 'dm' ? channel.name : `# ${channel.name}`}</span>
      </header>
      <MessageList
        label="Thread"
        testId="slack-thread-messages"
        newest={last.ts}
        newestIsMine={isPerson(person, last.user)}
        empty={null}
      >
        <Message message={root} {...shared} />
        <p className="rule">
          <span>{replies.length === 0 ? 'No replies yet' : replyCount(replies.length)}</span>
        </p>
        {replies.map((reply) => (
          <Message key={reply.ts} message={reply} {...shared} />
        ))}
      </MessageList>
      <Composer
        label="Reply in the thread"
        placeholder="Reply… (@Deckhand asks the bot)"
        testId="slack-thread-composer"
        suggestions={['@Deckhand help']}
        autoFocus
        onSend={onSend}
      />
    </aside>
  );
}
