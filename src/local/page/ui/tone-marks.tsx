import type { ReactNode } from 'react';

/**
 * The marks that bots put before a line. The page draws these itself: many systems, servers above all, have no font
 * for them and would show empty boxes. The character stays in the text, for copying and for screen readers.
 */
const TONES: Readonly<Record<string, string>> = {
  '🔴': 'red',
  '🟠': 'orange',
  '🟡': 'yellow',
  '🟢': 'green',
  '🔵': 'blue',
  '⚪': 'white',
  '⚫': 'black',
  '⚠': 'warning',
  '✅': 'check',
  '❌': 'cross',
  '❔': 'question',
  '❓': 'question',
  ℹ: 'info',
};

const MARK = new RegExp(`((?:${Object.keys(TONES).join('|')})\\uFE0F?)`, 'u');

/** Literal text with its marks drawn. */
export function Marked({ text }: { readonly text: string }): ReactNode {
  if (!MARK.test(text)) return text;
  return text.split(MARK).map((part, index) =>
    index % 2 === 1 ? (
      <span key={index} className={className(part)}>
        {part}
      </span>
    ) : (
      part
    ),
  );
}

/** The same for text that is in the document already. */
export function drawMarks(root: HTMLElement): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found: Text[] = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node instanceof Text && MARK.test(node.data)) found.push(node);
  }
  for (const text of found) {
    const parts = text.data.split(MARK).map((part, index) => (index % 2 === 1 ? span(part) : part));
    text.replaceWith(...parts);
  }
}

function span(mark: string): HTMLElement {
  const element = document.createElement('span');
  element.className = className(mark);
  element.textContent = mark;
  return element;
}

function className(mark: string): string {
  return `tone tone-${TONES[mark.replace('\uFE0F', '')] ?? 'white'}`;
}
