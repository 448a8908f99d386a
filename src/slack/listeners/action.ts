import { randomUUID } from 'node:crypto';
import type { App, BlockAction, RespondFn } from '@slack/bolt';
import { decodePayload } from '../../cards/payload.ts';
import { refusalCard } from '../../cards/refusal-card.ts';
import type { ChatClick } from '../../chat/request.ts';
import { sentenceFor } from '../../domain/errors.ts';
import { ANY_TENANT } from '../../messaging/messenger.ts';
import { ACTION_ID_PREFIX } from '../blocks/index.ts';
import { makeReply } from '../reply.ts';
import type { ListenerContext } from './context.ts';

/** Clicks on our buttons. Link buttons arrive as well and carry no value: acknowledging them is all. */
export function onAction(app: App, context: ListenerContext): void {
  app.action(
    { type: 'block_actions', action_id: new RegExp(`^${ACTION_ID_PREFIX}`) },
    async ({ body, action, ack, respond }) => {
      await ack();
      if (action.type !== 'button' || action.value === undefined || action.value === '') return;
      await handle(context, body, action.value, respond);
    },
  );
}

async function handle(
  context: ListenerContext,
  body: BlockAction,
  value: string,
  respond: RespondFn,
): Promise<void> {
  const channel = body.channel?.id ?? String(body.container['channel_id'] ?? '');
  const message = String(body.container['message_ts'] ?? body.message?.ts ?? '');
  const team = body.team?.id ?? body.user.team_id ?? '';
  const thread = typeof body.message?.['thread_ts'] === 'string' ? body.message['thread_ts'] : undefined;
  // What a click brings goes below the message that was clicked; below one that only its reader sees, nobody would.
  const below = body.container['is_ephemeral'] === true ? threadOfContainer(body) : (thread ?? message);
  const dest = { platform: 'slack', tenant: ANY_TENANT, channel } as const;
  const id = randomUUID();
  const reply = makeReply({
    want: context.want,
    client: context.client,
    log: context.log,
    requestId: id,
    dest,
    user: body.user.id,
    prefix: '/ecs',
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
  const click: ChatClick = {
    id,
    person,
    dest,
    message,
    payload: payload.value,
    ...(thread === undefined ? {} : { thread }),
  };
  await context.chat.click(click, reply);
}

function threadOfContainer({ container }: BlockAction): string | undefined {
  const ts: unknown = container['thread_ts'];
  return typeof ts === 'string' ? ts : undefined;
}

function read(value: string): { readonly value: ChatClick['payload'] } | { readonly problem: string } {
  try {
    return { value: decodePayload(value) };
  } catch (error) {
    return { problem: sentenceFor(error).message };
  }
}
