import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, sendJson, sendText } from '../http-exchange.ts';
import { isObject, type JsonObject, parseJson } from '../json.ts';
import { Arguments } from './arguments.ts';
import { type Content, readContent } from './content.ts';
import { editOf, stored } from './methods-chat.ts';
import { Refusal } from './refusal.ts';
import { shownMessage } from './shown.ts';
import type { ResponseTarget, Tickets } from './tickets.ts';
import type { Workspace } from './workspace.ts';

/** Serves one use of a `response_url`: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
export async function handleResponseUrl(
  req: IncomingMessage,
  res: ServerResponse,
  secret: string,
  ws: Workspace,
  tickets: Tickets,
): Promise<void> {
  const body = parseJson(await readBody(req));
  if (!isObject(body)) return sendText(res, 400, 'invalid_payload');
  try {
    respond(ws, tickets.useResponse(secret), body);
    sendText(res, 200, 'ok');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const isUrl = error.error === 'expired_url' || error.error === 'used_url';
    sendJson(res, isUrl ? 404 : 400, { ok: false, error: error.error, ...error.extra });
  }
}

/**
 * Does what an answer to an interaction says: a new message for the person or for the channel, or the place of the
 * one that was clicked.
 * @throws Refusal for content that Slack refuses
 */
export function respond(ws: Workspace, target: ResponseTarget, body: JsonObject): void {
  const args = new Arguments(body);
  const clicked = target.messageTs === undefined ? undefined : ws.message(target.channel, target.messageTs);
  if (args.flag('delete_original', false)) {
    if (clicked !== undefined) ws.remove(clicked);
    return;
  }
  const content = readContent(args);
  if (args.flag('replace_original', false) && clicked !== undefined) {
    ws.edit(clicked, editOf(ws, content), shownMessage(ws, clicked));
    return;
  }
  post(ws, target, content, args);
}

function post(ws: Workspace, target: ResponseTarget, content: Content, args: Arguments): void {
  const isPublic = args.text('response_type') === 'in_channel';
  const thread = args.text('thread_ts') ?? target.threadTs;
  ws.post({
    channel: target.channel,
    user: ws.cast.botUserId,
    isBot: true,
    ...stored(ws, content),
    threadTs: thread,
    ephemeralFor: isPublic ? undefined : target.user,
  });
}
