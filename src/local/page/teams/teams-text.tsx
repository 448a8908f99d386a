import type { ReactNode } from 'react';
import { messageHtml, splitMentions } from './card-text.ts';

/** The text of a Teams message: a bot's is Markdown, a person's is literal; mentions stand out in both. */
export function TeamsText({ text, isBot }: { readonly text: string; readonly isBot: boolean }): ReactNode {
  if (isBot) {
    // The HTML is markdown-it's with raw HTML off: every tag in it is one that it made itself.
    return <div className="teams-text markdown" dangerouslySetInnerHTML={{ __html: messageHtml(text) }} />;
  }
  return (
    <div className="teams-text">
      {splitMentions(text).map((part, index) =>
        index % 2 === 1 ? (
          <span key={index} className="mention">
            {part}
          </span>
        ) : (
          part
        ),
      )}
    </div>
  );
}
