import { isObject, type JsonObject, objectAt, objectsOf, stringAt } from '../json.ts';
import { checkAdaptiveCard } from './adaptive-card.ts';
import {
  activityNotFound,
  badArgument,
  botNotInRoster,
  ConnectorError,
  conversationNotFound,
} from './connector-error.ts';
import type { Place, StoredActivity, TeamsUser, Tenant } from './tenant.ts';

/** What one request to the connector says. */
export interface ConnectorRequest {
  readonly body: JsonObject;
  readonly query: URLSearchParams;
  /** The decoded ids of the path, in order. */
  readonly ids: readonly string[];
}

/** The answer: its status and its JSON, if it has any. */
export interface ConnectorAnswer {
  readonly status: number;
  readonly body?: JsonObject | readonly JsonObject[];
}

/** One operation of the Bot Framework connector. `thread` names what its rate limit counts for. */
export interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: RegExp;
  readonly writes: boolean;
  readonly thread: (request: ConnectorRequest) => string;
  /** @throws ConnectorError */
  readonly run: (request: ConnectorRequest, tenant: Tenant) => ConnectorAnswer;
}

const CONVERSATION = '/v3/conversations/([^/]+)';
const ACTIVITY = `${CONVERSATION}/activities/([^/]+)`;
const firstId = ({ ids }: ConnectorRequest) => ids[0] ?? '';

/**
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference and, for teams,
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context
 */
export const OPERATIONS: readonly Operation[] = [
  operation(
    'createConversation',
    'POST',
    '/v3/conversations',
    true,
    createConversation,
    (request) => stringAt(objectAt(request.body.channelData, 'channel'), 'id') ?? 'personal',
  ),
  operation('sendToConversation', 'POST', `${CONVERSATION}/activities`, true, sendActivity),
  operation('replyToActivity', 'POST', ACTIVITY, true, sendActivity),
  operation('updateActivity', 'PUT', ACTIVITY, true, updateActivity),
  operation('deleteActivity', 'DELETE', ACTIVITY, true, deleteActivity),
  operation('getMembers', 'GET', `${CONVERSATION}/members`, false, getMembers),
  operation('getMember', 'GET', `${CONVERSATION}/members/([^/]+)`, false, getMember),
  operation('getPagedMembers', 'GET', `${CONVERSATION}/pagedmembers`, false, getPagedMembers),
  operation('getTeam', 'GET', '/v3/teams/([^/]+)', false, getTeam),
  operation('getTeamChannels', 'GET', '/v3/teams/([^/]+)/conversations', false, getTeamChannels),
];

function operation(
  name: string,
  method: string,
  path: string,
  writes: boolean,
  run: Operation['run'],
  thread: Operation['thread'] = firstId,
): Operation {
  return { name, method, path: new RegExp(`^${path}/?$`), writes, run, thread };
}

function createConversation({ body }: ConnectorRequest, tenant: Tenant): ConnectorAnswer {
  const channelId = stringAt(objectAt(body.channelData, 'channel'), 'id');
  return channelId === undefined ? createChat(body, tenant) : createThread(channelId, body, tenant);
}

function createThread(channelId: string, body: JsonObject, tenant: Tenant): ConnectorAnswer {
  const place = reachable(channelId, tenant);
  if (!isObject(body.activity)) throw badArgument('The activity of a new channel thread is missing.');
  const posted = post(tenant, { ...place, rootId: undefined }, body.activity);
  return { status: 201, body: { id: `${place.base};messageid=${posted.id}`, activityId: posted.id } };
}

function createChat(body: JsonObject, tenant: Tenant): ConnectorAnswer {
  const memberId = stringAt(objectsOf(body.members)[0], 'id');
  if (memberId === undefined) throw badArgument('Neither a channel nor a member is named.');
  const user = tenant.user(memberId);
  const chat = user && tenant.chatWith(user);
  if (user === undefined || chat === undefined)
    throw badArgument(`Failed to decrypt pairwise id ${memberId}.`);
  if (tenant.withoutBot.has(chat)) {
    throw new ConnectorError(
      403,
      'ForbiddenOperationException',
      "The bot isn't installed in the user's personal scope.",
    );
  }
  const posted = isObject(body.activity)
    ? post(tenant, { kind: 'personal', base: chat, rootId: undefined }, body.activity)
    : undefined;
  return { status: 201, body: { id: chat, ...(posted === undefined ? {} : { activityId: posted.id }) } };
}

function sendActivity({ ids, body, query }: ConnectorRequest, tenant: Tenant): ConnectorAnswer {
  const place = reachable(ids[0] ?? '', tenant);
  const replyTo = ids[1] ?? stringAt(body, 'replyToId');
  const rootId = place.kind === 'channel' ? (place.rootId ?? rootOf(tenant, place, replyTo)) : undefined;
  const targetedTo = query.get('isTargetedActivity') === 'true' ? target(tenant, place, body) : undefined;
  // A typing notice is taken and shows nothing.
  if (body.type === 'typing') return { status: 201, body: { id: tenant.nextId() } };
  const posted = post(tenant, { ...place, rootId }, body, targetedTo?.aadObjectId);
  return { status: 201, body: { id: posted.id } };
}

function updateActivity({ ids, body }: ConnectorRequest, tenant: Tenant): ConnectorAnswer {
  const activity = ownActivity(ids, tenant);
  checkContent(body);
  tenant.edit(activity, body);
  return { status: 200, body: { id: activity.id } };
}

function deleteActivity({ ids }: ConnectorRequest, tenant: Tenant): ConnectorAnswer {
  tenant.remove(ownActivity(ids, tenant));
  return { status: 200 };
}

