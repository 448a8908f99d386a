import type { Activity } from 'botbuilder';
import type { BotFrameworkAuthentication, ConnectorClient } from 'botframework-connector';
import { ClaimsIdentity } from 'botframework-connector';

/** The longest a call to Teams may take before its outcome counts as unknown. */
export const TEAMS_TIMEOUT_MS = 10_000;

/** The connector's REST API (learn.microsoft.com, "Bot Connector REST API"), one request per call. */
export interface Connector {
  /** A new post in a channel. Answers with the id of the post. */
  createPost(channel: string, activity: Partial<Activity>): Promise<string>;
  /** A message in a chat, or a reply in `<channel>;messageid=<root>`. Answers with its id. */
  send(conversation: string, activity: Partial<Activity>): Promise<string>;
  /** The same, seen by `activity.recipient` alone. */
  sendTargeted(conversation: string, activity: Partial<Activity>): Promise<string>;
  update(conversation: string, id: string, activity: Partial<Activity>): Promise<void>;
  remove(conversation: string, id: string): Promise<void>;
  /** Opens the one-to-one chat with a member. Answers with its conversation id. */
  openChat(memberId: string, tenantId: string): Promise<string>;
  /** What is known of a member of a conversation, as the connector's REST API answers; any of it may be missing. */
  member(conversation: string, memberId: string): Promise<Readonly<Record<string, unknown>>>;
  /** The members of a conversation, page by page; empty `next` at the end. */
  members(
    conversation: string,
    next: string | undefined,
  ): Promise<{
    readonly members: readonly Readonly<Record<string, unknown>>[];
    readonly next: string | undefined;
  }>;
}

const TARGETED = 'x-deckhand-targeted';

/** The pieces of the client's pipeline that are used; the library declares it private. */
interface Pipeline {
  removePolicy(options: { readonly name: string }): unknown;
  addPolicy(policy: {
    readonly name: string;
    sendRequest(
      request: PipelineRequest,
      next: (request: PipelineRequest) => Promise<unknown>,
    ): Promise<unknown>;
  }): void;
}
interface PipelineRequest {
  url: string;
  readonly headers: { has(name: string): boolean; delete(name: string): void };
}

/** Makes connectors per service URL and keeps them: each holds a token. */
export function makeConnectors(
  auth: BotFrameworkAuthentication,
  appId: string,
  timeoutMs: number = TEAMS_TIMEOUT_MS,
): (serviceUrl: string) => Promise<Connector> {
  const known = new Map<string, Promise<Connector>>();
  const make = async (serviceUrl: string) => {
    const factory = auth.createConnectorFactory(identity(appId));
    const client = await factory.create(serviceUrl);
    prepare(client);
    return wrap(client, appId, timeoutMs);
  };
  return (serviceUrl) => {
    const existing = known.get(serviceUrl);
    if (existing !== undefined) return existing;
    const made = make(serviceUrl).catch((error: unknown) => {
      known.delete(serviceUrl);
      throw error;
    });
    known.set(serviceUrl, made);
    return made;
  };
}

function identity(appId: string): ClaimsIdentity {
  return new ClaimsIdentity([
    { type: 'aud', value: appId },
    { type: 'appid', value: appId },
  ]);
}

/** Takes the library's retries out (it sends a POST four times) and teaches it `isTargetedActivity`. */
function prepare(client: ConnectorClient): void {
  // The pipeline is private in the types; there is no public way to switch the retries off.
  const { pipeline } = (client as unknown as { client: { pipeline: Pipeline } }).client;
  pipeline.removePolicy({ name: 'defaultRetryPolicy' });
  pipeline.addPolicy({
    name: 'deckhandTargeted',
    sendRequest(request, next) {
      if (request.headers.has(TARGETED)) {
        request.headers.delete(TARGETED);
        request.url += `${request.url.includes('?') ? '&' : '?'}isTargetedActivity=true`;
      }
      return next(request);
    },
  });
}

/** The library knows some answers of success and calls the others errors; what was done is done. */
async function done(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (error) {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 0;
    if (status < 200 || status >= 300) throw error;
  }
}

function wrap(client: ConnectorClient, appId: string, timeoutMs: number): Connector {
  const options = { timeout: timeoutMs };
  const { conversations } = client;
  // The REST API takes partial activities; the types ask for whole ones.
  const whole = (activity: Partial<Activity>) => activity as Activity;
  return {
    async member(conversation, memberId) {
      const found = await conversations.getConversationMember(conversation, memberId, options);
      return { ...found };
    },
    async members(conversation, next) {
      // The types ask for a token even for the first page, where the REST API takes none.
      const asked = {
        ...options,
        pageSize: 500,
        ...(next === undefined ? {} : { continuationToken: next }),
      } as typeof options & { pageSize: number; continuationToken: string };
      const page = await conversations.getConversationPagedMembers(conversation, asked);
      return { members: page.members.map((one) => ({ ...one })), next: page.continuationToken || undefined };
    },
    async createPost(channel, activity) {
      const created = await conversations.createConversation(
        {
          isGroup: true,
          bot: { id: appId, name: 'Deckhand' },
          channelData: { channel: { id: channel } },
          activity: whole(activity),
        },
        options,
      );
      return created.activityId ?? created.id.split(';messageid=')[1] ?? created.id;
    },
    send: async (conversation, activity) =>
      (await conversations.sendToConversation(conversation, whole(activity), options)).id,
    sendTargeted: async (conversation, activity) =>
      (
        await conversations.sendToConversation(conversation, whole(activity), {
          ...options,
          customHeaders: { [TARGETED]: '1' },
        })
      ).id,
    update: (conversation, id, activity) =>
      done(conversations.updateActivity(conversation, id, whole(activity), options)),
    remove: (conversation, id) => done(conversations.deleteActivity(conversation, id, options)),
    openChat: async (memberId, tenantId) =>
      (
        await conversations.createConversation(
          {
            isGroup: false,
            bot: { id: appId, name: 'Deckhand' },
            members: [{ id: memberId, name: '' }],
            tenantId,
            channelData: { tenant: { id: tenantId } },
          },
          options,
        )
      ).id,
  };
}
