import { isObject, type JsonObject, objectsOf } from '../json.ts';
import type { Arguments } from './arguments.ts';
import { checkBlocks, MAX_MESSAGE_CHARACTERS, textLength } from './blocks.ts';
import { Refusal, refusalAt } from './refusal.ts';
import type { Workspace } from './workspace.ts';

/** Limits of a message: https://docs.slack.dev/reference/methods/chat.postMessage and …/chat.update */
const MAX_TEXT = 40_000;
const MAX_MARKDOWN_TEXT = 12_000;
const MAX_ATTACHMENTS = 100;
/** https://docs.slack.dev/messaging/message-metadata */
const MAX_METADATA_BYTES = 16_000;

/** What a message says. A member that is undefined was not given. */
export interface Content {
  readonly text: string | undefined;
  readonly blocks: readonly JsonObject[] | undefined;
  readonly attachments: readonly JsonObject[] | undefined;
  /** An empty object removes what was there. */
  readonly metadata: JsonObject | undefined;
}

/**
 * Reads and judges `text`, `markdown_text`, `blocks`, `attachments` and `metadata`.
 * @throws Refusal as Slack names it.
 */
export function readContent(args: Arguments): Content {
  const markdown = args.text('markdown_text');
  if (markdown !== undefined) return readMarkdown(args, markdown);
  const text = args.text('text');
  if (text !== undefined && text.length > MAX_TEXT) throw new Refusal('msg_too_long');
  const blocks = readBlocks(args);
  const attachments = readAttachments(args);
  const isEmpty = !text?.trim() && !blocks?.length && !attachments?.length;
  if (isEmpty) throw new Refusal('no_text');
  return { text: text ?? (blocks ? '' : undefined), blocks, attachments, metadata: readMetadata(args) };
}

/** Gives every block an id, as Slack does where the sender gave none. */
export function withBlockIds(ws: Workspace, blocks: readonly JsonObject[]): readonly JsonObject[] {
  return blocks.map((block) =>
    block.block_id === undefined ? { ...block, block_id: ws.nextTs().slice(-5).padStart(5, 'b') } : block,
  );
}

function readMarkdown(args: Arguments, markdown: string): Content {
  if (args.has('text') || args.has('blocks')) throw new Refusal('markdown_text_conflict');
  if (markdown.trim() === '') throw new Refusal('no_text');
  if (markdown.length > MAX_MARKDOWN_TEXT) throw new Refusal('msg_too_long');
  const blocks = [{ type: 'markdown', text: markdown }];
  return { text: markdown, blocks, attachments: undefined, metadata: readMetadata(args) };
}

function readBlocks(args: Arguments): readonly JsonObject[] | undefined {
  const given = args.json('blocks');
  if (given === undefined) return undefined;
  if (given === 'invalid' || !Array.isArray(given.value)) throw new Refusal('invalid_blocks_format');
  const problems = checkBlocks(given.value, 'message');
  if (problems.length > 0) throw refusalAt('invalid_blocks', problems);
  if (textLength(given.value) > MAX_MESSAGE_CHARACTERS) throw new Refusal('msg_blocks_too_long');
  return objectsOf(given.value);
}

function readAttachments(args: Arguments): readonly JsonObject[] | undefined {
  const given = args.json('attachments');
  if (given === undefined) return undefined;
  if (given === 'invalid' || !Array.isArray(given.value)) throw new Refusal('invalid_attachments');
  if (given.value.length > MAX_ATTACHMENTS) throw new Refusal('too_many_attachments');
  for (const [index, attachment] of given.value.entries()) {
    if (!isObject(attachment)) throw new Refusal('invalid_attachments');
    const problems =
      attachment.blocks === undefined
        ? []
        : checkBlocks(attachment.blocks, 'message', `/attachments/${index}/blocks`);
    if (problems.length > 0) throw refusalAt('invalid_attachments', problems);
  }
  return objectsOf(given.value).map((attachment, index) => ({ id: index + 1, ...attachment }));
}

function readMetadata(args: Arguments): JsonObject | undefined {
  const given = args.json('metadata');
  if (given === undefined) return undefined;
  if (given === 'invalid' || !isObject(given.value)) throw new Refusal('invalid_metadata_format');
  const metadata = given.value;
  if (Object.keys(metadata).length === 0) return metadata;
  const isWhole =
    typeof metadata.event_type === 'string' && metadata.event_type !== '' && isObject(metadata.event_payload);
  if (!isWhole) throw new Refusal('invalid_metadata_schema');
  if (Buffer.byteLength(JSON.stringify(metadata)) > MAX_METADATA_BYTES)
    throw new Refusal('metadata_too_large');
  return metadata;
}
