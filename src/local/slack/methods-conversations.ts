import type { JsonObject } from '../json.ts';
import type { Arguments } from './arguments.ts';
import { joinedChannel, knownChannel, type Method, type MethodContext, pageOf } from './method.ts';
import { Refusal } from './refusal.ts';
import { shownConversation, shownMessage } from './shown.ts';
import type { Conversation, StoredMessage } from './workspace.ts';

/** https://docs.slack.dev/reference/methods?family=conversations */
export const CONVERSATION_METHODS: Readonly<Record<string, Method>> = {
  'conversations.history': { tier: 'tier3', scope: 'channels:history', run: history },
  'conversations.replies': { tier: 'tier3', scope: 'channels:history', run: replies },
  'conversations.info': { tier: 'tier3', scope: 'channels:read', run: info },
  'conversations.list': { tier: 'tier2', scope: 'channels:read', run: listAll },
  'conversations.members': { tier: 'tier4', scope: 'channels:read', run: members },
  'conversations.open': { tier: 'tier3', scope: 'im:write', run: open },
  'conversations.join': { tier: 'tier3', scope: 'channels:join', run: join },
};

function history(args: Arguments, { ws }: MethodContext): JsonObject {
  const channel = readable(args, ws);
  const roots = ws
    .messagesOf(channel.id)
    .filter((message) => message.threadTs === undefined && message.ephemeralFor === undefined)
    .filter(within(args))
    .toReversed();
  const page = pageOf(roots, args, 100, 999);
  const withMetadata = args.flag('include_all_metadata', false);
  return {
    messages: page.items.map((message) => shownMessage(ws, message, withMetadata)),
    has_more: page.more,
    pin_count: 0,
    ...(page.more ? { response_metadata: page.metadata } : {}),
  };
}

function replies(args: Arguments, { ws }: MethodContext): JsonObject {
  const channel = readable(args, ws);
  const asked = ws.message(channel.id, args.need('ts', 'thread_not_found'));
  if (asked === undefined || asked.ephemeralFor !== undefined) throw new Refusal('thread_not_found');
  const root = ws.message(channel.id, asked.threadTs ?? asked.ts) ?? asked;
  const answers = ws.repliesOf(channel.id, root.ts).filter(within(args));
  const page = pageOf([root, ...answers], args, 1000, 1000);
  const withMetadata = args.flag('include_all_metadata', false);
  return {
    messages: page.items.map((message) => shownMessage(ws, message, withMetadata)),
    has_more: page.more,
    ...(page.more ? { response_metadata: page.metadata } : {}),
  };
}

function info(args: Arguments, { ws }: MethodContext): JsonObject {
  return { channel: shownConversation(ws, knownChannel(ws, args.need('channel', 'channel_not_found'))) };
}

function listAll(args: Arguments, { ws }: MethodContext): JsonObject {
  const types = (args.text('types') ?? 'public_channel').split(',').map((type) => type.trim());
  const unknown = types.find((type) => !Object.hasOwn(KIND_OF_TYPE, type));
  if (unknown !== undefined) throw new Refusal('invalid_types');
  const excludeArchived = args.flag('exclude_archived', false);
  const found = [...ws.conversations.values()].filter(
    (channel) =>
      !channel.isGone &&
      types.some((type) => KIND_OF_TYPE[type] === channel.kind) &&
      !(excludeArchived && channel.isArchived),
  );
  const page = pageOf(found, args, 100, 999);
  return {
    channels: page.items.map((channel) => shownConversation(ws, channel)),
    response_metadata: page.metadata,
  };
}

const KIND_OF_TYPE: Readonly<Record<string, Conversation['kind'] | undefined>> = {
  public_channel: 'channel',
  private_channel: 'private',
  im: 'im',
  mpim: undefined,
};

function members(args: Arguments, { ws }: MethodContext): JsonObject {
  const channel = knownChannel(ws, args.need('channel', 'channel_not_found'));
  const page = pageOf([...channel.members], args, 100, 999);
  return { members: page.items, response_metadata: page.metadata };
}

function open(args: Arguments, { ws }: MethodContext): JsonObject {
  const given = args.text('channel');
  const users = (args.text('users') ?? '').split(',').filter((user) => user !== '');
  if (given === undefined && users.length === 0) throw new Refusal('users_list_not_supplied');
  if (users.length > 1) throw new Refusal('method_not_supported_for_channel_type');
  const user = users[0];
  if (user !== undefined && !ws.users.has(user)) throw new Refusal('user_not_found');
  const channel = ws.find(given ?? user ?? '');
  if (channel === undefined)
    throw new Refusal(user === ws.cast.botUserId ? 'cannot_dm_bot' : 'channel_not_found');
  const whole = args.flag('return_im', false);
  return {
    no_op: true,
    already_open: true,
    channel: whole ? shownConversation(ws, channel) : { id: channel.id },
  };
}

function join(args: Arguments, { ws }: MethodContext): JsonObject {
  const channel = knownChannel(ws, args.need('channel', 'channel_not_found'));
  if (channel.kind !== 'channel') throw new Refusal('method_not_supported_for_channel_type');
  if (channel.isArchived) throw new Refusal('is_archived');
  channel.members.add(ws.cast.botUserId);
  return { channel: shownConversation(ws, channel) };
}

/** An archived channel can still be read. */
function readable(args: Arguments, ws: MethodContext['ws']): Conversation {
  const channel = knownChannel(ws, args.need('channel', 'channel_not_found'));
  return channel.isArchived ? channel : joinedChannel(ws, channel.id);
}

/** The `oldest` and `latest` arguments, both exclusive unless `inclusive`. @throws Refusal */
function within(args: Arguments): (message: StoredMessage) => boolean {
  const oldest = timestamp(args, 'oldest') ?? 0;
  const latest = timestamp(args, 'latest') ?? Number.POSITIVE_INFINITY;
  const inclusive = args.flag('inclusive', false);
  return ({ ts }) => {
    const at = Number(ts);
    return inclusive ? at >= oldest && at <= latest : at > oldest && at < latest;
  };
}

function timestamp(args: Arguments, name: 'oldest' | 'latest'): number | undefined {
  const given = args.text(name);
  if (given === undefined || given === '' || given === 'now') return undefined;
  if (!/^\d+(\.\d+)?$/.test(given)) throw new Refusal(`invalid_ts_${name}`);
  return Number(given);
}
