import type { Span } from './card.ts';

/** Our sentences write what to type in backticks, and people of Slack as `<slack:U012AB3CD>`. */
export function withCode(sentence: string): readonly Span[] {
  return sentence
    .split(/(`[^`\n]+`|<slack:[UW][A-Z0-9]+>)/)
    .filter((piece) => piece !== '')
    .map((piece): Span => {
      if (/^`.+`$/.test(piece)) return { kind: 'code', text: piece.slice(1, -1) };
      const id = /^<slack:(.+)>$/.exec(piece)?.[1];
      if (id === undefined) return piece;
      return { kind: 'person', person: { platform: 'slack', id, tenant: '-', name: id } };
    });
}
