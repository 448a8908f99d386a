import type { JsonObject } from '../json.ts';
import type { Arguments } from './arguments.ts';
import { Refusal } from './refusal.ts';
import type { Tickets } from './tickets.ts';
import type { Views } from './views.ts';
import type { Conversation, StoredMessage, Workspace } from './workspace.ts';

/** Everything a Web API method works on. */
export interface MethodContext {
  readonly ws: Workspace;
  readonly tickets: Tickets;
  readonly views: Views;
  /** Where a Socket Mode client connects. */
  readonly socketUrl: () => string;
}

/** How often a method may be called: https://docs.slack.dev/apis/web-api/rate-limits */
export type Tier = 'tier1' | 'tier2' | 'tier3' | 'tier4' | 'special' | 'posting';

/** One Web API method. `scope` is what a bot token needs for it; `app` methods take the app-level token. */
export interface Method {
  readonly tier: Tier;
  readonly scope?: string;
  readonly token?: 'app';
  /** @throws Refusal */
  readonly run: (args: Arguments, context: MethodContext) => JsonObject;
}

/** @throws Refusal `channel_not_found`, `is_archived`, `not_in_channel` */
export function joinedChannel(ws: Workspace, id: string): Conversation {
  const channel = knownChannel(ws, id);
  if (channel.isArchived) throw new Refusal('is_archived');
  if (!channel.members.has(ws.cast.botUserId)) throw new Refusal('not_in_channel');
  return channel;
}

/** @throws Refusal `channel_not_found` */
export function knownChannel(ws: Workspace, id: string): Conversation {
  const channel = ws.find(id);
  if (channel === undefined) throw new Refusal('channel_not_found');
  return channel;
}

/** The message in a channel; ephemeral ones cannot be reached by their time. @throws Refusal */
export function knownMessage(
  ws: Workspace,
  channel: string,
  ts: string,
  error = 'message_not_found',
): StoredMessage {
  const message = ws.message(channel, ts);
  if (message === undefined || message.isTombstone || message.ephemeralFor !== undefined)
    throw new Refusal(error);
  return message;
}

/** A page of a list, and where the next begins: https://docs.slack.dev/apis/web-api/pagination */
export function pageOf<T>(
  items: readonly T[],
  args: Arguments,
  defaultLimit: number,
  maxLimit: number,
): { readonly items: readonly T[]; readonly more: boolean; readonly metadata: JsonObject } {
  const limit = args.limit(defaultLimit, maxLimit);
  const cursor = args.text('cursor') ?? '';
  const start =
    cursor === '' ? 0 : Number(Buffer.from(cursor, 'base64').toString('utf8').replace(/^at:/, ''));
  if (!Number.isInteger(start) || start < 0) throw new Refusal('invalid_cursor');
  const end = start + limit;
  const more = end < items.length;
  const next = more ? Buffer.from(`at:${end}`).toString('base64') : '';
  return { items: items.slice(start, end), more, metadata: { next_cursor: next } };
}
