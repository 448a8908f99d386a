/** Seconds since the epoch of the first message: 20 November 2026, 09:00:40 UTC. */
export const START = 1_795_165_240;

/** What every message of the bot in the alerts channel of Slack shares. */
export const slackBase = { channel: 'C0ALERTS', user: 'U0DECKHAND', isBot: true, text: 'fallback' };

/** The same in Teams. */
export const teamsBase = {
  conversation: '19:alerts@thread.tacv2',
  from: '28:deckhand',
  isBot: true,
  cards: [],
};
