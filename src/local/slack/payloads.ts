import { randomUUID } from 'node:crypto';
import { slackStyleId } from '../cast.ts';
import type { JsonObject } from '../json.ts';
import { shownMessage } from './shown.ts';
import type { Tickets } from './tickets.ts';
import type { StoredView, Views } from './views.ts';
import type { Conversation, SlackUser, StoredMessage, Workspace } from './workspace.ts';

/** The verification token that every payload still carries; it proves nothing. */
const LEGACY_TOKEN = 'local-verification-token';

/** The envelope of an event: https://docs.slack.dev/apis/events-api#event-objects */
export function eventEnvelope(ws: Workspace, event: JsonObject, nowMs: number): JsonObject {
  const { teamId, appId, botUserId } = ws.cast;
  const channel = typeof event.channel === 'string' ? ws.find(event.channel) : undefined;
  const isShared = [...(channel?.members ?? [])].some((id) => ws.users.get(id)?.isStranger === true);
  const context = Buffer.from(
    JSON.stringify({ et: event.type, tid: teamId, aid: appId, cid: channel?.id }),
  ).toString('base64url');
  return {
    token: LEGACY_TOKEN,
    team_id: teamId,
    context_team_id: teamId,
    context_enterprise_id: null,
    api_app_id: appId,
    event,
    type: 'event_callback',
    event_id: slackStyleId('Ev', randomUUID()),
    event_time: Math.floor(nowMs / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: teamId,
        user_id: botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: isShared,
    event_context: `4-${context}`,
  };
}

/** A `message` event: https://docs.slack.dev/reference/events/message */
export function messageEvent(ws: Workspace, message: StoredMessage): JsonObject {
  const { reactions: _reactions, ...shown } = shownMessage(ws, message);
  return {
    ...shown,
    channel: message.channel,
    event_ts: message.ts,
    channel_type: channelType(ws, message.channel),
    ...foreign(ws, message),
  };
}

/** An `app_mention` event: https://docs.slack.dev/reference/events/app_mention */
export function mentionEvent(ws: Workspace, message: StoredMessage): JsonObject {
  const { channel_type: _type, ...event } = messageEvent(ws, message);
  return { ...event, type: 'app_mention' };
}

/** `message_changed` and `message_deleted`: https://docs.slack.dev/reference/events/message/message_changed */
export function changeEvent(
  ws: Workspace,
  message: StoredMessage,
  before: JsonObject,
  deleted: boolean,
): JsonObject {
  const ts = ws.nextTs();
  return {
    type: 'message',
    subtype: deleted ? 'message_deleted' : 'message_changed',
    hidden: true,
    channel: message.channel,
    channel_type: channelType(ws, message.channel),
    ts,
    event_ts: ts,
    previous_message: before,
    ...(deleted ? { deleted_ts: message.ts } : { message: shownMessage(ws, message) }),
  };
}

/** A slash command's fields: https://docs.slack.dev/interactivity/implementing-slash-commands */
export function commandPayload(
  ws: Workspace,
  tickets: Tickets,
  user: SlackUser,
  channel: Conversation,
  command: string,
  text: string,
): JsonObject {
  return {
    token: LEGACY_TOKEN,
    team_id: user.teamId,
    team_domain: user.isStranger ? 'partner' : ws.cast.domain,
    channel_id: channel.id,
    channel_name: channel.kind === 'im' ? 'directmessage' : channel.name,
    user_id: user.id,
    user_name: user.name,
    command,
    text,
    api_app_id: ws.cast.appId,
    is_enterprise_install: 'false',
    response_url: tickets.responseUrl('commands', { channel: channel.id, user: user.id }),
    trigger_id: tickets.trigger(user.id),
  };
}

function interaction(ws: Workspace, tickets: Tickets, user: SlackUser): JsonObject {
  const { teamId, domain, appId } = ws.cast;
  return {
    user: { id: user.id, username: user.name, name: user.name, team_id: user.teamId },
    api_app_id: appId,
    token: LEGACY_TOKEN,
    trigger_id: tickets.trigger(user.id),
    team: { id: teamId, domain },
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** A click in a message: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export function messageActionPayload(
  ws: Workspace,
  tickets: Tickets,
  user: SlackUser,
  message: StoredMessage,
  action: JsonObject,
  values: JsonObject,
): JsonObject {
  const channel = ws.find(message.channel);
  const isEphemeral = message.ephemeralFor !== undefined;
  const thread = message.threadTs === undefined ? {} : { thread_ts: message.threadTs };
  const target = {
    channel: message.channel,
    user: user.id,
    messageTs: message.ts,
    ...(message.threadTs === undefined ? {} : { threadTs: message.threadTs }),
  };
  return {
    type: 'block_actions',
    ...interaction(ws, tickets, user),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: message.channel,
      is_ephemeral: isEphemeral,
      ...thread,
    },
    channel: { id: message.channel, name: channel?.kind === 'im' ? 'directmessage' : (channel?.name ?? '') },
    // The content of an ephemeral message is not sent along.
    ...(isEphemeral ? {} : { message: shownMessage(ws, message) }),
    state: { values },
    response_url: tickets.responseUrl('actions', target),
    actions: [{ ...action, action_ts: ws.nextTs() }],
  };
}

/** A click in a modal or in App Home: the same page. */
export function viewActionPayload(
  ws: Workspace,
  tickets: Tickets,
  views: Views,
  user: SlackUser,
  view: StoredView,
  action: JsonObject,
): JsonObject {
  return {
    type: 'block_actions',
    ...interaction(ws, tickets, user),
    container: { type: 'view', view_id: view.id },
    view: views.shown(view),
    actions: [{ ...action, action_ts: ws.nextTs() }],
  };
}

/** A modal that was submitted or closed: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
export function viewPayload(
  ws: Workspace,
  tickets: Tickets,
  views: Views,
  user: SlackUser,
  view: StoredView,
  type: 'view_submission' | 'view_closed',
): JsonObject {
  const { trigger_id, ...common } = interaction(ws, tickets, user);
  const shown = { type, ...common, view: views.shown(view) };
  return type === 'view_closed'
    ? { ...shown, is_cleared: false }
    : { ...shown, trigger_id, response_urls: [] };
}

function channelType(ws: Workspace, id: string): string {
  const kind = ws.find(id)?.kind;
  return kind === 'im' ? 'im' : kind === 'private' ? 'group' : 'channel';
}

/** Members of another workspace: https://docs.slack.dev/apis/slack-connect/using-slack-connect-api */
function foreign(ws: Workspace, message: StoredMessage): JsonObject {
  const user = ws.users.get(message.user);
  if (user?.isStranger !== true) return {};
  return {
    team: user.teamId,
    user_team: user.teamId,
    source_team: user.teamId,
    user_profile: {
      name: user.name,
      real_name: user.realName,
      display_name: user.name,
      first_name: user.realName,
      team: user.teamId,
    },
  };
}
