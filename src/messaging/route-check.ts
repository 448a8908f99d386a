import type { Destination } from './messenger.ts';
import { channelName } from './routes.ts';

/** Whether messages would get through to a channel; `unknown` where that cannot be told without posting. */
export interface ChannelState {
  readonly state: 'ok' | 'no' | 'unknown';
  /** A sentence for people: what is wrong and what to do. */
  readonly text: string;
}

/** Looks whether the bot may post somewhere, without posting. Never rejects. */
export type ChannelCheck = (dest: Destination) => Promise<ChannelState>;

export interface ChannelCheckOptions {
  /** Whether the bot is in a Slack channel; undefined: Slack is not configured here. */
  readonly slack: ((channel: string) => Promise<'member' | 'stranger' | 'unknown'>) | undefined;
  /** Where a Teams conversation is reached, if that is known; undefined: Teams is not configured here. */
  readonly teams: ((conversation: string) => Promise<string | undefined>) | undefined;
}

/** The check over the platforms that are configured. */
export function makeChannelCheck({ slack, teams }: ChannelCheckOptions): ChannelCheck {
  return async (dest) => {
    const name = channelName(dest);
    if (dest.platform === 'slack') {
      if (slack === undefined) return notHere(name, 'Slack');
      return inSlack(name, await slack(dest.channel).catch(() => 'unknown' as const));
    }
    if (teams === undefined) return notHere(name, 'Teams');
    const isKnown = (await teams(dest.channel).catch(() => undefined)) !== undefined;
    return { state: 'unknown', text: isKnown ? teamsCannotTell(name) : teamsNotHeard(name) };
  };
}

function inSlack(name: string, membership: 'member' | 'stranger' | 'unknown'): ChannelState {
  switch (membership) {
    case 'member':
      return { state: 'ok', text: `I am in ${name} and may post there.` };
    case 'stranger':
      return {
        state: 'no',
        text: `I am not in ${name}, or there is no such channel: invite me there (\`/invite @Deckhand\`).`,
      };
    case 'unknown':
      return { state: 'unknown', text: `Slack does not say whether I may post in ${name}.` };
  }
}

function notHere(name: string, platform: string): ChannelState {
  return { state: 'no', text: `${name}: ${platform} is not configured here.` };
}

function teamsCannotTell(name: string): string {
  return `Teams does not tell beforehand whether I may post in ${name}: what it refuses stands in \`outbox\`.`;
}

function teamsNotHeard(name: string): string {
  return `I have heard nothing from Teams yet, so messages to ${name} wait until somebody speaks to me there.`;
}
