import { randomUUID } from 'node:crypto';
import type { Activity, InvokeResponse } from 'botbuilder';
import { z } from 'zod';
import { decodePayload } from '../cards/payload.ts';
import type { Chat, ChatRequest, Reply } from '../chat/request.ts';
import { sentenceFor } from '../domain/errors.ts';
import type { Person } from '../domain/person.ts';
import type { Destination, MessageId } from '../messaging/messenger.ts';
import type { Log } from '../telemetry/log.ts';
import { isAddressed, mentionsOf, type Origin, originOf, wordsOf } from './activity.ts';
import type { Connector } from './connector.ts';
import type { ConversationBook } from './conversations.ts';
import { mentionedPerson } from './find-person.ts';
import { makeTeamsReply, type TeamsReplyOptions } from './reply.ts';
import type { StandingOf } from './standing.ts';

export interface TeamsBotOptions {
  readonly chat: Chat;
  readonly answers: TeamsReplyOptions['answers'];
  readonly connectors: (serviceUrl: string) => Promise<Connector>;
  readonly book: ConversationBook;
  readonly standingOf: StandingOf;
  readonly log: Log;
  /** A message of ours was touched; takes it away where it is an extra copy, and names the one that stays. */
  readonly touched: (dest: Destination, key: string, id: MessageId) => Promise<MessageId | undefined>;
  /** Resolves after this many milliseconds; injected, so that tests need not wait. */
  readonly wait: (ms: number) => Promise<void>;
}

/** Teams repeats an invoke that is not answered soon (learn.microsoft.com, "Universal Actions": ten seconds). */
const INVOKE_PATIENCE_MS = 5000;

/** `adaptiveCard/action` as our buttons make it: `p` the payload, `k` the key of the message; inputs stand beside them. */
const invokeValue = z.object({
  action: z.object({ data: z.looseObject({ p: z.unknown(), k: z.string().optional() }) }),
});

/** @returns the answer to an invoke; for anything else undefined, and the answer comes as a message. */
export type TeamsBot = (activity: Activity) => Promise<InvokeResponse | undefined>;

/** Turns activities into what `chat` understands. */
export function makeTeamsBot(options: TeamsBotOptions): TeamsBot {
  return async (activity) => {
    const origin = originOf(activity);
    if (origin === undefined) return undefined;
    await remember(options, activity, origin);
    if (activity.type === 'message') {
      // The answer takes its own way: Teams waits for no more than "received".
      say(options, activity, origin).catch((error: unknown) => {
        options.log.error({ err: error }, 'a message from Teams could not be read');
      });
      return undefined;
    }
    if (activity.type === 'invoke' && activity.name === 'adaptiveCard/action') {
      return click(options, activity, origin);
    }
    return undefined;
  };
}

/** A store that is down must not keep people from getting answers: this activity brings its own service URL. */
async function remember({ book, log }: TeamsBotOptions, activity: Activity, origin: Origin): Promise<void> {
  if (!activity.serviceUrl) return;
  try {
    await book.remember(origin.dest.channel, activity.serviceUrl);
  } catch (error) {
    log.warn({ err: error }, 'where Teams is could not be remembered');
  }
}

async function say(options: TeamsBotOptions, activity: Activity, origin: Origin): Promise<void> {
  const addressed = isAddressed(activity);
  const ownPost = origin.thread === undefined || origin.thread === activity.id;
  // Without a mention only replies in threads are read; a post to the channel is not for us.
  if (!addressed && ownPost) return;
  if (!activity.text) return;
  const mentions = await mentioned(options, activity, origin);
  const request: ChatRequest = {
    id: requestIdOf(activity, origin),
    person: await vouched(options, activity, origin),
    dest: origin.dest,
    text: addressed ? wordsOf(activity) : activity.text,
    ...(origin.thread === undefined ? {} : { thread: origin.thread }),
    ...(mentions.length === 0 ? {} : { mentions }),
    ...(addressed ? {} : { overheard: true }),
    ...(origin.zone === undefined ? {} : { zone: origin.zone }),
  };
  await options.chat.say(request, replyFor(options, activity, origin, request.id));
}

