import { BotWatch } from './bot-watch.ts';
import type { Chats } from './chats.ts';
import type { Timeline } from './timeline.ts';

/** The bot as this process sees it. */
export interface FollowedBot {
  /** Resolves when the bot was ready for the first time and what waits for that is done. */
  readonly first: Promise<void>;
  ready(): boolean;
  close(): void;
}

/** What happens around the bot. */
export interface Follow {
  /** Undefined when there is none to wait for. */
  readonly botUrl: string | undefined;
  readonly chats: Chats | undefined;
  readonly timeline: Timeline | undefined;
  /** Called once, when everything is ready. */
  readonly whenReady: () => void;
  readonly report: (error: unknown) => void;
}

/**
 * Waits for the bot, tells it that it was added to the team, and begins the timeline; the page hears of every change.
 * Without a bot the timeline begins at once.
 */
export function followBot({ botUrl, chats, timeline, whenReady, report }: Follow): FollowedBot {
  if (botUrl === undefined) {
    timeline?.start();
    return { first: Promise.resolve(), ready: () => false, close: () => {} };
  }
  let settle: () => void = () => {};
  const first = new Promise<void>((resolve) => {
    settle = resolve;
  });
  let wasReady = false;
  const greet = async () => {
    try {
      await chats?.teams.announceBot();
      timeline?.start();
      whenReady();
    } catch (error) {
      report(error);
    }
    settle();
  };
  const watch = new BotWatch(botUrl, (ready) => {
    chats?.tellPage(ready);
    if (!ready || wasReady) return;
    wasReady = true;
    void greet();
  });
  watch.start();
  return { first, ready: () => watch.ready, close: () => watch.close() };
}
