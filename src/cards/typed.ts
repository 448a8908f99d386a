/**
 * How a command is typed: `/ecs health`, `@Deckhand health`, and `health` alone where nobody else is spoken to.
 * @param prefix how the reader addresses Deckhand; may be empty.
 */
export function typed(prefix: string, command: string): string {
  return `${prefix} ${command}`.trim();
}
