import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Log } from '../telemetry/log.ts';

/** Who we are in Slack, as far as it is known. */
export interface Self {
  readonly botUserId?: string;
  readonly botId?: string;
}

/** Every event names the installation it is for (docs.slack.dev/apis/events-api, "authorizations"). */
const eventBody = z.object({
  event: z.looseObject({}),
  authorizations: z
    .array(z.object({ user_id: z.string(), is_bot: z.boolean() }).catch({ user_id: '', is_bot: false }))
    .catch([])
    .default([]),
});

/**
 * Tells who we are: from the event itself, else by `auth.test`, once. Commands and clicks need not know. Where Slack
 * does not answer it stays unknown and is asked again: nobody goes unanswered for that.
 */
export function makeSelf(client: WebClient, log: Log): (body: unknown) => Promise<Self> {
  let known: Promise<Self> | undefined;
  const ask = async (): Promise<Self> => {
    try {
      const { user_id, bot_id } = await client.auth.test();
      return {
        ...(user_id === undefined ? {} : { botUserId: user_id }),
        ...(bot_id === undefined ? {} : { botId: bot_id }),
      };
    } catch (error) {
      log.warn({ err: error }, 'Slack does not say who I am');
      known = undefined;
      return {};
    }
  };
  return async (body) => {
    const parsed = eventBody.safeParse(body);
    if (!parsed.success) return {};
    const named = parsed.data.authorizations.find((one) => one.is_bot && one.user_id !== '');
    if (named !== undefined) return { botUserId: named.user_id };
    known ??= ask();
    return known;
  };
}
