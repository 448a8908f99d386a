import { randomUUID } from 'node:crypto';
import { isObject, type JsonObject, objectsOf } from '../json.ts';
import type { Courier } from './courier.ts';
import type { Delivery } from './delivery.ts';
import type { Events } from './events.ts';
import { inputValues } from './input-values.ts';
import { fromTyped, richTextOf } from './markup.ts';
import { commandPayload, messageActionPayload } from './payloads.ts';
import { Refusal } from './refusal.ts';
import { respond } from './response-urls.ts';
import type { Tickets } from './tickets.ts';
import type { Conversation, SlackUser, StoredMessage, Workspace } from './workspace.ts';

/** What a person in Slack reads when something did not work. `status` is the HTTP status the page answers with. */
export class PersonSees extends Error {
  override readonly name = 'PersonSees';
  readonly status: number;

  constructor(sentence: string, status: number) {
    super(sentence);
    this.status = status;
  }
}

/** The parts of a loopback Slack that people's doings touch. */
export interface PeopleParts {
  readonly ws: Workspace;
  readonly tickets: Tickets;
  readonly courier: Courier;
  readonly events: Events;
}

/** What people do in channels: they write, call commands and click. */
export class People {
  private readonly parts: PeopleParts;
  /** What somebody has chosen in a message's selects and pickers, by person, message, block and action. */
  private readonly chosen = new Map<string, Record<string, Record<string, unknown>>>();

  constructor(parts: PeopleParts) {
    this.parts = parts;
  }

  /**
   * Sends what a person typed, as a message or, with a leading `/`, as a slash command.
   * @throws PersonSees
   */
  async send(userId: string, channelId: string, typed: string, threadTs?: string): Promise<void> {
    const user = this.user(userId);
    const channel = this.channel(userId, channelId);
    if (typed.trim() === '') throw new PersonSees('There is nothing to send.', 400);
    if (typed.startsWith('/')) return this.command(user, channel, typed, threadTs);
    return this.message(user, channel, typed, threadTs);
  }

  /**
   * Clicks or chooses something in a message. `given` is the element; its kind and value come from the stored
   * message, only what was selected comes from the person. `typed` is what stands in the message's inputs, as
   * `state.values` has it: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
   * @throws PersonSees
   */
  async act(
    userId: string,
    channelId: string,
    messageTs: string,
    given: JsonObject,
    typed: JsonObject = {},
  ): Promise<void> {
    const { ws, tickets, courier } = this.parts;
    const user = this.user(userId);
    this.channel(userId, channelId);
    const message = ws.message(channelId, messageTs);
    const isVisible =
      message !== undefined && (message.ephemeralFor ?? userId) === userId && !message.isTombstone;
    if (!isVisible) throw new PersonSees('This message is not here any more.', 404);
    const element = findElement(shownBlocks(message), given);
    if (element === undefined) throw new PersonSees('This message has no such button any more.', 404);
    const action = { ...withoutSecrets(element), ...selectionOf(given) };
    const values = {
      ...inputValues(shownBlocks(message), typed),
      ...this.choose(`${userId} ${channelId} ${messageTs}`, action),
    };
    const payload = messageActionPayload(ws, tickets, user, message, action, values);
    const delivery = await courier.deliver('interactive', payload);
    if (!delivery.ok) throw new PersonSees(clickFailed(delivery), 502);
  }

  /** The person's user. @throws PersonSees */
  user(id: string): SlackUser {
    const user = this.parts.ws.users.get(id);
    if (user === undefined || user.isBot)
      throw new PersonSees('Nobody of that id is in this workspace.', 404);
    return user;
  }

  private channel(user: string, id: string): Conversation {
    const channel = this.parts.ws.find(id);
    if (channel === undefined || !channel.members.has(user))
      throw new PersonSees('You are not in this channel.', 404);
    if (channel.isArchived) throw new PersonSees('This channel is archived.', 409);
    return channel;
  }

