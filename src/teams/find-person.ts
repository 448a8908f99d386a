import { z } from 'zod';
import { BadRequest, NotFound } from '../domain/errors.ts';
import type { FindPerson } from '../domain/people.ts';
import type { Person } from '../domain/person.ts';
import type { Connector } from './connector.ts';
import { type ConversationBook, splitConversation } from './conversations.ts';
import { translateTeamsError } from './errors.ts';
import { standingIn } from './standing.ts';

export interface FindTeamsPersonOptions {
  readonly connectors: (serviceUrl: string) => Promise<Pick<Connector, 'member' | 'members'>>;
  readonly book: Pick<ConversationBook, 'serviceUrl'>;
  /** The one tenant that is served; undefined: any. */
  readonly tenant: string | undefined;
}

const memberSchema = z.looseObject({
  id: z.string().optional().catch(undefined),
  name: z.string().optional().catch(undefined),
  aadObjectId: z.string().optional().catch(undefined),
  objectId: z.string().optional().catch(undefined),
  tenantId: z.string().optional().catch(undefined),
  userRole: z.string().optional().catch(undefined),
  userPrincipalName: z.string().optional().catch(undefined),
});
type Member = z.infer<typeof memberSchema>;

/** No tenant is home, so nobody is a stranger. */
const ANY = '-';
/** A team may have 25,000 members; who reads so far down should mention the person instead. */
const MOST_PAGES = 10;

/**
 * Finds a member of the conversation in which somebody is named: by object id, account id (`29:…`) or name.
 * Source: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context
 */
export function makeFindTeamsPerson({
  connectors,
  book,
  tenant: home = ANY,
}: FindTeamsPersonOptions): FindPerson {
  return async (said, channel) => {
    if (channel === undefined)
      throw new BadRequest(`Teams finds people in a conversation only: name ${said} there. Nothing changed.`);
    try {
      const serviceUrl = await book.serviceUrl(channel);
      if (serviceUrl === undefined) return { nobody: true };
      const connector = await connectors(serviceUrl);
      const conversation = splitConversation(channel).channel;
      const byId = /^(?:29:|[0-9a-f-]{20,}$)/i.test(said)
        ? await memberOf(connector, conversation, said)
        : undefined;
      if (byId !== undefined) return { person: personOf(byId, said, home) };
      return await byName(connector, conversation, said, home);
    } catch (error) {
      throw translateTeamsError(error, 'reading the members');
    }
  };
}

/** A person by the account id of a mention; undefined where the roster does not know it. `home`: the speaker's tenant. */
export async function mentionedPerson(
  connector: Pick<Connector, 'member'>,
  conversation: string,
  mention: { readonly id: string; readonly name: string },
  home: string,
): Promise<Person | undefined> {
  const found = await memberOf(connector, conversation, mention.id);
  return found && { ...personOf(found, mention.id, home), name: mention.name };
}

async function memberOf(
  connector: Pick<Connector, 'member'>,
  conversation: string,
  id: string,
): Promise<Member | undefined> {
  try {
    return memberSchema.parse(await connector.member(conversation, id));
  } catch (error) {
    const known = translateTeamsError(error, 'reading a member');
    if (known instanceof NotFound) return undefined;
    throw known;
  }
}

async function byName(
  connector: Pick<Connector, 'members'>,
  conversation: string,
  said: string,
  home: string,
) {
  const wanted = said.replace(/^@/, '').trim().toLowerCase();
  const found: Member[] = [];
  let next: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await connector.members(conversation, next);
    const members = answer.members.map((one) => memberSchema.parse(one));
    found.push(
      ...members.filter(({ name, id, aadObjectId, objectId }) =>
        [name, id, aadObjectId, objectId].some((each) => each?.toLowerCase() === wanted),
      ),
    );
    next = answer.next;
    if (next === undefined) break;
  }
  const [only, another] = found;
  if (only === undefined) return { nobody: true } as const;
  if (another !== undefined) return { several: found.map(({ name }) => name ?? 'somebody') };
  return { person: personOf(only, said, home) };
}

function personOf(member: Member, said: string, home: string): Person {
  const { aadObjectId, objectId, id, name, tenantId = '-' } = member;
  return {
    platform: 'teams',
    id: aadObjectId ?? objectId ?? id ?? said,
    tenant: tenantId,
    name: name || 'somebody',
    standing: standingIn(member, home),
  };
}
