import { type Activity, TurnContext } from 'botbuilder';
import { z } from 'zod';
import type { Person } from '../domain/person.ts';
import { ANY_TENANT, type Destination, type MessageId } from '../messaging/messenger.ts';
import { splitConversation } from './conversations.ts';

/** What Teams puts into `channelData`; only what is used. */
const channelData = z
  .object({ tenant: z.object({ id: z.string() }).optional() })
  .optional()
  .catch(undefined);
const clientInfo = z.object({ type: z.literal('clientInfo'), timezone: z.string().optional() });
const mention = z.object({
  type: z.literal('mention'),
  mentioned: z.object({ id: z.string(), name: z.string().optional() }),
});
const targeted = z.object({ isTargeted: z.literal(true) });

/** Who spoke or clicked, and where. */
export interface Origin {
  readonly person: Person;
  /** `29:…`, the account that the connector knows the person by. */
  readonly accountId: string;
  readonly dest: Destination;
  /** The root of the thread, in a channel. A new post is the root of its own. */
  readonly thread: MessageId | undefined;
  readonly direct: boolean;
  readonly zone: string | undefined;
}

/** Reads an activity's origin; undefined where it names no person or conversation. */
export function originOf(activity: Activity): Origin | undefined {
  const { from, conversation } = activity;
  if (!from?.id || !conversation?.id) return undefined;
  const tenant = conversation.tenantId ?? channelData.parse(activity.channelData)?.tenant?.id ?? '-';
  const { channel, root } = splitConversation(conversation.id);
  const direct = isDirect(activity);
  return {
    person: { platform: 'teams', id: from.aadObjectId ?? from.id, tenant, name: from.name || 'somebody' },
    accountId: from.id,
    dest: { platform: 'teams', tenant: ANY_TENANT, channel },
    thread: direct ? undefined : threadOfActivity(activity, root),
    direct,
    zone: zoneOf(activity),
  };
}

/**
 * The words of a message, with the mention of the bot taken off. A command of the slash menu arrives with its
 * slash, and the composer leaves non-breaking spaces behind a mention.
 */
export function wordsOf(activity: Activity): string {
  // The types promise a text and a recipient; the library trusts them, and not every client sends them.
  const spoken: unknown = activity.text;
  const whole = activity.recipient?.id !== undefined && typeof spoken === 'string';
  const text =
    (whole ? TurnContext.removeRecipientMention(activity) : undefined) ??
    (typeof spoken === 'string' ? spoken : '');
  return text
    .replace(/&nbsp;|\u00A0/g, ' ')
    .trim()
    .replace(/^<at>[^<]*<\/at>\s*/i, '')
    .replace(/^\/(?=\w)/, '');
}

/** Whether the bot was spoken to: by a mention, from the slash menu, or because there is nobody else. */
export function isAddressed(activity: Activity): boolean {
  if (isDirect(activity) || isTargeted(activity)) return true;
  const bot = activity.recipient?.id;
  return (activity.entities ?? []).some((entity) => mention.safeParse(entity).data?.mentioned.id === bot);
}

/** Whom a message mentions besides the bot; at most a few, the rest are no command. */
export function mentionsOf(activity: Activity): readonly { readonly id: string; readonly name: string }[] {
  const bot = activity.recipient?.id;
  return (activity.entities ?? []).slice(0, MOST_MENTIONS).flatMap((entity) => {
    const { mentioned } = mention.safeParse(entity).data ?? {};
    const isPerson = mentioned?.name !== undefined && mentioned.id !== bot;
    return isPerson ? [{ id: mentioned.id, name: mentioned.name ?? '' }] : [];
  });
}

const MOST_MENTIONS = 5;

/** A chat with the bot alone. Clients other than Teams leave the type out: then whatever is no group is one. */
function isDirect({ conversation }: Activity): boolean {
  if (conversation.conversationType) return conversation.conversationType === 'personal';
  return !conversation.isGroup && !/@thread\./.test(conversation.id);
}

/** A command of the slash menu: only its author and the bot see it (learn.microsoft.com, "Targeted messages"). */
function isTargeted({ recipient }: Activity): boolean {
  return targeted.safeParse(recipient).success;
}

/** Nobody else could read a thread below a targeted message: what answers it is a post of its own. */
function threadOfActivity(activity: Activity, root: MessageId | undefined): MessageId | undefined {
  return isTargeted(activity) && root === activity.id ? undefined : root;
}

function zoneOf(activity: Activity): string | undefined {
  if (activity.localTimezone) return activity.localTimezone;
  for (const entity of activity.entities ?? []) {
    const info = clientInfo.safeParse(entity);
    if (info.success) return info.data.timezone;
  }
  return undefined;
}
