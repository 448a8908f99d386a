import { type JsonObject, textOf } from '../json.ts';
import type { Place, StoredActivity, TeamsUser, Tenant } from './tenant.ts';

/**
 * What Teams puts around everything that happens:
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages
 */
export function activityFrame(
  tenant: Tenant,
  serviceUrl: string,
  user: TeamsUser,
  place: Place,
  id: string,
  atMs: number,
): JsonObject {
  const at = new Date(atMs).toISOString();
  const { cast, zone } = tenant;
  return {
    id,
    timestamp: at,
    localTimestamp: at.replace('Z', '+00:00'),
    localTimezone: zone,
    locale: 'en-US',
    serviceUrl,
    channelId: 'msteams',
    from: { id: user.id, name: user.name, aadObjectId: user.aadObjectId },
    recipient: { id: cast.botId, name: cast.botName },
    conversation: conversationOf(tenant, place),
    entities: [clientInfo(zone)],
    channelData: channelData(tenant, place),
  };
}

/** Somebody wrote; `text` still holds the mention as Teams marks it. */
export function messageActivity(
  frame: JsonObject,
  stored: StoredActivity,
  tenant: Tenant,
  isSlash: boolean,
): JsonObject {
  const { cast } = tenant;
  const text = textOf(stored.body.text);
  const mentions = [{ id: cast.botId, name: cast.botName }, ...tenant.users].flatMap(({ id, name }) =>
    text.includes(`<at>${name}</at>`)
      ? [{ type: 'mention', mentioned: { id, name }, text: `<at>${name}</at>` }]
      : [],
  );
  const html = { contentType: 'text/html', content: `<p>${text}</p>` };
  return {
    ...frame,
    type: 'message',
    text,
    textFormat: 'plain',
    attachments: [html],
    ...(stored.rootId === undefined ? {} : { replyToId: stored.rootId }),
    // A slash command in a channel is a private message to the bot.
    ...(isSlash ? { recipient: { id: cast.botId, name: cast.botName, isTargeted: true } } : {}),
    entities: [...mentions, clientInfo(tenant.zone)],
  };
}

/** Somebody clicked an Action.Execute: https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model */
export function executeActivity(frame: JsonObject, message: StoredActivity, action: JsonObject): JsonObject {
  return {
    ...frame,
    type: 'invoke',
    name: 'adaptiveCard/action',
    replyToId: message.id,
    value: { action: { type: 'Action.Execute', ...action }, trigger: 'manual' },
  };
}

/** A dialog is asked for or submitted: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots */
export function taskActivity(
  frame: JsonObject,
  kind: 'task/fetch' | 'task/submit',
  data: unknown,
  message: StoredActivity | undefined,
): JsonObject {
  return {
    ...frame,
    type: 'invoke',
    name: kind,
    ...(message === undefined ? {} : { replyToId: message.id }),
    value: { data, context: { theme: 'default' }, tabContext: null },
  };
}

/** Somebody clicked an Action.Submit: a message without text. */
export function submitActivity(frame: JsonObject, message: StoredActivity, value: unknown): JsonObject {
  return { ...frame, type: 'message', text: undefined, replyToId: message.id, value };
}

/** The bot was added to the team: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events */
export function addedToTeam(frame: JsonObject, tenant: Tenant): readonly JsonObject[] {
  const { botId, teamId, teamName, teamGroupId, tenantId } = tenant.cast;
  const team = { id: teamId, name: teamName, aadGroupId: teamGroupId };
  const about = { team, tenant: { id: tenantId } };
  const settings = { selectedChannel: { id: tenant.cast.defaultChannel } };
  return [
    {
      ...frame,
      type: 'conversationUpdate',
      membersAdded: [{ id: botId }],
      channelData: { ...about, eventType: 'teamMemberAdded' },
    },
    { ...frame, type: 'installationUpdate', action: 'add', channelData: { ...about, settings } },
  ];
}

function conversationOf(tenant: Tenant, place: Place): JsonObject {
  const { tenantId } = tenant.cast;
  if (place.kind === 'personal') return { conversationType: 'personal', tenantId, id: place.base };
  const id = place.rootId === undefined ? place.base : `${place.base};messageid=${place.rootId}`;
  return { isGroup: true, conversationType: 'channel', tenantId, id };
}

function channelData(tenant: Tenant, place: Place): JsonObject {
  const { tenantId, teamId } = tenant.cast;
  if (place.kind === 'personal') return { tenant: { id: tenantId } };
  return {
    teamsChannelId: place.base,
    teamsTeamId: teamId,
    channel: { id: place.base },
    team: { id: teamId },
    tenant: { id: tenantId },
  };
}

function clientInfo(zone: string): JsonObject {
  return { type: 'clientInfo', locale: 'en-US', country: 'US', platform: 'Web', timezone: zone };
}
