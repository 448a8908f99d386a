import { type ReactNode, useState } from 'react';
import type { PagePerson, PageState, TeamsMessage } from '../../page-api.ts';
import { Composer } from '../ui/composer.tsx';
import { TeamsMessageView } from './message.tsx';

interface PostProps {
  readonly root: TeamsMessage;
  readonly replies: readonly TeamsMessage[];
  readonly page: PageState;
  readonly person: PagePerson;
  readonly onReply: (text: string) => Promise<boolean>;
}

const SHOWN_REPLIES = 3;

/** A post with its replies below it, and where one replies. */
export function Post({ root, replies, page, person, onReply }: PostProps): ReactNode {
  const [all, setAll] = useState(false);
  const [writing, setWriting] = useState(false);
  const hidden = all ? 0 : Math.max(0, replies.length - SHOWN_REPLIES);
  return (
    <article className="post" data-testid="teams-post" data-id={root.id}>
      <TeamsMessageView message={root} page={page} person={person} />
      <div className="replies">
        {hidden > 0 ? (
          <button
            type="button"
            className="link-button"
            data-testid="more-replies"
            onClick={() => setAll(true)}
          >
            Show {hidden} earlier {hidden === 1 ? 'reply' : 'replies'}
          </button>
        ) : null}
        {replies.slice(hidden).map((reply) => (
          <TeamsMessageView key={reply.id} message={reply} page={page} person={person} />
        ))}
        {writing ? (
          <Composer
            label="Reply to the post"
            placeholder="Reply… (@Deckhand asks the bot)"
            testId="teams-reply-composer"
            suggestions={['@Deckhand help']}
            autoFocus
            onSend={onReply}
          />
        ) : (
          <button
            type="button"
            className="reply-button"
            data-testid="teams-reply"
            onClick={() => setWriting(true)}
          >
            ↩ Reply
          </button>
        )}
      </div>
    </article>
  );
}
