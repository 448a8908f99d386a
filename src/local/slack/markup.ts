import type { Workspace } from './workspace.ts';

/**
 * What somebody typed, as Slack hands it to apps: `&`, `<` and `>` escaped, then names and addresses marked up.
 * https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
export function fromTyped(ws: Workspace, typed: string, form: 'message' | 'command'): string {
  const escaped = typed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const linked = escaped.replace(/\bhttps?:\/\/[^\s|]+/g, (url) => `<${url}>`);
  const withPeople = replaceNames(linked, '@', namesOfUsers(ws), (id, name) =>
    form === 'command' ? `<@${id}|${name}>` : `<@${id}>`,
  );
  const withEveryone = withPeople.replace(/(^|\s)@(here|channel|everyone)\b/g, '$1<!$2>');
  return replaceNames(withEveryone, '#', namesOfChannels(ws), (id, name) => `<#${id}|${name}>`);
}

/** The simplest `rich_text` block that says a text; messages that people type carry one. */
export function richTextOf(text: string, blockId: string): Readonly<Record<string, unknown>> {
  const elements = [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }];
  return { type: 'rich_text', block_id: blockId, elements };
}

interface Name {
  readonly typed: string;
  readonly id: string;
  readonly shown: string;
}

function namesOfUsers(ws: Workspace): readonly Name[] {
  return [...ws.users.values()].flatMap((user) => [
    { typed: user.realName, id: user.id, shown: user.name },
    { typed: user.name, id: user.id, shown: user.name },
  ]);
}

function namesOfChannels(ws: Workspace): readonly Name[] {
  return [...ws.conversations.values()]
    .filter((channel) => channel.kind !== 'im')
    .map((channel) => ({ typed: channel.name, id: channel.id, shown: channel.name }));
}

function replaceNames(
  text: string,
  sign: '@' | '#',
  names: readonly Name[],
  write: (id: string, shown: string) => string,
): string {
  const longestFirst = names.toSorted((a, b) => b.typed.length - a.typed.length);
  return longestFirst.reduce((result, { typed, id, shown }) => {
    const pattern = new RegExp(`(^|[\\s(,])${sign}${escapePattern(typed)}(?![\\p{L}\\p{N}_-])`, 'giu');
    return result.replace(pattern, (_all, before: string) => `${before}${write(id, shown)}`);
  }, text);
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
