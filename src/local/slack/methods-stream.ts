import { type JsonObject, objectsOf, textOf } from '../json.ts';
import type { Arguments } from './arguments.ts';
import { checkBlocks } from './blocks.ts';
import { withBlockIds } from './content.ts';
import { joinedChannel, knownChannel, knownMessage, type Method, type MethodContext } from './method.ts';
import { Refusal, refusalAt } from './refusal.ts';
import { shownMessage } from './shown.ts';
import type { StoredMessage, Workspace } from './workspace.ts';

/**
 * Messages that grow while they are shown: https://docs.slack.dev/reference/methods/chat.startStream,
 * …/chat.appendStream and …/chat.stopStream
 */
export const STREAM_METHODS: Readonly<Record<string, Method>> = {
  'chat.startStream': { tier: 'tier2', scope: 'chat:write', run: start },
  'chat.appendStream': { tier: 'tier4', scope: 'chat:write', run: append },
  'chat.stopStream': { tier: 'tier2', scope: 'chat:write', run: stop },
};

const MAX_STREAMED_TEXT = 12_000;

/** Slack closes a stream by itself after about five minutes. */
export const STREAM_LIFE_MS = 5 * 60_000;

function start(args: Arguments, { ws }: MethodContext): JsonObject {
  const channel = joinedChannel(ws, args.need('channel', 'channel_not_found'));
  if (channel.kind !== 'im') {
    args.need('recipient_team_id', 'missing_recipient_team_id');
    args.need('recipient_user_id', 'missing_recipient_user_id');
  }
  const parent = ws.message(channel.id, args.need('thread_ts'));
  if (parent === undefined) throw new Refusal('thread_not_found');
  const blocks = grown(ws, [], args);
  const message = ws.post({
    channel: channel.id,
    user: ws.cast.botUserId,
    isBot: true,
    text: markdownOf(blocks),
    blocks: withBlockIds(ws, blocks),
    threadTs: parent.threadTs ?? parent.ts,
  });
  ws.streams.set(message, ws.now() + STREAM_LIFE_MS);
  return { channel: channel.id, ts: message.ts };
}

function append(args: Arguments, { ws }: MethodContext): JsonObject {
  const message = streaming(args, ws);
  if (!args.has('markdown_text') && args.json('chunks') === undefined) throw new Refusal('no_text');
  show(ws, message, grown(ws, message.blocks ?? [], args));
  return { channel: message.channel, ts: message.ts };
}

function stop(args: Arguments, { ws }: MethodContext): JsonObject {
  const message = streaming(args, ws);
  const given = args.json('blocks');
  const added = given === undefined || given === 'invalid' ? [] : objectsOf(given.value);
  const problems = checkBlocks(added, 'message');
  if (problems.length > 0) throw refusalAt('invalid_blocks', problems);
  const metadata = args.json('metadata');
  if (metadata !== undefined && metadata !== 'invalid') message.metadata = objectsOf([metadata.value])[0];
  show(ws, message, [...grown(ws, message.blocks ?? [], args), ...added]);
  ws.streams.delete(message);
  return { channel: message.channel, ts: message.ts, message: shownMessage(ws, message) };
}

/** @throws Refusal `message_not_found`, `message_not_owned_by_app`, `message_not_in_streaming_state` */
function streaming(args: Arguments, ws: Workspace): StoredMessage {
  const channel = knownChannel(ws, args.need('channel', 'channel_not_found'));
  const message = knownMessage(ws, channel.id, args.need('ts', 'message_not_found'));
  if (!message.isBot) throw new Refusal('message_not_owned_by_app');
  if (!ws.isStreaming(message)) throw new Refusal('message_not_in_streaming_state');
  return message;
}

/** What the message's blocks become: text joins the text before it, a task of a known id takes its new state. */
function grown(ws: Workspace, before: readonly JsonObject[], args: Arguments): readonly JsonObject[] {
  const chunks = args.json('chunks');
  if (chunks === 'invalid') throw new Refusal('invalid_chunks');
  const markdown = args.text('markdown_text');
  const all = [
    ...(markdown === undefined ? [] : [{ type: 'markdown_text', text: markdown }]),
    ...objectsOf(chunks?.value),
  ];
  const blocks = all.reduce<readonly JsonObject[]>((shown, chunk) => withChunk(ws, shown, chunk), before);
  if (markdownOf(blocks).length > MAX_STREAMED_TEXT) throw new Refusal('msg_too_long');
  return blocks;
}

/** https://docs.slack.dev/messaging/sending-and-scheduling-messages#text-streaming */
function withChunk(ws: Workspace, shown: readonly JsonObject[], chunk: JsonObject): readonly JsonObject[] {
  switch (chunk.type) {
    case 'markdown_text': {
      const last = shown.at(-1);
      if (last?.type !== 'markdown') return [...shown, { type: 'markdown', text: textOf(chunk.text) }];
      return [...shown.slice(0, -1), { ...last, text: `${textOf(last.text)}${textOf(chunk.text)}` }];
    }
    case 'task_update': {
      const { title, status } = chunk;
      const card = { type: 'task_card', task_id: textOf(chunk.id), title, status };
      const at = shown.findIndex((block) => block.task_id === card.task_id);
      return at < 0 ? [...shown, card] : shown.with(at, { ...shown[at], ...card });
    }
    case 'plan_update':
      return [...shown.filter((block) => block.type !== 'plan'), { type: 'plan', title: chunk.title }];
    case 'blocks':
      return [...shown, ...withBlockIds(ws, objectsOf(chunk.blocks))];
    default:
      throw new Refusal('invalid_chunks');
  }
}

function markdownOf(blocks: readonly JsonObject[]): string {
  return blocks
    .filter((block) => block.type === 'markdown')
    .map((block) => textOf(block.text))
    .join('\n');
}

function show(ws: Workspace, message: StoredMessage, blocks: readonly JsonObject[]): void {
  const edit = { text: markdownOf(blocks), blocks: withBlockIds(ws, blocks) };
  ws.edit(message, edit, shownMessage(ws, message));
}
