import type { Activity } from 'botbuilder';
import { AuthenticationError } from 'botframework-connector';
import { type IRouter, json, type Response, Router } from 'express';
import { z } from 'zod';
import type { Log } from '../telemetry/log.ts';
import type { TeamsAdapter } from './adapter.ts';
import type { TeamsBot } from './bot.ts';

/** The least that makes an activity; the library checks the token against `serviceUrl` and `channelId`. */
const activitySchema = z.looseObject({
  type: z.string().min(1),
  serviceUrl: z.string().optional(),
  channelId: z.string().optional(),
});

export interface TeamsRouterOptions {
  readonly adapter: TeamsAdapter;
  readonly bot: TeamsBot;
  /** Tokens are not checked, and any channel is taken for Teams. */
  readonly anonymous: boolean;
  readonly log: Log;
}

/**
 * `POST /api/messages`: what Azure Bot Service sends. 400 for no activity, 401 for a token that does not hold, 403
 * for a channel other than Teams (a new Azure Bot has a web chat that anybody may use), 503 while Microsoft's keys
 * cannot be read.
 */
export function makeTeamsRouter({ adapter, bot, anonymous, log }: TeamsRouterOptions): IRouter {
  const router = Router();
  router.post('/api/messages', json({ limit: '1mb', type: () => true }), async (req, res) => {
    const parsed = activitySchema.safeParse(req.body);
    if (!parsed.success) {
      res.status(400).send('Expected a Bot Framework activity.');
      return;
    }
    let trusted = false;
    try {
      // Whatever else the activity holds is the library's to check.
      const answer = await adapter.receive(
        req.headers.authorization ?? '',
        parsed.data as Partial<Activity>,
        async (context) => {
          trusted = true;
          if (!anonymous && !isFromTeams(context.activity)) throw new NotTeams();
          const result = await bot(context.activity);
          if (context.activity.type === 'invoke' && result !== undefined) {
            await context.sendActivity({
              type: 'invokeResponse',
              value: result,
            });
          }
        },
      );
      res.status(answer?.status ?? 200);
      if (answer?.body === undefined) res.end();
      else res.json(answer.body);
    } catch (error) {
      refuse(res, error, trusted, log);
    }
  });
  return router;
}

/** The token was good, but for another channel of the same Azure Bot. */
class NotTeams extends Error {}

/** Without a service URL the library would not compare it with the token's. */
function isFromTeams(activity: Activity): boolean {
  return activity.channelId === 'msteams' && Boolean(activity.serviceUrl);
}

/** Says no more than the status. Whatever goes wrong while the token is checked is a refusal. */
function refuse(res: Response, error: unknown, trusted: boolean, log: Log): void {
  if (error instanceof NotTeams) {
    log.warn('a request of another channel than Teams was refused');
    res.status(403).end();
  } else if (trusted) {
    log.error({ err: error }, 'a Teams activity failed');
    res.status(500).end();
  } else if (isWithoutKeys(error)) {
    log.warn({ err: error }, 'the keys of the Bot Framework cannot be read, so no token can be checked');
    res.status(503).end();
  } else {
    log.warn('a Teams request was refused: its token does not hold');
    res.status(401).end();
  }
}

/** How the library fails when it cannot fetch the signing keys. */
function isWithoutKeys(error: unknown): boolean {
  if (error instanceof AuthenticationError) return error.statusCode >= 500;
  return error instanceof Error && error.name === 'FetchError';
}
