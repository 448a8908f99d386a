import type { Action, Perform } from '../actions/perform.ts';
import type { Card } from '../cards/card.ts';
import { correctionCard } from '../cards/correction-card.ts';
import { refusalCard } from '../cards/refusal-card.ts';
import type { Asking, Commands } from '../commands/index.ts';
import type { ErrorCode } from '../domain/errors.ts';
import { sentenceFor } from '../domain/errors.ts';
import type { ServiceRef } from '../domain/fleet.ts';
import type { Intent } from '../domain/intent.ts';
import { commandSpec } from '../intent/grammar.ts';
import type { Log } from '../telemetry/log.ts';
import { unknownCard, whichCard } from './name-questions.ts';
import type { Names, Said, Understood } from './understand.ts';
import { type IncidentLookup, whichIncident } from './which-incident.ts';

/** What came of an utterance, on every edge the same. */
export interface Outcome {
  readonly intent?: Intent;
  readonly card: Card;
  readonly data?: unknown;
  /** Refusals, corrections and questions back are for the asker; answers are for everybody. */
  readonly audience: 'channel' | 'asker';
  readonly verdict: 'ok' | 'unhealthy' | 'incomplete' | 'failed';
  /** Where it failed: the stable code and the sentence. */
  readonly error?: { readonly code: ErrorCode; readonly message: string };
  /** It went well, and the person needs words all the same. */
  readonly tell?: true;
}

export interface ConverseDeps {
  readonly understand: (said: Said) => Promise<Understood>;
  readonly commands: Commands;
  readonly perform: Perform;
  readonly incidents: IncidentLookup;
  readonly log: Log;
}

export interface Converse {
  /** Understands words and answers them. Never throws. */
  hear(said: Said, asking: Asking, thread?: { readonly incident: string }): Promise<Outcome>;
  /** Answers an intent that is understood already: a button's. Never throws. */
  run(intent: Intent, asking: Asking): Promise<Outcome>;
  act(action: Action, asking: Asking): Promise<Outcome>;
}

/** The conversation, whatever it is held over. */
export function makeConverse(deps: ConverseDeps): Converse {
  const guarded = async (intent: Intent | undefined, work: () => Promise<Outcome>): Promise<Outcome> => {
    try {
      return await work();
    } catch (error) {
      const { code, message } = sentenceFor(error);
      const level = code === 'internal' ? 'error' : 'info';
      deps.log[level]({ err: error, intent }, 'an answer failed');
      return { ...failed(code, message), ...(intent === undefined ? {} : { intent }) };
    }
  };
  const run = (intent: Intent, asking: Asking) =>
    guarded(intent, async () => {
      if (intent.command === 'ack') return acknowledge(intent, asking);
      const { card, data, verdict } = await deps.commands(intent, asking);
      return { intent, card, data, verdict, audience: 'channel' };
    });
  const act = (action: Action, asking: Asking) =>
    guarded(undefined, async () => {
      const { card, done, tell } = await deps.perform(action, asking.person);
      const outcome = { card, audience: 'asker', ...(tell === undefined ? {} : { tell }) } as const;
      return done ? { ...outcome, verdict: 'ok' } : { ...outcome, verdict: 'failed', ...refusedAs(card) };
    });
  const acknowledge = async (intent: Intent, asking: Asking, thread?: { readonly incident: string }) => {
    const found = await whichIncident(intent, thread, deps.incidents, asking.prefix);
    if ('none' in found) return { ...failed('not_found', found.none), intent };
    if ('candidates' in found) return question(intent, found.candidates);
    return { ...(await act({ kind: 'ack', incident: found.id }, asking)), intent };
  };
  return {
    run,
    act,
    hear: (said, asking, thread) =>
      guarded(undefined, async () => {
        const { result, names } = await deps.understand(said);
        if (result.correction !== undefined) {
          const { text, suggestions } = result.correction;
          return {
            ...failed('bad_request', text),
            card: correctionCard({ text, suggestions, command: asking.prefix }),
          };
        }
        const { intent } = result;
        if (intent.command === 'ask') return notUnderstood(intent, names, asking.prefix);
        // Whether it can be done at all comes before what exactly is meant.
        if (!commandSpec(intent.command).built) return run(intent, asking);
        if (intent.unknown !== undefined) {
          const card = unknownCard(intent, intent.unknown, names ?? { refs: [], missing: [] }, asking.prefix);
          return { ...failed('not_found', card.summary), intent, card };
        }
        if (intent.command === 'ack') return acknowledge(intent, asking, thread);
        if (intent.ambiguous !== undefined) return question(intent, intent.ambiguous.service);
        if (intent.command === 'outbox' && intent.action === 'resume') {
          const { text: channel = '' } = intent;
          const action: Action = { kind: 'resume_outbox', channel, prefix: asking.prefix };
          return { ...(await act(action, asking)), intent };
        }
        return run(intent, asking);
      }),
  };
}

function failed(code: ErrorCode, message: string): Outcome {
  return { card: refusalCard(message), audience: 'asker', verdict: 'failed', error: { code, message } };
}

function refusedAs(card: Card): Pick<Outcome, 'error'> {
  return { error: { code: 'bad_request', message: card.summary } };
}

function question(intent: Intent, candidates: readonly ServiceRef[]): Outcome {
  const card = whichCard(intent, candidates);
  return {
    intent,
    card,
    audience: 'asker',
    verdict: 'failed',
    error: { code: 'bad_request', message: card.summary },
  };
}

/** No command, and not nearly one. Where a service is named, the command about it is what comes nearest. */
function notUnderstood(intent: Intent, names: Names | undefined, prefix: string): Outcome {
  const said = ` ${intent.text?.toLowerCase() ?? ''} `.replace(/[^a-z0-9_-]+/g, ' ');
  const named = names?.refs.find(({ service }) => said.includes(` ${service.toLowerCase()} `));
  const text = 'I did not understand that: I answer commands, not sentences yet.';
  const suggestions =
    named === undefined ? ['health', 'alerts open', 'help'] : [`service ${named.service}`, 'help'];
  return {
    ...failed('bad_request', text),
    intent,
    card: correctionCard({ text, suggestions, command: prefix }),
  };
}