function getMembers({ ids }: ConnectorRequest, tenant: Tenant): ConnectorAnswer {
  const place = reachable(ids[0] ?? '', tenant);
  return { status: 200, body: tenant.members(place).map(shownMember) };
}

function getMember({ ids }: ConnectorRequest, tenant: Tenant): ConnectorAnswer {
  const place = reachable(ids[0] ?? '', tenant);
  const user = tenant.members(place).find((each) => each.id === ids[1] || each.aadObjectId === ids[1]);
  if (user === undefined)
    throw new ConnectorError(404, 'MemberNotFoundInConversation', 'Member not found in conversation.');
  return { status: 200, body: shownMember(user) };
}

function getPagedMembers({ ids, query }: ConnectorRequest, tenant: Tenant): ConnectorAnswer {
  const place = reachable(ids[0] ?? '', tenant);
  const size = Math.min(Math.max(Number(query.get('pageSize') ?? 200) || 200, 1), 500);
  const start = Number(query.get('continuationToken') ?? 0) || 0;
  const all = tenant.members(place);
  const next = start + size < all.length ? { continuationToken: String(start + size) } : {};
  return { status: 200, body: { members: all.slice(start, start + size).map(shownMember), ...next } };
}

function getTeam({ ids }: ConnectorRequest, tenant: Tenant): ConnectorAnswer {
  const { teamId, teamName, teamGroupId, tenantId, channels } = knownTeam(ids[0] ?? '', tenant);
  const counts = { channelCount: channels.length, memberCount: tenant.users.length };
  return {
    status: 200,
    body: { id: teamId, name: teamName, aadGroupId: teamGroupId, tenantId, type: 'standard', ...counts },
  };
}

/** The General channel has no name here: clients name it in their own language. */
function getTeamChannels({ ids }: ConnectorRequest, tenant: Tenant): ConnectorAnswer {
  const { teamId, channels } = knownTeam(ids[0] ?? '', tenant);
  const present = channels.filter(({ id }) => !tenant.gone.has(id));
  const conversations = present.map(({ id, name }) =>
    id === teamId ? { id, type: 'standard' } : { id, name, type: 'standard' },
  );
  return { status: 200, body: { conversations } };
}

function knownTeam(id: string, tenant: Tenant): Tenant['cast'] {
  if (id !== tenant.cast.teamId) throw conversationNotFound();
  if (tenant.withoutBot.has(id)) throw botNotInRoster();
  return tenant.cast;
}

/** @throws ConnectorError when there is no such conversation, or the bot is not in it */
function reachable(conversationId: string, tenant: Tenant): Place {
  const place = tenant.place(conversationId);
  if (place === undefined) throw conversationNotFound();
  if (tenant.withoutBot.has(place.base)) throw botNotInRoster();
  return place;
}

function rootOf(tenant: Tenant, place: Place, replyTo: string | undefined): string | undefined {
  if (replyTo === undefined) return undefined;
  const parent = tenant.find(place.base, replyTo);
  if (parent === undefined) throw activityNotFound();
  return parent.rootId ?? parent.id;
}

/** https://learn.microsoft.com/microsoftteams/platform/agents-in-teams/targeted-messages */
function target(tenant: Tenant, place: Place, body: JsonObject): TeamsUser {
  if (place.kind === 'personal') throw badArgument('Targeted messages are for group conversations.');
  const id = stringAt(body.recipient, 'id');
  const user = tenant.members(place).find((each) => each.id === id || each.aadObjectId === id);
  if (user === undefined)
    throw badArgument('The recipient of a targeted message must be a member of the conversation.');
  return user;
}

function ownActivity(ids: readonly string[], tenant: Tenant): StoredActivity {
  const place = reachable(ids[0] ?? '', tenant);
  const activity = tenant.find(place.base, ids[1] ?? '');
  if (activity === undefined) throw activityNotFound();
  if (!activity.isBot)
    throw new ConnectorError(403, 'NotEnoughPermissions', 'The message is not one of the bot.');
  return activity;
}

function post(tenant: Tenant, place: Place, body: JsonObject, targetedTo?: string): StoredActivity {
  checkContent(body);
  return tenant.post({
    conversation: place.base,
    rootId: place.rootId,
    from: tenant.cast.botId,
    isBot: true,
    body,
    targetedTo,
  });
}

/** @throws ConnectorError for an empty message or a card that Teams would not show */
function checkContent(body: JsonObject): void {
  const attachments = objectsOf(body.attachments);
  const isEmpty = !stringAt(body, 'text')?.trim() && attachments.length === 0;
  if ((body.type ?? 'message') === 'message' && isEmpty && !stringAt(body, 'summary')) {
    throw badArgument('Activity must include non empty text or attachments.');
  }
  for (const attachment of attachments) {
    if (attachment.contentType !== 'application/vnd.microsoft.card.adaptive') continue;
    const problems = checkAdaptiveCard(attachment.content);
    if (problems.length > 0) throw badArgument(`Invalid Adaptive Card: ${problems.join('; ')}`);
  }
}

/** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context#get-single-member-details */
function shownMember(user: TeamsUser): JsonObject {
  return {
    id: user.id,
    objectId: user.aadObjectId,
    aadObjectId: user.aadObjectId,
    name: user.name,
    givenName: user.name.split(' ')[0] ?? user.name,
    surname: user.name.split(' ').slice(1).join(' '),
    email: user.email,
    userPrincipalName: user.email,
    tenantId: user.tenantId,
    userRole: 'user',
  };
}
