import type { JsonObject } from '../json.ts';
import type { Conversation, SlackUser, StoredMessage, Workspace } from './workspace.ts';

/** A message as the Web API and the events show it: https://docs.slack.dev/reference/events/message */
export function shownMessage(ws: Workspace, message: StoredMessage, withMetadata = false): JsonObject {
  if (message.isTombstone) return tombstone(ws, message);
  return {
    ...authorOf(ws, message),
    type: 'message',
    ts: message.ts,
    ...(message.clientId === undefined ? {} : { client_msg_id: message.clientId }),
    text: message.text,
    ...(message.blocks === undefined ? {} : { blocks: message.blocks }),
    ...(message.attachments === undefined ? {} : { attachments: message.attachments }),
    ...(message.editedTs === undefined ? {} : { edited: { user: message.user, ts: message.editedTs } }),
    ...(withMetadata && message.metadata !== undefined ? { metadata: message.metadata } : {}),
    ...threadOf(ws, message),
    ...reactionsOf(message),
  };
}

function authorOf(ws: Workspace, message: StoredMessage): JsonObject {
  const { botId, appId, botName, teamId } = ws.cast;
  if (!message.isBot) {
    return { user: message.user, team: ws.users.get(message.user)?.teamId ?? teamId };
  }
  return {
    user: message.user,
    team: teamId,
    bot_id: botId,
    app_id: appId,
    bot_profile: botProfile(ws, botName),
  };
}

function botProfile(ws: Workspace, name: string): JsonObject {
  const { botId, appId, teamId } = ws.cast;
  return {
    id: botId,
    app_id: appId,
    user_id: ws.cast.botUserId,
    name,
    icons: {},
    deleted: false,
    updated: 0,
    team_id: teamId,
  };
}

function threadOf(ws: Workspace, message: StoredMessage): JsonObject {
  if (message.threadTs !== undefined) {
    const parent = ws.message(message.channel, message.threadTs)?.user;
    return { thread_ts: message.threadTs, ...(parent === undefined ? {} : { parent_user_id: parent }) };
  }
  const replies = ws.repliesOf(message.channel, message.ts);
  const latest = replies.at(-1);
  if (latest === undefined) return {};
  const users = [...new Set(replies.map((reply) => reply.user))];
  return {
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users_count: users.length,
    latest_reply: latest.ts,
    reply_users: users.slice(0, 5),
    is_locked: false,
    subscribed: false,
  };
}

function reactionsOf(message: StoredMessage): JsonObject {
  if (message.reactions.size === 0) return {};
  const reactions = [...message.reactions].map(([name, users]) => ({
    name,
    users: [...users],
    count: users.size,
  }));
  return { reactions };
}

function tombstone(ws: Workspace, message: StoredMessage): JsonObject {
  return {
    type: 'message',
    subtype: 'tombstone',
    text: message.text,
    user: 'USLACKBOT',
    hidden: true,
    ts: message.ts,
    ...threadOf(ws, message),
  };
}

/** https://docs.slack.dev/reference/objects/conversation-object */
export function shownConversation(ws: Workspace, channel: Conversation): JsonObject {
  const createdSeconds = Math.floor(channel.createdAtMs / 1000);
  const common = {
    id: channel.id,
    created: createdSeconds,
    is_archived: channel.isArchived,
    context_team_id: ws.cast.teamId,
  };
  if (channel.kind === 'im')
    return { ...common, is_im: true, user: channel.user, is_user_deleted: false, priority: 0 };
  const isShared = [...channel.members].some((id) => ws.users.get(id)?.isStranger === true);
  return {
    ...common,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.kind === 'channel',
    is_group: channel.kind === 'private',
    is_im: false,
    is_mpim: false,
    is_private: channel.kind === 'private',
    is_general: false,
    is_shared: isShared,
    is_ext_shared: isShared,
    is_org_shared: false,
    is_member: channel.members.has(ws.cast.botUserId),
    num_members: channel.members.size,
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
    previous_names: [],
  };
}

/** https://docs.slack.dev/reference/objects/user-object; strangers carry `is_stranger` and their own team. */
export function shownUser(user: SlackUser, botId: string): JsonObject {
  return {
    id: user.id,
    team_id: user.teamId,
    name: user.name,
    deleted: false,
    real_name: user.realName,
    tz: user.zone,
    tz_label: user.zone,
    tz_offset: 0,
    profile: {
      real_name: user.realName,
      real_name_normalized: user.realName,
      display_name: user.name,
      display_name_normalized: user.name,
      ...(user.isBot ? { bot_id: botId, api_app_id: '' } : { email: user.email }),
      team: user.teamId,
    },
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: false,
    is_ultra_restricted: false,
    is_bot: user.isBot,
    is_app_user: false,
    updated: 0,
    ...(user.isStranger ? { is_stranger: true } : {}),
  };
}
