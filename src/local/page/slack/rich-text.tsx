import { Fragment, type ReactNode } from 'react';
import { type Json, object, objects, optional, string } from '../json.ts';
import { emoji } from './emoji.ts';
import { type Inline, safeHref } from './inline.ts';
import { InlineText } from './inline-view.tsx';

/** A `rich_text` block (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block). */
export function RichText({ block }: { readonly block: Json }): ReactNode {
  return objects(block.elements).map((element, index) => <Fragment key={index}>{section(element)}</Fragment>);
}

function section(element: Json): ReactNode {
  const parts = objects(element.elements);
  switch (element.type) {
    case 'rich_text_preformatted':
      return <pre tabIndex={0}>{parts.map(plain).join('')}</pre>;
    case 'rich_text_quote':
      return (
        <blockquote>
          <InlineText parts={parts.map(leaf)} />
        </blockquote>
      );
    case 'rich_text_list':
      return list(element, parts);
    default:
      return (
        <div>
          <InlineText parts={parts.map(leaf)} />
        </div>
      );
  }
}

function list(element: Json, items: readonly Json[]): ReactNode {
  const indent = Math.min(Number(element.indent) || 0, 8);
  const children = items.map((item, index) => (
    <li key={index}>
      <InlineText parts={objects(item.elements).map(leaf)} />
    </li>
  ));
  const style = { marginLeft: `${indent * 1.5}em` };
  if (element.style !== 'ordered') return <ul style={style}>{children}</ul>;
  return (
    <ol style={style} start={(Number(element.offset) || 0) + 1}>
      {children}
    </ol>
  );
}

function leaf(element: Json): Inline {
  const style = object(element.style);
  let part = bare(element, style.code === true);
  if (style.strike === true) part = { kind: 'strike', children: [part] };
  if (style.italic === true) part = { kind: 'italic', children: [part] };
  if (style.bold === true) part = { kind: 'bold', children: [part] };
  return part;
}

function bare(element: Json, code: boolean): Inline {
  switch (element.type) {
    case 'link': {
      const href = safeHref(string(element.url));
      const text: Inline = { kind: code ? 'code' : 'text', text: plain(element) };
      return href ? { kind: 'link', href, children: [text] } : text;
    }
    case 'user':
      return { kind: 'user', id: string(element.user_id), label: undefined };
    case 'channel':
      return { kind: 'channel', id: string(element.channel_id), label: undefined };
    case 'usergroup':
      return { kind: 'group', id: string(element.usergroup_id), label: undefined };
    case 'broadcast':
      return { kind: 'broadcast', range: string(element.range) };
    case 'date':
      return {
        kind: 'date',
        date: {
          atMs: Number(element.timestamp) * 1000,
          format: string(element.format),
          href: safeHref(string(element.url)),
          fallback: string(element.fallback),
        },
      };
    default:
      return { kind: code ? 'code' : 'text', text: plain(element) };
  }
}

/** The characters of a leaf: a link without text shows its address, an unknown emoji its name. */
function plain(element: Json): string {
  if (element.type === 'emoji') return emojiText(element);
  return optional(element.text) ?? optional(element.url) ?? string(element.value);
}

function emojiText(element: Json): string {
  const codes = string(element.unicode);
  if (/^[0-9a-f]{2,6}(-[0-9a-f]{2,6})*$/i.test(codes)) {
    const points = codes.split('-').map((code) => Number.parseInt(code, 16));
    if (points.every((point) => point <= 0x10ffff)) return String.fromCodePoint(...points);
  }
  const name = string(element.name);
  return emoji(name) ?? `:${name}:`;
}
