import type { WebClient } from '@slack/web-api';
import { slackErrorWord } from './errors.ts';

const KEEP_MS = 5 * 60_000;

/**
 * Whether the bot may post into a conversation, by `conversations.info`. Where Slack gives no clear answer the
 * post is tried: its refusal tells more than a guess.
 */
export function makeMembership(
  client: WebClient,
  systemNow: () => number,
): (channel: string) => Promise<boolean> {
  const cache = new Map<string, { readonly until: number; readonly member: Promise<boolean> }>();

  const ask = async (channel: string): Promise<boolean> => {
    try {
      const info = (await client.conversations.info({ channel })).channel;
      return info?.is_im === true || info?.is_member !== false;
    } catch (error) {
      return slackErrorWord(error) !== 'channel_not_found';
    }
  };

  return (channel) => {
    const cached = cache.get(channel);
    if (cached !== undefined && cached.until > systemNow()) return cached.member;
    if (cache.size > 5000) cache.clear();
    const member = ask(channel);
    cache.set(channel, { until: systemNow() + KEEP_MS, member });
    return member;
  };
}
