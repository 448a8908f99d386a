import { isObject, type JsonObject, objectAt, objectsOf, stringAt } from '../json.ts';
import {
  activityFrame,
  executeActivity,
  messageActivity,
  submitActivity,
  taskActivity,
} from './activities.ts';
import type { BotAnswer, BotLink } from './bot-link.ts';
import { type ClickResult, readClickAnswer, readTaskAnswer, type TaskResult } from './invoke-answer.ts';
import type { Place, StoredActivity, TeamsUser, Tenant } from './tenant.ts';

/** What a person in Teams reads when something did not work. `status` is the HTTP status the page answers with. */
export class PersonSees extends Error {
  override readonly name = 'PersonSees';
  readonly status: number;

  constructor(sentence: string, status: number) {
    super(sentence);
    this.status = status;
  }
}

/** The parts of a loopback Teams that people's doings touch. */
export interface PeopleParts {
  readonly tenant: Tenant;
  readonly link: BotLink;
  readonly serviceUrl: () => string;
  /** With the permission ChannelMessage.Read.Group a bot gets every message of its channels, else mentions only. */
  readonly hearsEverything: () => boolean;
}

/** What people do in channels and chats: they write and click. */
export class TeamsPeople {
  private readonly parts: PeopleParts;

  constructor(parts: PeopleParts) {
    this.parts = parts;
  }

  /** Sends what a person typed. @throws PersonSees */
  async send(personId: string, conversation: string, typed: string, rootId?: string): Promise<void> {
    const { tenant } = this.parts;
    const user = this.user(personId);
    const place = this.place(user, conversation);
    if (typed.trim() === '') throw new PersonSees('There is nothing to send.', 400);
    if (rootId !== undefined && tenant.find(place.base, rootId) === undefined) {
      throw new PersonSees('This thread is not here any more.', 404);
    }
    const isSlash = /^\/\S/.test(typed.trim()) && place.kind === 'channel';
    const stored = tenant.post({
      conversation: place.base,
      rootId: place.kind === 'channel' ? rootId : undefined,
      from: user.aadObjectId,
      isBot: false,
      body: { type: 'message', text: markMentions(tenant, typed) },
      targetedTo: isSlash ? user.aadObjectId : undefined,
    });
    if (!this.hears(place, stored, isSlash)) return;
    const thread = place.kind === 'channel' ? { ...place, rootId: stored.rootId ?? stored.id } : place;
    const frame = this.frame(user, thread, stored.id, stored.atMs);
    const activity = messageActivity(frame, stored, tenant, isSlash);
    expectHeard(await this.parts.link.send(isSlash ? withoutSlash(activity) : activity));
  }

  /** Clicks an action of a card; `action` names its verb and data. @throws PersonSees */
  async act(
    personId: string,
    conversation: string,
    messageId: string,
    action: JsonObject,
  ): Promise<ClickResult> {
    const { link } = this.parts;
    const { user, message, frame } = this.clicked(personId, conversation, messageId);
    const isHidden = message.targetedTo !== undefined && message.targetedTo !== user.aadObjectId;
    if (isHidden) throw new PersonSees('This message is not here any more.', 404);
    if (action.type === 'Action.Submit') {
      expectHeard(await link.send(submitActivity(frame, message, action.data)));
      return {};
    }
    return readClickAnswer(await link.send(executeActivity(frame, message, action)));
  }

  /** Asks for a dialog, or submits one. @throws PersonSees */
  async task(
    personId: string,
    conversation: string,
    kind: 'task/fetch' | 'task/submit',
    data: unknown,
    messageId?: string,
  ): Promise<TaskResult> {
    const { tenant, link } = this.parts;
    const user = this.user(personId);
    const place = this.place(user, conversation);
    const message = messageId === undefined ? undefined : tenant.find(place.base, messageId);
    const frame = this.frame(user, threadOf(place, message), tenant.nextId());
    return readTaskAnswer(await link.send(taskActivity(frame, kind, data, message)));
  }

  private clicked(
    personId: string,
    conversation: string,
    messageId: string,
  ): { readonly user: TeamsUser; readonly message: StoredActivity; readonly frame: JsonObject } {
    const { tenant } = this.parts;
    const user = this.user(personId);
    const place = this.place(user, conversation);
    const message = tenant.find(place.base, messageId);
    if (message === undefined) throw new PersonSees('This message is not here any more.', 404);
    return { user, message, frame: this.frame(user, threadOf(place, message), tenant.nextId()) };
  }

  private hears(place: Place, stored: StoredActivity, isSlash: boolean): boolean {
    const { tenant, hearsEverything } = this.parts;
    if (tenant.withoutBot.has(place.base)) return false;
    if (place.kind === 'personal' || isSlash || hearsEverything()) return true;
    return String(stored.body.text).includes(`<at>${tenant.cast.botName}</at>`);
  }

  private frame(user: TeamsUser, place: Place, id: string, atMs?: number): JsonObject {
    const { tenant, serviceUrl } = this.parts;
    return activityFrame(tenant, serviceUrl(), user, place, id, atMs ?? Number(id));
  }

  private user(id: string): TeamsUser {
    const user = this.parts.tenant.user(id);
    if (user === undefined) throw new PersonSees('Nobody of that id is in this tenant.', 404);
    return user;
  }

  private place(user: TeamsUser, conversation: string): Place {
    const { tenant } = this.parts;
    const place = tenant.place(conversation.split(';messageid=')[0] ?? conversation);
    const isMember = place !== undefined && tenant.members(place).includes(user);
    if (place === undefined || !isMember) throw new PersonSees('You are not in this conversation.', 404);
    return place;
  }
}

function threadOf(place: Place, message: StoredActivity | undefined): Place {
  if (place.kind === 'personal' || message === undefined) return place;
  return { ...place, rootId: message.rootId ?? message.id };
}

/** `@Deckhand health` becomes `<at>Deckhand</at> health`, people likewise; Teams escapes nothing in plain text. */
function markMentions({ cast, users }: Tenant, typed: string): string {
  const names = [cast.botName, ...users.map(({ name }) => name)].toSorted((a, b) => b.length - a.length);
  return names.reduce((text, name) => {
    const pattern = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return text.replace(new RegExp(`(^|\\s)@${pattern}(?![\\p{L}\\p{N}_-])`, 'giu'), `$1<at>${name}</at>`);
  }, typed);
}

function withoutSlash(activity: JsonObject): JsonObject {
  return { ...activity, text: String(activity.text).trim().replace(/^\//, '') };
}

/** Teams itself says nothing in a channel; here the person should know that nobody heard. */
function expectHeard(answer: BotAnswer): void {
  if (answer.ok && answer.status >= 200 && answer.status < 300) return;
  const why = answer.ok
    ? `it answered ${answer.status}${detail(answer.body)}`
    : answer.why === 'timeout'
      ? 'no answer in time'
      : 'not reachable';
  throw new PersonSees(`Your message was posted, but Deckhand did not take it (${why}).`, 502);
}

function detail(body: unknown): string {
  const message = stringAt(objectAt(body, 'error'), 'message') ?? stringAt(body, 'message');
  return message === undefined ? '' : `: ${message}`;
}

/** The cards of an activity's body. */
export function cardsOf(body: unknown): readonly JsonObject[] {
  return objectsOf(objectOf(body).attachments)
    .filter((attachment) => attachment.contentType === 'application/vnd.microsoft.card.adaptive')
    .map((attachment) => objectAt(attachment, 'content'));
}

function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}
