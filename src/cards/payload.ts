import { z } from 'zod';
import { BadRequest } from '../domain/errors.ts';
import { COMMANDS, type Intent } from '../domain/intent.ts';

/** What a button means. Carried in Slack's `value` and in Teams' action data, both as one short string. */
export type ButtonPayload =
  /** Take an incident: `incident` is its id. */
  | { readonly do: 'ack'; readonly incident: string }
  /** Run a command as if the person had typed it ("which one?", "show all"). It reads, or at most proposes. */
  | { readonly do: 'run'; readonly intent: Intent }
  /** Decide about a proposed write, or take one back; `write` is the id that was minted with the proposal. */
  | { readonly do: WriteVerb; readonly write: string }
  /**
   * Do something to an incident by hand, or take it back. `to`: whom it is given to, as `slack:U…`. `held`: who has to
   * have it still for this to mean anything, empty for nobody.
   */
  | {
      readonly do: 'deed';
      readonly kind: DeedVerb;
      readonly incident: string;
      readonly to?: string;
      readonly held?: string;
    }
  /** End a mute, or set one as it was: `on` is its `account/cluster/service`. */
  | { readonly do: 'unmute'; readonly on: string }
  | { readonly do: 'remute'; readonly on: string; readonly untilMs: number }
  /** Hold the noise of an incident's service for so long. */
  | { readonly do: 'mute'; readonly incident: string; readonly forMs: number }
  /** Answer the deployment hook that an incident waits for. */
  | { readonly do: 'hook'; readonly incident: string; readonly answer: 'CONTINUE' | 'ROLLBACK' };

/** What can be done about a write that was proposed. */
export const WRITE_VERBS = ['confirm', 'cancel', 'approve', 'undo'] as const;
export type WriteVerb = (typeof WRITE_VERBS)[number];

/** Deeds that a button can do; notes are typed. */
export const DEED_VERBS = ['ack', 'release', 'assign', 'resolve', 'reopen'] as const;
export type DeedVerb = (typeof DEED_VERBS)[number];

/** Teams sends back whatever the client says, so the command must be one; the rest is looked up before it is used. */
const intentSchema = z
  .object({ command: z.enum([...COMMANDS, 'ask']) })
  .catchall(z.union([z.string(), z.number(), z.boolean()]));

const payloadSchema = z.discriminatedUnion('do', [
  z.object({ do: z.literal('ack'), incident: z.string().min(1) }),
  z.object({ do: z.enum(WRITE_VERBS), write: z.string().min(1).max(100) }),
  z.object({
    do: z.literal('deed'),
    kind: z.enum(DEED_VERBS),
    incident: z.string().min(1),
    to: z
      .string()
      .regex(/^(slack|teams|cli):[^\s:]\S*$/)
      .max(200)
      .exactOptional(),
    held: z.string().max(200).exactOptional(),
  }),
  z.object({ do: z.literal('unmute'), on: z.string().min(1).max(600) }),
  z.object({
    do: z.literal('remute'),
    on: z.string().min(1).max(600),
    untilMs: z.number().int().positive(),
  }),
  z.object({ do: z.literal('mute'), incident: z.string().min(1), forMs: z.number().int().positive() }),
  z.object({
    do: z.literal('hook'),
    incident: z.string().min(1),
    answer: z.enum(['CONTINUE', 'ROLLBACK']),
  }),
  z.object({
    do: z.literal('run'),
    intent: z.custom<Intent>((v) => intentSchema.safeParse(v).success),
  }),
]);

/** The wire form of a payload; stays well under Slack's limit of 2,000 characters for a button's value. */
export function encodePayload(payload: ButtonPayload): string {
  return JSON.stringify(payload);
}

/**
 * Reads what {@link encodePayload} wrote.
 * @throws BadRequest when it is not ours or from a version that meant something else by it.
 */
export function decodePayload(value: unknown): ButtonPayload {
  const parsed = payloadSchema.safeParse(typeof value === 'string' ? parseJson(value) : value);
  if (!parsed.success) {
    throw new BadRequest('I do not know this button any more. Type the command instead; `help` lists them.');
  }
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
