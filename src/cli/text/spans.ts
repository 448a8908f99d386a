import { type Inline, plainTime, type Span } from '../../cards/card.ts';
import { spansOf } from '../../cards/inline.ts';
import { cleanLine, safeUrl } from '../../cards/literal.ts';
import { TEXT_LIMITS } from './limits.ts';

/** One line of plain text. A link shows its address unless its words are the address. */
export function lineText(inline: Inline): string {
  return spansOf(inline).map(spanText).join('');
}

function spanText(span: Span): string {
  if (typeof span === 'string') return cleanLine(span);
  switch (span.kind) {
    case 'bold':
    case 'italic':
    case 'code':
      return cleanLine(span.text);
    case 'link': {
      const label = cleanLine(span.text) || cleanLine(span.url);
      const url = safeUrl(span.url, TEXT_LIMITS.urlChars);
      return url === undefined || label === span.url ? label : `${label} (${url})`;
    }
    case 'person':
      return cleanLine(span.person.name);
    case 'mention':
      return cleanLine(span.name);
    case 'time':
      return plainTime(span.atMs, span.style);
    default:
      return span satisfies never;
  }
}
