import { randomUUID } from 'node:crypto';
import type { App, BlockAction, RespondFn } from '@slack/bolt';
import { decodePayload } from '../../cards/payload.ts';
import { refusalCard } from '../../cards/refusal-card.ts';
import type { ChatClick } from '../../chat/request.ts';
import { sentenceFor } from '../../domain/errors.ts';
import { ANY_TENANT } from '../../messaging/messenger.ts';
import { ACTION_ID_PREFIX, typedInto } from '../blocks/index.ts';
import { makeReply } from '../reply.ts';
import type { ListenerContext } from './context.ts';

/**
 * Clicks on our buttons. Everything is acknowledged: link buttons, which arrive without a value, and elements of
 * another version, for which Slack would else show an error.
 */
export function onAction(app: App, context: ListenerContext): void {
  app.action({ type: 'block_actions' }, async ({ body, action, ack, respond }) => {
    await ack();
    if (!action.action_id.startsWith(ACTION_ID_PREFIX)) return;
    if (action.type !== 'button' || action.value === undefined || action.value === '') return;
    await handle(context, body, action.value, respond);
  });
}

async function handle(
  context: ListenerContext,
  body: BlockAction,
  value: string,
  respond: RespondFn,
): Promise<void> {
  const container = containerOf(body);
  const channel = body.channel?.id ?? textIn(container, 'channel_id') ?? '';
  const message = textIn(container, 'message_ts') ?? body.message?.ts ?? '';
  const team = body.team?.id ?? body.user.team_id ?? '';
  const thread = typeof body.message?.['thread_ts'] === 'string' ? body.message['thread_ts'] : undefined;
  // What a click brings goes below the message that was clicked; below one that only its reader sees, nobody would.
  const below = container['is_ephemeral'] === true ? textIn(container, 'thread_ts') : (thread ?? message);
  const dest = { platform: 'slack', tenant: ANY_TENANT, channel } as const;
  const id = randomUUID();
  const reply = makeReply({
    answers: context.answers,
    client: context.client,
    log: context.log,
    requestId: id,
    dest,
    user: body.user.id,
    prefix: context.commandName.now(),
    ...(below === undefined ? {} : { thread: below }),
    respond,
    direct: false,
  });
  const { person } = await context.people.person(
    body.user.id,
    body.user.team_id ?? team,
    body.user.name ?? body.user.username,
  );
  const payload = read(value);
  if ('problem' in payload) {
    await reply.toAsker(refusalCard(payload.problem));
    return;
  }
  const typed = typedInto(body.state?.values);
  const click: ChatClick = {
    id,
    person,
    dest,
    message,
    payload: payload.value,
    ...(thread === undefined ? {} : { thread }),
    ...(below === undefined ? {} : { below }),
    ...(Object.keys(typed).length === 0 ? {} : { typed }),
  };
  await context.chat.click(click, reply);
}

/** Where the button stands. Slack always tells; others who speak its protocol need not. */
function containerOf(body: BlockAction): Readonly<Record<string, unknown>> {
  return 'container' in body ? body.container : {};
}

function textIn(container: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = container[name];
  return typeof value === 'string' ? value : undefined;
}

function read(value: string): { readonly value: ChatClick['payload'] } | { readonly problem: string } {
  try {
    return { value: decodePayload(value) };
  } catch (error) {
    return { problem: sentenceFor(error).message };
  }
}