  private async message(
    user: SlackUser,
    channel: Conversation,
    typed: string,
    threadTs?: string,
  ): Promise<void> {
    const { ws, events } = this.parts;
    const text = fromTyped(ws, typed, 'message');
    const message = ws.post({
      channel: channel.id,
      user: user.id,
      isBot: false,
      text,
      blocks: [richTextOf(typed, ws.nextTs().slice(-5))],
      clientId: randomUUID(),
      threadTs: threadTs === undefined ? undefined : this.rootOf(channel, threadTs),
    });
    if (this.mentionsAbsentBot(text, channel)) return this.offerInvitation(user, message);
    const delivery = await events.announce({ kind: 'posted', message });
    if (delivery !== undefined && !delivery.ok) throw new PersonSees(eventFailed(delivery), 502);
  }

  private rootOf(channel: Conversation, threadTs: string): string {
    const parent = this.parts.ws.message(channel.id, threadTs);
    if (parent === undefined) throw new PersonSees('This thread is not here any more.', 404);
    return parent.threadTs ?? parent.ts;
  }

  private mentionsAbsentBot(text: string, channel: Conversation): boolean {
    const { botUserId } = this.parts.ws.cast;
    return text.includes(`<@${botUserId}>`) && !channel.members.has(botUserId);
  }

  /** What Slackbot says when somebody mentions an app that is not in the channel. */
  private offerInvitation(user: SlackUser, message: StoredMessage): void {
    const { ws } = this.parts;
    const text = `You mentioned <@${ws.cast.botUserId}>, but they’re not in this channel. Invite them with \`/invite @${ws.cast.botName}\`.`;
    ws.post({
      channel: message.channel,
      user: 'USLACKBOT',
      isBot: false,
      text,
      ephemeralFor: user.id,
      threadTs: message.threadTs,
    });
  }

  private async command(
    user: SlackUser,
    channel: Conversation,
    typed: string,
    threadTs?: string,
  ): Promise<void> {
    const { ws, tickets, courier } = this.parts;
    const [, command = '', rest = ''] = /^(\/\S+)\s*([\s\S]*)$/.exec(typed.trim()) ?? [];
    if (threadTs !== undefined) throw new PersonSees(`"${command}" is not supported in threads. Sorry!`, 409);
    if (command === '/invite') return this.invite(channel, rest);
    if (command !== ws.cast.command) throw new PersonSees(notACommand(command), 404);
    const payload = commandPayload(ws, tickets, user, channel, command, fromTyped(ws, rest, 'command'));
    const delivery = await courier.deliver('slash_commands', payload);
    if (!delivery.ok) throw new PersonSees(commandFailed(command, delivery), 502);
    this.showAnswer(user, channel, delivery.answer);
  }

  private invite(channel: Conversation, whom: string): void {
    const { ws } = this.parts;
    const isBot = whom.replace(/^@/, '').trim().toLowerCase() === ws.cast.botName.toLowerCase();
    if (!isBot) throw new PersonSees(`There is nobody called "${whom}" to invite.`, 404);
    channel.members.add(ws.cast.botUserId);
  }

  /** The body of a slash command's acknowledgement is an answer by itself. */
  private showAnswer(user: SlackUser, channel: Conversation, answer: JsonObject | string | undefined): void {
    if (answer === undefined) return;
    const body = typeof answer === 'string' ? { text: answer } : answer;
    try {
      respond(this.parts.ws, { channel: channel.id, user: user.id }, body);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new PersonSees(`The answer could not be shown (${error.error}).`, 502);
    }
  }

  private choose(key: string, action: JsonObject): Record<string, Record<string, unknown>> {
    const values = this.chosen.get(key) ?? {};
    const hasState =
      action.type !== 'button' && typeof action.block_id === 'string' && typeof action.action_id === 'string';
    if (hasState) {
      const block = String(action.block_id);
      values[block] = {
        ...values[block],
        [String(action.action_id)]: { type: action.type, ...selectionOf(action) },
      };
      this.chosen.set(key, values);
    }
    return values;
  }
}

