import type { WebClient } from '@slack/web-api';
import { slackErrorWord } from './errors.ts';

const KEEP_MS = 5 * 60_000;

/** Whether the bot may post into a conversation; `unknown` where Slack gives no clear answer. */
export type Membership = 'member' | 'stranger' | 'unknown';

/** Asks `conversations.info` (docs.slack.dev/reference/methods/conversations.info), keeping answers for five minutes. */
export function makeMembership(
  client: WebClient,
  systemNow: () => number,
): (channel: string) => Promise<Membership> {
  const cache = new Map<string, { readonly until: number; readonly member: Promise<Membership> }>();

  const ask = async (channel: string): Promise<Membership> => {
    try {
      const info = (await client.conversations.info({ channel })).channel;
      if (info === undefined) return 'unknown';
      return info.is_im === true || info.is_member !== false ? 'member' : 'stranger';
    } catch (error) {
      return slackErrorWord(error) === 'channel_not_found' ? 'stranger' : 'unknown';
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
