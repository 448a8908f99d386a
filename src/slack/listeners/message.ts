import type { App } from '@slack/bolt';
import type { ChatRequest } from '../../chat/request.ts';
import { ANY_TENANT } from '../../messaging/messenger.ts';
import { makeReply } from '../reply.ts';
import type { ListenerContext } from './context.ts';

/** What is read of a `message` or `app_mention` event. */
interface Spoken {
  readonly eventId: string;
  readonly team: string;
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly ts: string;
  readonly threadTs: string | undefined;
}

/** Mentions in channels, direct messages, and replies in threads that the bot began. */
export function onMessage(app: App, context: ListenerContext): void {
  app.event('app_mention', async ({ event, body, context: { botUserId } }) => {
    const spoken = read(event, body);
    // A mention inside a direct message also arrives as message.im, which is answered below.
    if (spoken === undefined || spoken.channel.startsWith('D')) return;
    await answer(context, spoken, { text: withoutMention(spoken.text, botUserId) });
  });

  app.event('message', async ({ event, body, context: { botUserId } }) => {
    const subtype = 'subtype' in event ? event.subtype : undefined;
    if (subtype !== undefined && subtype !== 'file_share' && subtype !== 'thread_broadcast') return;
    const spoken = read(event, body);
    if (spoken === undefined) return;
    if ('channel_type' in event && event.channel_type === 'im') {
      await answer(context, spoken, { text: withoutMention(spoken.text, botUserId), direct: true });
      return;
    }
    if (botUserId !== undefined && spoken.text.includes(`<@${botUserId}`)) return;
    const parent = 'parent_user_id' in event ? event.parent_user_id : undefined;
    if (await isOurThread(context, spoken, parent === undefined ? undefined : parent === botUserId))
      await answer(context, spoken, { text: spoken.text, overheard: true });
  });
}

/** Slack names the author of a thread's root; where that is left out, our own record of our messages tells. */
async function isOurThread(
  context: ListenerContext,
  spoken: Spoken,
  told: boolean | undefined,
): Promise<boolean> {
  if (spoken.threadTs === undefined) return false;
  if (told !== undefined) return told;
  try {
    return await context.isOurs(
      { platform: 'slack', tenant: ANY_TENANT, channel: spoken.channel },
      spoken.threadTs,
    );
  } catch (error) {
    context.log.warn({ err: error }, 'whose thread it is could not be told');
    return false;
  }
}

interface How {
  readonly text: string;
  readonly direct?: true;
  readonly overheard?: true;
}

async function answer(context: ListenerContext, spoken: Spoken, how: How): Promise<void> {
  const dest = { platform: 'slack', tenant: ANY_TENANT, channel: spoken.channel } as const;
  const { person, zone } = await context.people.person(spoken.user, spoken.team);
  // In a direct message each message of the person is the root of its own thread (agent view).
  const root = spoken.threadTs ?? (how.direct ? spoken.ts : undefined);
  const request: ChatRequest = {
    id: spoken.eventId,
    person,
    dest,
    text: how.text,
    ...(root === undefined ? {} : { thread: root }),
    ...(how.overheard === undefined ? {} : { overheard: how.overheard }),
    ...(zone === undefined ? {} : { zone }),
  };
  const reply = makeReply({
    answers: context.answers,
    client: context.client,
    log: context.log,
    requestId: spoken.eventId,
    dest,
    user: spoken.user,
    prefix: how.direct ? '' : '@Deckhand',
    ...(root === undefined ? {} : { thread: root }),
    direct: how.direct ?? false,
  });
  await context.chat.say(request, reply);
}

/** @returns undefined for what no person said: bots, and events without a text. */
function read(event: object, body: object): Spoken | undefined {
  const e = event as Record<string, unknown>;
  const b = body as Record<string, unknown>;
  if (typeof e['user'] !== 'string' || typeof e['text'] !== 'string' || e['bot_id'] !== undefined)
    return undefined;
  if (typeof e['channel'] !== 'string' || typeof e['ts'] !== 'string') return undefined;
  return {
    // The same for Slack's repetitions of one event, and for nothing else.
    eventId: `${typeof b['event_id'] === 'string' ? b['event_id'] : e['channel']}-${e['ts']}`,
    team: typeof b['team_id'] === 'string' ? b['team_id'] : typeof e['team'] === 'string' ? e['team'] : '',
    channel: e['channel'],
    user: e['user'],
    text: e['text'],
    ts: e['ts'],
    threadTs: typeof e['thread_ts'] === 'string' ? e['thread_ts'] : undefined,
  };
}

/**
 * Takes the first mention of the bot away; mentions of other people stay, they may be meant (`assign @X`). Where it
 * is not known who we are, the mention that everything begins with is ours.
 */
function withoutMention(text: string, botUserId: string | undefined): string {
  const ours = botUserId === undefined ? /^\s*<@[^>]+>/ : new RegExp(`<@${botUserId}(\\|[^>]*)?>`);
  return text.replace(ours, ' ').trim();
}