/** The element of these blocks that a click names, with its block's id; undefined when there is none. */
export function findElement(blocks: readonly JsonObject[], given: JsonObject): JsonObject | undefined {
  const elements = blocks.flatMap((block) => elementsOf(block)).flatMap((element) => sidesOf(element));
  const sameAction = elements.filter((element) => element.action_id === given.action_id);
  return (
    sameAction.find((element) => element.block_id === given.block_id && sameValue(element, given)) ??
    sameAction.find((element) => given.block_id === undefined && sameValue(element, given)) ??
    undefined
  );
}

/** Feedback buttons are one element with two sides; a click names the side that was clicked. */
function sidesOf(element: JsonObject): readonly JsonObject[] {
  if (element.type !== 'feedback_buttons') return [element];
  const { positive_button, negative_button, ...rest } = element;
  return [positive_button, negative_button]
    .filter(isObject)
    .map(({ text, value }) => ({ ...rest, text, value }));
}

function sameValue(element: JsonObject, given: JsonObject): boolean {
  return given.value === undefined || element.value === undefined || element.value === given.value;
}

/** Interactive elements stand in `elements`, beside a section, in an input, in a card's actions or in a container. */
function elementsOf(block: JsonObject): readonly JsonObject[] {
  const children = [
    ...objectsOf(block.child_blocks),
    ...(block.type === 'carousel' ? objectsOf(block.elements) : []),
  ];
  if (children.length > 0) return children.flatMap((child) => elementsOf(child));
  const single = [block.accessory, block.element].filter(isObject);
  const all = [...objectsOf(block.elements), ...objectsOf(block.actions), ...single];
  return all
    .filter((element) => element.type !== 'image')
    .map((element) => ({ ...element, block_id: block.block_id }));
}

function shownBlocks(message: StoredMessage): readonly JsonObject[] {
  const inAttachments = (message.attachments ?? []).flatMap((attachment) => objectsOf(attachment.blocks));
  return [...(message.blocks ?? []), ...inAttachments];
}

/** What a person may decide in an element; everything else is the app's. */
export function selectionOf(given: JsonObject): JsonObject {
  const own = Object.entries(given).filter(
    ([name]) => name.startsWith('selected_') || name === 'rich_text_value',
  );
  const isText = typeof given.type === 'string' && given.type.endsWith('_input');
  return {
    ...Object.fromEntries(own),
    ...(isText && given.value !== undefined ? { value: given.value } : {}),
  };
}

/** An action repeats its element without what only draws it. */
function withoutSecrets(element: JsonObject): JsonObject {
  const { options: _options, option_groups: _groups, confirm: _confirm, ...rest } = element;
  return rest;
}

function notACommand(command: string): string {
  return `${command} is not a valid command. In Slack, all messages that start with the "/" command are interpreted as slash commands.`;
}

function commandFailed(command: string, delivery: Delivery): string {
  const timedOut = !delivery.ok && delivery.reason === 'http_timeout';
  return `${command} failed with the error "${timedOut ? 'operation_timeout' : 'dispatch_failed'}"`;
}

function clickFailed(delivery: Delivery): string {
  if (delivery.ok) return '';
  if (delivery.reason === 'http_error')
    return `This app responded with Status Code ${delivery.status ?? 500}.`;
  return delivery.reason === 'http_timeout'
    ? 'This app took too long to respond.'
    : 'This app is not responding.';
}

/** Slack itself stays silent about events; here the person should know that nobody heard. */
function eventFailed(delivery: Delivery): string {
  const reason = delivery.ok ? '' : delivery.reason;
  return `Your message was posted, but Deckhand did not take it (${reason}). Slack shows nothing here and tries again.`;
}
