import type { WebClient } from '@slack/web-api';

/** Who we are in Slack, learnt from `auth.test` (docs.slack.dev/reference/methods/auth.test). */
export interface Workspace {
  readonly teamId: string;
  readonly botUserId: string;
  readonly botId: string | undefined;
}

/** Asks once and keeps the answer; a failure is not kept, so that an outage at start heals by itself. */
export function makeWorkspace(client: WebClient): () => Promise<Workspace> {
  let known: Promise<Workspace> | undefined;
  return () => {
    known ??= ask(client).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}

async function ask(client: WebClient): Promise<Workspace> {
  const answer = await client.auth.test();
  return { teamId: answer.team_id ?? '', botUserId: answer.user_id ?? '', botId: answer.bot_id };
}
