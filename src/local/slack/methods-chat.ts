import type { JsonObject } from '../json.ts';
import type { Arguments } from './arguments.ts';
import { type Content, readContent, withBlockIds } from './content.ts';
import { joinedChannel, knownChannel, knownMessage, type Method, type MethodContext } from './method.ts';
import { Refusal } from './refusal.ts';
import { shownMessage } from './shown.ts';
import type { Conversation, MessageEdit, Workspace } from './workspace.ts';

/** https://docs.slack.dev/reference/methods?family=chat */
export const CHAT_METHODS: Readonly<Record<string, Method>> = {
  'chat.postMessage': { tier: 'posting', scope: 'chat:write', run: postMessage },
  'chat.update': { tier: 'tier3', scope: 'chat:write', run: update },
  'chat.delete': { tier: 'tier3', scope: 'chat:write', run: remove },
  'chat.postEphemeral': { tier: 'tier4', scope: 'chat:write', run: postEphemeral },
  'chat.getPermalink': { tier: 'special', run: permalink },
  'reactions.add': { tier: 'tier3', scope: 'reactions:write', run: addReaction },
};

/** `chat.update` takes far less text than `chat.postMessage` does (https://docs.slack.dev/reference/methods/chat.update). */
const MAX_UPDATE_TEXT = 4_000;

function postMessage(args: Arguments, { ws }: MethodContext): JsonObject {
  const channel = joinedChannel(ws, args.need('channel', 'channel_not_found'));
  const content = readContent(args);
  const message = ws.post({
    channel: channel.id,
    user: ws.cast.botUserId,
    isBot: true,
    threadTs: rootOf(ws, channel, args.text('thread_ts')),
    ...stored(ws, content),
  });
  return { channel: channel.id, ts: message.ts, message: shownMessage(ws, message) };
}

function update(args: Arguments, { ws }: MethodContext): JsonObject {
  const channel = knownChannel(ws, args.need('channel', 'channel_not_found'));
  const message = knownMessage(ws, channel.id, args.need('ts', 'message_not_found'));
  if (!message.isBot) throw new Refusal('cant_update_message');
  if (channel.isArchived) throw new Refusal('is_inactive');
  if (ws.isStreaming(message)) throw new Refusal('streaming_state_conflict');
  const content = readContent(args);
  if ((content.text?.length ?? 0) > MAX_UPDATE_TEXT) throw new Refusal('msg_too_long');
  ws.edit(message, editOf(ws, content), shownMessage(ws, message));
  return { channel: channel.id, ts: message.ts, text: message.text, message: shownMessage(ws, message) };
}

function remove(args: Arguments, { ws }: MethodContext): JsonObject {
  const channel = knownChannel(ws, args.need('channel', 'channel_not_found'));
  const message = knownMessage(ws, channel.id, args.need('ts', 'message_not_found'));
  if (!message.isBot) throw new Refusal('cant_delete_message');
  ws.remove(message);
  return { channel: channel.id, ts: message.ts };
}

function postEphemeral(args: Arguments, { ws }: MethodContext): JsonObject {
  const channel = joinedChannel(ws, args.need('channel', 'channel_not_found'));
  const user = args.need('user', 'user_not_in_channel');
  if (!channel.members.has(user)) throw new Refusal('user_not_in_channel');
  const message = ws.post({
    channel: channel.id,
    user: ws.cast.botUserId,
    isBot: true,
    threadTs: rootOf(ws, channel, args.text('thread_ts')),
    ephemeralFor: user,
    ...stored(ws, readContent(args)),
  });
  return { message_ts: message.ts };
}

function permalink(args: Arguments, { ws }: MethodContext): JsonObject {
  const channel = knownChannel(ws, args.need('channel', 'channel_not_found'));
  const message = knownMessage(ws, channel.id, args.need('message_ts', 'message_not_found'));
  const thread = message.threadTs === undefined ? '' : `?thread_ts=${message.threadTs}&cid=${channel.id}`;
  const path = `archives/${channel.id}/p${message.ts.replace('.', '')}${thread}`;
  return { channel: channel.id, permalink: `https://${ws.cast.domain}.slack.com/${path}` };
}

function addReaction(args: Arguments, { ws }: MethodContext): JsonObject {
  const channel = joinedChannel(ws, args.need('channel', 'channel_not_found'));
  const message = knownMessage(ws, channel.id, args.need('timestamp', 'no_item_specified'));
  const name = args.need('name', 'invalid_name').replace(/^:|:$/g, '');
  if (!/^[a-z0-9_+'-]+(::skin-tone-\d)?$/.test(name)) throw new Refusal('invalid_name');
  const users = message.reactions.get(name) ?? new Set();
  if (users.has(ws.cast.botUserId)) throw new Refusal('already_reacted');
  message.reactions.set(name, users.add(ws.cast.botUserId));
  return {};
}

/**
 * The root of the thread to post into. A reply's own time stands for its root. Where the parent is gone Slack refuses
 * nothing: the message becomes a root itself, and only its answer, without `thread_ts`, says so (slack-go/slack#1571).
 */
function rootOf(ws: Workspace, channel: Conversation, threadTs: string | undefined): string | undefined {
  if (threadTs === undefined || threadTs === '') return undefined;
  const parent = ws.message(channel.id, threadTs);
  if (parent === undefined || parent.ephemeralFor !== undefined) return undefined;
  return parent.threadTs ?? parent.ts;
}

/** The content of a new message as it is kept. */
export function stored(ws: Workspace, content: Content): Omit<Content, 'text'> & { readonly text: string } {
  const { text, blocks, attachments, metadata } = content;
  const kept = metadata !== undefined && Object.keys(metadata).length > 0 ? metadata : undefined;
  return { text: text ?? '', blocks: blocks && withBlockIds(ws, blocks), attachments, metadata: kept };
}

/** What is not given stays; an empty list or object removes (https://docs.slack.dev/reference/methods/chat.update). */
export function editOf(ws: Workspace, content: Content): MessageEdit {
  const { text, blocks, attachments, metadata } = content;
  return {
    ...(text === undefined ? {} : { text }),
    ...(blocks === undefined ? {} : { blocks: blocks.length > 0 ? withBlockIds(ws, blocks) : undefined }),
    ...(attachments === undefined ? {} : { attachments: attachments.length > 0 ? attachments : undefined }),
    ...(metadata === undefined ? {} : { metadata: Object.keys(metadata).length > 0 ? metadata : undefined }),
  };
}
