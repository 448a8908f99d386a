import { refusalToTalk } from '../access/identity.ts';
import type { RateLimits } from '../access/rate-limits.ts';
import { refusalCard } from '../cards/refusal-card.ts';
import { DeckhandError } from '../domain/errors.ts';
import type { Person } from '../domain/person.ts';
import type { Log } from '../telemetry/log.ts';
import type { Chat, Reply } from './request.ts';

/**
 * Stands before the conversation: guests and strangers are told, alone, that nobody answers them, and nobody asks more
 * than their share. What is merely overheard from them gets no answer at all, and counts all the same.
 */
export function withGate(chat: Chat, limits: RateLimits, log: Pick<Log, 'error'>): Chat {
  const pass = async (person: Person, reply: Reply): Promise<boolean> => {
    try {
      return await mayAsk(limits, person, reply);
    } catch (error) {
      log.error({ err: error }, 'somebody could not be told why they get no answer');
      return false;
    }
  };
  const isWelcome = async (person: Person): Promise<boolean> =>
    refusalToTalk(person) === undefined && (await tooMany(limits, person)) === undefined;
  return {
    async say(request, reply) {
      if (request.overheard) {
        if (await isWelcome(request.person)) await chat.say(request, reply);
      } else if (await pass(request.person, reply)) await chat.say(request, reply);
    },
    async click(click, reply) {
      if (await pass(click.person, reply)) await chat.click(click, reply);
    },
  };
}

async function mayAsk(limits: RateLimits, person: Person, reply: Reply): Promise<boolean> {
  const refusal = refusalToTalk(person) ?? (await tooMany(limits, person));
  if (refusal === undefined) return true;
  await reply.toAsker(refusalCard(refusal));
  return false;
}

async function tooMany(limits: RateLimits, person: Person): Promise<string | undefined> {
  try {
    await limits.use(person, 'read');
    return undefined;
  } catch (error) {
    if (error instanceof DeckhandError) return error.message;
    throw error;
  }
}