async function click(options: TeamsBotOptions, activity: Activity, origin: Origin): Promise<InvokeResponse> {
  const value = invokeValue.safeParse(activity.value);
  let payload: ReturnType<typeof decodePayload>;
  try {
    payload = decodePayload(value.success ? value.data.action.data.p : undefined);
  } catch (error) {
    return messageResponse(sentenceFor(error).message);
  }
  const clicked = activity.replyToId ?? origin.thread ?? '';
  const message =
    (await survivor(options, origin, value.success ? value.data.action.data.k : undefined, clicked)) ??
    clicked;
  const id = `${requestIdOf(activity, origin)}/${payload.do}`;
  const below: Origin = { ...origin, thread: origin.direct ? undefined : (origin.thread ?? message) };
  const typed = value.success ? typedBeside(value.data.action.data) : {};
  let told: string | undefined;
  let answered = false;
  const later = replyFor(options, activity, below, id);
  const reply: Reply = {
    ...later,
    // What only the person who clicked may see is the answer to the click itself, while that is still to be given.
    toAsker: async (card) => {
      if (answered) return later.toAsker(card);
      told = card.summary;
    },
  };
  const asClick = {
    id,
    dest: origin.dest,
    message,
    payload,
    ...(origin.thread === undefined ? {} : { thread: origin.thread }),
    ...(below.thread === undefined ? {} : { below: below.thread }),
    ...(Object.keys(typed).length === 0 ? {} : { typed }),
  };
  const done = vouched(options, activity, origin).then((person) =>
    options.chat.click({ ...asClick, person }, reply),
  );
  const slow = options.wait(INVOKE_PATIENCE_MS).then(() => 'I am on it.');
  const outcome = await Promise.race([done.then(() => 'Done.'), slow]);
  answered = true;
  return messageResponse(told ?? outcome);
}

/** Teams puts what stands in a card's inputs into the action's data, under their ids. */
function typedBeside({ p: _payload, k: _key, ...rest }: Readonly<Record<string, unknown>>) {
  const texts = Object.entries(rest).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return Object.fromEntries(texts);
}

/** Those of whom the roster does not tell are found by name later, or not at all. */
async function mentioned(
  { connectors, log }: TeamsBotOptions,
  activity: Activity,
  { dest, person: { tenant } }: Origin,
): Promise<readonly Person[]> {
  const named = mentionsOf(activity);
  if (named.length === 0) return [];
  try {
    const connector = await connectors(activity.serviceUrl);
    const found = await Promise.all(
      named.map((each) => mentionedPerson(connector, dest.channel, each, tenant)),
    );
    return found.filter((one) => one !== undefined);
  } catch (error) {
    log.warn({ err: error }, 'who was mentioned could not be told');
    return [];
  }
}

/** The person, with what the roster says of them. */
async function vouched(options: TeamsBotOptions, activity: Activity, origin: Origin): Promise<Person> {
  return { ...origin.person, standing: await options.standingOf(origin, activity.serviceUrl) };
}

/** A lost answer can leave a second copy of a message in Teams; the first touch of it takes it away. */
async function survivor(
  options: TeamsBotOptions,
  origin: Origin,
  key: string | undefined,
  id: MessageId,
): Promise<MessageId | undefined> {
  if (key === undefined || id === '') return undefined;
  try {
    return await options.touched(origin.dest, key, id);
  } catch (error) {
    options.log.warn({ err: error, key }, 'could not tell whether a message is an extra copy');
    return undefined;
  }
}

/** The same for Teams' repetitions of one activity, and for nothing else. */
function requestIdOf(activity: Activity, origin: Origin): string {
  return [origin.dest.channel, activity.id ?? randomUUID(), activity.timestamp?.valueOf()].join('/');
}

function replyFor(options: TeamsBotOptions, activity: Activity, origin: Origin, requestId: string): Reply {
  return makeTeamsReply({
    answers: options.answers,
    connector: () => options.connectors(activity.serviceUrl),
    log: options.log,
    requestId,
    dest: origin.dest,
    accountId: origin.accountId,
    tenant: origin.person.tenant,
    direct: origin.direct,
    ...(origin.thread === undefined ? {} : { thread: origin.thread }),
  });
}

/** Shown to the person for a moment; the card stays as it is. */
function messageResponse(text: string): InvokeResponse {
  return {
    status: 200,
    body: { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: text },
  };
}
