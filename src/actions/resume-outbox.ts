import type { Access } from '../access/access.ts';
import type { Audit } from '../access/audit.ts';
import { requireNoted } from '../access/require-noted.ts';
import { typed } from '../cards/typed.ts';
import { BadRequest, NotFound } from '../domain/errors.ts';
import type { Person } from '../domain/person.ts';
import type { Clock } from '../domain/time.ts';
import type { Outbox, Waiting } from '../messaging/outbox.ts';
import { channelName } from '../messaging/routes.ts';
import { did, type Performed } from './performed.ts';

/** Sends again to a channel that was paused, and what was refused for good. */
export interface ResumeOutbox {
  readonly kind: 'resume_outbox';
  /** As somebody wrote it: `slack:C012AB3CD`, `C012AB3CD`, Slack's `<#C012AB3CD|ops>`. */
  readonly channel: string;
  readonly prefix: string;
}

export interface ResumeOutboxDeps {
  readonly access: Access;
  readonly audit: Audit;
  /** Undefined where nothing keeps messages. */
  readonly outbox: Pick<Outbox, 'waiting' | 'resume'> | undefined;
  readonly clock: Clock;
}

/**
 * Administration that needs no confirm: it only sends what was to be sent all along. Its answer is for the asker, past
 * the outbox, since it may be asked in the very channel that is paused.
 * @throws Denied, NotFound, BadRequest
 */
export async function resumeOutbox(
  deps: ResumeOutboxDeps,
  { channel, prefix }: ResumeOutbox,
  person: Person,
): Promise<Performed> {
  const { access, audit, clock, outbox } = deps;
  const line = { action: 'outbox resume', target: channel } as const;
  // The command line speaks for whoever runs it on the machine, which holds the keys to the table itself.
  if (person.platform !== 'cli') {
    await requireNoted({ access, audit, clock }, person, { action: 'admin', target: {}, prefix }, line);
  }
  if (outbox === undefined) throw new BadRequest('There is no outbox here. Nothing changed.');
  const found = named(channel, await outbox.waiting(), prefix);
  await outbox.resume(found.dest);
  const target = channelName(found.dest);
  await audit.note({ ...line, by: person, target, atMs: clock.now(), result: 'done' });
  const count = found.waiting + found.parked;
  const sentence = `Sending ${count === 1 ? 'one message' : `${count} messages`} to ${target} again.`;
  return did(sentence);
}

function named(said: string, waiting: readonly Waiting[], prefix: string): Waiting {
  const wanted = (/^<#([^|>]+)(\|[^>]*)?>$/.exec(said.trim())?.[1] ?? said.trim()).toLowerCase();
  const found = waiting.find(({ dest }) =>
    [channelName(dest), dest.channel].some((name) => name.toLowerCase() === wanted),
  );
  if (found !== undefined) return found;
  if (waiting.length === 0) throw new NotFound('Nothing waits to be sent, in no channel. Nothing changed.');
  const names = waiting.map(({ dest }) => channelName(dest)).join(', ');
  throw new NotFound(
    `Nothing waits in ${said}. There is something in ${names}: \`${typed(prefix, 'outbox list')}\` tells why. Nothing changed.`,
  );
}
