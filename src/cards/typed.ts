/**
 * How a command is typed: `/ecs health`, `@Deckhand health`, and `health` alone where nobody else is spoken to. In a
 * shell `#` begins a comment, so a number goes without it.
 * @param prefix how the reader addresses Deckhand; may be empty.
 */
export function typed(prefix: string, command: string): string {
  const words = prefix.startsWith('npm ') ? command.replace(/(^|\s)#(\d)/g, '$1$2') : command;
  return `${prefix} ${words}`.trim();
}
