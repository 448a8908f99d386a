import { useState } from 'react';

/** A message as far as counting goes. */
export interface Countable {
  readonly channel: string;
  readonly key: string;
  readonly mine: boolean;
}

/** How many messages came to each channel since it was last open. What was there at first counts as read. */
export function useUnread(
  messages: readonly Countable[],
  open: string | undefined,
): Readonly<Record<string, number>> {
  const [seen, setSeen] = useState<ReadonlySet<string>>(() => new Set(messages.map((m) => m.key)));
  const fresh = messages.filter((message) => !seen.has(message.key));
  const read = fresh.filter((message) => message.channel === open || message.mine);
  if (read.length > 0) setSeen(new Set([...seen, ...read.map((message) => message.key)]));
  const counts: Record<string, number> = {};
  for (const message of fresh) {
    if (read.includes(message)) continue;
    counts[message.channel] = (counts[message.channel] ?? 0) + 1;
  }
  return counts;
}
