import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { CastPerson } from './cast.ts';
import { readBody, sendJson } from './http-exchange.ts';
import { parseJson } from './json.ts';
import { type PageSources, pageState } from './page-state.ts';
import type { PageStream } from './page-stream.ts';
import { PersonSees as SlackPersonSees } from './slack/people.ts';
import { PersonSees as TeamsPersonSees } from './teams/people.ts';

/** Serves `/page/*`, the contract of page-api.ts. */
export async function handlePage(
  req: IncomingMessage,
  res: ServerResponse,
  path: string,
  sources: PageSources,
  stream: PageStream,
): Promise<void> {
  if (req.method === 'GET' && path === '/page/state') return sendJson(res, 200, pageState(sources));
  if (req.method === 'GET' && path === '/page/events') return stream.add(res);
  const action = ACTIONS[path.slice('/page/'.length)];
  if (action === undefined) return sendJson(res, 404, { error: `There is no ${path}.` });
  if (req.method !== 'POST') return sendJson(res, 405, { error: `${path} takes POST.` });
  if (!/^application\/json\b/i.test(req.headers['content-type'] ?? '')) {
    return sendJson(res, 415, { error: `${path} takes application/json.` });
  }
  try {
    sendJson(res, 200, await action(parseJson(await readBody(req)), sources));
  } catch (error) {
    const status = statusOf(error);
    if (status === undefined) throw error;
    sendJson(res, status, { error: sentenceOf(error) });
  }
}

type Action = (body: unknown, sources: PageSources) => Promise<object>;

const text = z.string().max(20_000);
const json = z.record(z.string(), z.unknown());
const who = { person: text };

const slackSend = z.object({ ...who, channel: text, threadTs: text.optional(), text });
const slackAction = z.object({
  ...who,
  channel: text,
  messageTs: text,
  viewId: text.optional(),
  action: json,
  values: json.optional(),
});
const slackSubmit = z.object({ ...who, viewId: text, values: json });
const slackClose = z.object({ ...who, viewId: text });
const teamsSend = z.object({ ...who, conversation: text, rootId: text.optional(), text });
const teamsAction = z.object({ ...who, conversation: text, messageId: text, action: json });
const teamsTask = z.object({
  ...who,
  conversation: text,
  messageId: text.optional(),
  kind: z.enum(['fetch', 'submit']),
  data: z.unknown(),
});

const ACTIONS: Readonly<Record<string, Action>> = {
  'slack/send': on(slackSend, async ({ person, channel, text: typed, threadTs }, sources) => {
    await sources.slack.people.send(someone(person, sources).slackId, channel, typed, threadTs);
    return {};
  }),
  'slack/action': on(
    slackAction,
    async ({ person, channel, messageTs, viewId, action, values }, { slack, ...rest }) => {
      const user = someone(person, rest).slackId;
      if (viewId === undefined) await slack.people.act(user, channel, messageTs, action, values);
      else await slack.modals.act(user, viewId, action);
      return {};
    },
  ),
  'slack/submit': on(slackSubmit, async ({ person, viewId, values }, sources) => {
    const errors = await sources.slack.modals.submit(someone(person, sources).slackId, viewId, values);
    return Object.keys(errors).length > 0 ? { errors } : {};
  }),
  'slack/close': on(slackClose, async ({ person, viewId }, sources) => {
    await sources.slack.modals.close(someone(person, sources).slackId, viewId);
    return {};
  }),
  'teams/send': on(teamsSend, async ({ person, conversation, text: typed, rootId }, sources) => {
    await sources.teams.people.send(someone(person, sources).teamsId, conversation, typed, rootId);
    return {};
  }),
  'teams/action': on(teamsAction, ({ person, conversation, messageId, action }, sources) =>
    sources.teams.people.act(someone(person, sources).teamsId, conversation, messageId, action),
  ),
  'teams/task': on(teamsTask, ({ person, conversation, messageId, kind, data }, sources) =>
    sources.teams.people.task(
      someone(person, sources).teamsId,
      conversation,
      `task/${kind}`,
      data,
      messageId,
    ),
  ),
};

/** The page asked for something that cannot be done; the sentence says what. */
class BadPageRequest extends Error {
  override readonly name = 'BadPageRequest';
  readonly status: number;

  constructor(sentence: string, status: number) {
    super(sentence);
    this.status = status;
  }
}

function on<T>(schema: z.ZodType<T>, act: (body: T, sources: PageSources) => Promise<object>): Action {
  return (body, sources) => {
    const parsed = schema.safeParse(body);
    if (parsed.success) return act(parsed.data, sources);
    const issue = parsed.error.issues[0];
    throw new BadPageRequest(
      `${issue?.path.join('.') || 'The body'}: ${issue?.message ?? 'is not right'}.`,
      400,
    );
  };
}

/** A person by name, or by the id on either side. */
function someone(person: string, { cast }: Pick<PageSources, 'cast'>): CastPerson {
  const found = cast.people.find(
    ({ name, slackId, teamsId }) => name === person || slackId === person || teamsId === person,
  );
  if (found === undefined) throw new BadPageRequest(`Nobody here is called ${person}.`, 404);
  return found;
}

function statusOf(error: unknown): number | undefined {
  const isKnown =
    error instanceof SlackPersonSees || error instanceof TeamsPersonSees || error instanceof BadPageRequest;
  return isKnown ? error.status : undefined;
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
