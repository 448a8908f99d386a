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
  return {
    person: { platform: 'teams', id: from.aadObjectId ?? from.id, tenant, name: from.name || 'somebody' },
    accountId: from.id,
    dest: { platform: 'teams', tenant: ANY_TENANT, channel },
    thread: root,
    direct: conversation.conversationType === 'personal',
    zone: zoneOf(activity),
  };
}

/**
 * The words of a message, with the mention of the bot taken off. A command of the slash menu arrives with its
 * slash, and the composer leaves non-breaking spaces behind a mention.
 */
export function wordsOf(activity: Activity): string {
  const text = TurnContext.removeRecipientMention(activity) ?? activity.text ?? '';
  return text
    .replace(/&nbsp;|\u00A0/g, ' ')
    .trim()
    .replace(/^\/(?=\w)/, '');
}

/** Whether the bot was spoken to: by a mention, or because there is nobody else. */
export function isAddressed(activity: Activity): boolean {
  if (activity.conversation.conversationType === 'personal') return true;
  return TurnContext.getMentions(activity).some(
    (mention) => mention.mentioned?.id === activity.recipient?.id,
  );
}

function zoneOf(activity: Activity): string | undefined {
  if (activity.localTimezone) return activity.localTimezone;
  for (const entity of activity.entities ?? []) {
    const info = clientInfo.safeParse(entity);
    if (info.success) return info.data.timezone;
  }
  return undefined;
}
