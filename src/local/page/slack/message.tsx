import { type ReactNode, useState } from 'react';
import type { PagePerson, PageState, SlackMessage } from '../../page-api.ts';
import { type Json, objects, optional, string } from '../json.ts';
import { api, sentence } from '../state/api.ts';
import { nameOf } from '../state/people.ts';
import { clockTime, fullTime } from '../state/time.ts';
import { Avatar } from '../ui/avatar.tsx';
import { useFlash } from '../ui/flash.ts';
import { useToast } from '../ui/toast.tsx';
import { Blocks } from './blocks.tsx';
import { SlackContext } from './context.ts';
import { MrkdwnText } from './inline-view.tsx';
import { FormContext, type FormScope } from './inputs.tsx';
import { replyCount } from './reply-count.ts';
import { viewValues } from './view-values.ts';

interface MessageProps {
  readonly message: SlackMessage;
  readonly page: PageState;
  readonly person: PagePerson;
  readonly nowMs: number;
  readonly replies?: readonly SlackMessage[];
  /** Absent inside a thread. */
  readonly onOpenThread?: () => void;
}

/** One Slack message with its blocks. */
export function Message(props: MessageProps): ReactNode {
  const { message, page, person, nowMs, replies = [], onOpenThread } = props;
  const toast = useToast();
  const flash = useFlash(JSON.stringify([message.text, message.blocks, message.attachments]));
  const name = message.isBot ? 'Deckhand' : nameOf(page, message.user);
  const [held, setHeld] = useState<FormScope['values']>({});
  const form: FormScope = {
    values: held,
    errors: {},
    set: (blockId, values) => setHeld((before) => ({ ...before, [blockId]: values })),
  };
  const act = (action: Json): Promise<void> => {
    const values = viewValues({ blocks: message.blocks ?? [] }, held, page, person);
    const where = { person: person.name, channel: message.channel, messageTs: message.ts };
    return api.slackAction({ ...where, action, ...(Object.keys(values).length > 0 ? { values } : {}) }).then(
      () => undefined,
      (error) => toast.error(sentence(error)),
    );
  };
  return (
    <SlackContext value={{ page, person, nowMs, act }}>
      <article
        className={`message ${message.ephemeralFor ? 'ephemeral' : ''} ${flash}`}
        data-testid="slack-message"
        data-ts={message.ts}
      >
        <Avatar name={name} isBot={message.isBot} />
        <div className="message-main">
          {message.ephemeralFor ? (
            <p className="only-you">
              <EyeIcon /> Only visible to you
            </p>
          ) : null}
          <MessageHead name={name} message={message} />
          <FormContext value={form}>
            <Content message={message} />
          </FormContext>
          {onOpenThread && !message.ephemeralFor ? (
            <ThreadLink page={page} replies={replies} onOpen={onOpenThread} />
          ) : null}
        </div>
      </article>
    </SlackContext>
  );
}

function MessageHead({
  name,
  message,
}: {
  readonly name: string;
  readonly message: SlackMessage;
}): ReactNode {
  const atMs = Number(message.ts) * 1000;
  return (
    <header className="message-head">
      <strong>{name}</strong>
      {message.isBot ? <span className="app-badge">APP</span> : null}
      <time title={fullTime(atMs)}>{clockTime(atMs)}</time>
    </header>
  );
}

function Content({ message }: { readonly message: SlackMessage }): ReactNode {
  const blocks = objects(message.blocks);
  const attachments = objects(message.attachments);
  const edited = message.editedTs ? <p className="edited">(edited)</p> : null;
  return (
    <>
      {blocks.length > 0 ? (
        <Blocks blocks={blocks} />
      ) : message.text !== '' || attachments.length === 0 ? (
        <MrkdwnText source={message.text} />
      ) : null}
      {attachments.map((attachment, index) => (
        <Attachment key={index} attachment={attachment} />
      ))}
      {edited}
    </>
  );
}

/** The old way to send blocks: with a coloured bar beside them. */
function Attachment({ attachment }: { readonly attachment: Json }): ReactNode {
  const given = string(attachment.color);
  const colors: Readonly<Record<string, string>> = { good: '#2f7a4f', warning: '#b7791f', danger: '#b3261e' };
  const color =
    colors[given] ?? (/^#?[0-9a-f]{6}$/i.test(given) ? `#${given.replace('#', '')}` : 'var(--line-strong)');
  const blocks = objects(attachment.blocks);
  return (
    <div className="attachment" style={{ borderColor: color }}>
      {blocks.length > 0 ? (
        <Blocks blocks={blocks} />
      ) : (
        <MrkdwnText source={optional(attachment.text) ?? string(attachment.fallback)} />
      )}
    </div>
  );
}

interface ThreadLinkProps {
  readonly page: PageState;
  readonly replies: readonly SlackMessage[];
  readonly onOpen: () => void;
}

function ThreadLink({ page, replies, onOpen }: ThreadLinkProps): ReactNode {
  const last = replies.at(-1);
  if (!last) {
    return (
      <button type="button" className="reply-link empty" data-testid="open-thread" onClick={onOpen}>
        Reply in thread
      </button>
    );
  }
  const authors = [...new Map(replies.map((reply) => [reply.user, reply])).values()].slice(-3);
  return (
    <button type="button" className="reply-link" data-testid="open-thread" onClick={onOpen}>
      {authors.map((reply) => (
        <Avatar key={reply.user} name={nameOf(page, reply.user)} isBot={reply.isBot} size={20} />
      ))}
      <strong>{replyCount(replies.length)}</strong>
      <span className="muted">Last reply {clockTime(Number(last.ts) * 1000)}</span>
    </button>
  );
}

function EyeIcon(): ReactNode {
  return (
    <svg width="14" height="14" viewBox="0 0 16 16" aria-hidden="true">
      <path
        d="M1 8s2.6-4.5 7-4.5S15 8 15 8s-2.6 4.5-7 4.5S1 8 1 8z"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.4"
      />
      <circle cx="8" cy="8" r="2" fill="currentColor" />
    </svg>
  );
}
