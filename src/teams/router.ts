import type { Activity } from 'botbuilder';
import { AuthenticationError } from 'botframework-connector';
import { type IRouter, json, Router } from 'express';
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

/** `POST /api/messages`: what Azure Bot Service sends. 401 for a token that does not hold, 400 for no activity. */
export function makeTeamsRouter(adapter: TeamsAdapter, bot: TeamsBot, log: Log): IRouter {
  const router = Router();
  router.post('/api/messages', json({ limit: '1mb', type: () => true }), async (req, res) => {
    const parsed = activitySchema.safeParse(req.body);
    if (!parsed.success) {
      res.status(400).send('Expected a Bot Framework activity.');
      return;
    }
    try {
      // Whatever else the activity holds is the library's to check.
      const answer = await adapter.receive(
        req.headers.authorization ?? '',
        parsed.data as Partial<Activity>,
        async (context) => {
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
      const forged = error instanceof AuthenticationError;
      log[forged ? 'warn' : 'error'](
        { err: forged ? undefined : error },
        forged ? 'a Teams request was refused: its token does not hold' : 'a Teams activity failed',
      );
      res.status(forged ? 401 : 500).end();
    }
  });
  return router;
}
