import { Fragment, type ReactNode } from 'react';
import { isObject, type Json, string, textOf } from '../json.ts';
import { nameOf } from '../state/people.ts';
import { fullTime } from '../state/time.ts';
import { Marked } from '../ui/tone-marks.tsx';
import { useSlack } from './context.ts';
import { formatSlackDate } from './dates.ts';
import type { Inline, SlackDate } from './inline.ts';
import { parseMrkdwn, parsePlain } from './mrkdwn.ts';

/** A Slack text object (`mrkdwn` or `plain_text`), or a bare string as plain text. */
export function SlackText({ text }: { readonly text: unknown }): ReactNode {
  const source = textOf(text);
  const mrkdwn = isObject(text) && text.type === 'mrkdwn';
  const emojiOff = isObject(text) && text.emoji === false;
  return <InlineText parts={mrkdwn ? parseMrkdwn(source) : parsePlain(source, !emojiOff)} />;
}

/** A whole mrkdwn paragraph, as the `text` of a message without blocks. */
export function MrkdwnText({ source }: { readonly source: string }): ReactNode {
  return (
    <div className="mrkdwn">
      <InlineText parts={parseMrkdwn(source)} />
    </div>
  );
}

/** Parsed text. Strings only ever become React text, so nothing in them can be markup. */
export function InlineText({ parts }: { readonly parts: readonly Inline[] }): ReactNode {
  return parts.map((part, index) => <Fragment key={index}>{draw(part)}</Fragment>);
}

function draw(part: Inline): ReactNode {
  switch (part.kind) {
    case 'text':
      return <Marked text={part.text} />;
    case 'code':
      return <code>{part.text}</code>;
    case 'pre':
      return <pre tabIndex={0}>{part.text}</pre>;
    case 'bold':
      return (
        <strong>
          <InlineText parts={part.children} />
        </strong>
      );
    case 'italic':
      return (
        <em>
          <InlineText parts={part.children} />
        </em>
      );
    case 'strike':
      return (
        <s>
          <InlineText parts={part.children} />
        </s>
      );
    case 'quote':
      return (
        <blockquote>
          <InlineText parts={part.children} />
        </blockquote>
      );
    case 'link':
      return (
        <a href={part.href} target="_blank" rel="noopener noreferrer">
          <InlineText parts={part.children} />
        </a>
      );
    case 'broadcast':
      return <span className="mention loud">@{part.range}</span>;
    case 'date':
      return <DateText date={part.date} />;
    case 'user':
    case 'channel':
    case 'group':
      return <Mention kind={part.kind} id={part.id} label={part.label} />;
  }
}

/** A date in the viewer's zone; the whole of it in the tooltip. */
export function DateText({ date }: { readonly date: SlackDate }): ReactNode {
  const { nowMs } = useSlack();
  const text = formatSlackDate(date, nowMs);
  if (!Number.isFinite(date.atMs)) return text;
  const time = (
    <time dateTime={new Date(date.atMs).toISOString()} title={fullTime(date.atMs)}>
      {text}
    </time>
  );
  return date.href ? (
    <a href={date.href} target="_blank" rel="noopener noreferrer">
      {time}
    </a>
  ) : (
    time
  );
}

interface MentionProps {
  readonly kind: 'user' | 'channel' | 'group';
  readonly id: string;
  readonly label: string | undefined;
}

/** A person, channel or group by name; one's own name stands out. */
export function Mention({ kind, id, label }: MentionProps): ReactNode {
  const { page, person } = useSlack();
  if (kind === 'channel') {
    const name = page.slack.channels.find((channel) => channel.id === id)?.name;
    return <span className="mention">#{name ?? label ?? id}</span>;
  }
  if (kind === 'group') return <span className="mention">@{(label ?? id).replace(/^@/, '')}</span>;
  const name = nameOf(page, id);
  const mine = id === person.slackId;
  return <span className={mine ? 'mention loud' : 'mention'}>@{name === id ? (label ?? id) : name}</span>;
}

/** The label of an element: its text object, else a stand-in that says what it is. */
export function elementLabel(element: Json, otherwise: string): string {
  return textOf(element.text) || string(element.accessibility_label) || otherwise;
}
