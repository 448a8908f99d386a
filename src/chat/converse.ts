import type { Action, Perform } from '../actions/perform.ts';
import type { Card } from '../cards/card.ts';
import { correctionCard } from '../cards/correction-card.ts';
import { refusalCard } from '../cards/refusal-card.ts';
import type { AnswerHook, Asking, Commands, HookAnswer } from '../commands/index.ts';
import type { ErrorCode } from '../domain/errors.ts';
import { BadRequest, sentenceFor } from '../domain/errors.ts';
import type { ServiceRef } from '../domain/fleet.ts';
import type { Intent } from '../domain/intent.ts';
import { commandSpec } from '../intent/grammar.ts';
import type { Log } from '../telemetry/log.ts';
import { deedOf, isAboutIncident, isDeedIntent, muteOf } from './by-hand.ts';
import { unknownCard, whichCard } from './name-questions.ts';
import { type HandPayload, pressed } from './pressed.ts';
import type { Names, Said, Understood } from './understand.ts';
import { type IncidentLookup, whichIncident } from './which-incident.ts';
import type { PeopleFinders } from './who.ts';

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
  /** Who can be asked who somebody is; absent: nobody. */
  readonly finders?: PeopleFinders;
  /** Proposes the answer to a deployment that waits; undefined where nothing keeps writes. */
  readonly answerHook?: AnswerHook;
  readonly log: Log;
}

export interface Converse {
  /** Understands words and answers them. Never throws. */
  hear(said: Said, asking: Asking, thread?: Thread): Promise<Outcome>;
  /** Answers an intent that is understood already: a button's. Never throws. */
  run(intent: Intent, asking: Asking): Promise<Outcome>;
  act(action: Action, asking: Asking): Promise<Outcome>;
  /** Does what a button says that needs no confirm: deeds and mutes, and what takes them back. */
  press(payload: HandPayload, asking: Asking): Promise<Outcome>;
  /** Proposes to answer the deployment hook that an incident waits for. */
  answerHook(incident: string, answer: HookAnswer, asking: Asking): Promise<Outcome>;
}

type Thread = { readonly incident: string } | undefined;
type OnIncident = (id: string) => Promise<Outcome>;

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
      const done = await byHand(intent, asking);
      if (done !== undefined) return done;
      const { card, data, verdict } = await deps.commands(intent, asking);
      return { intent, card, data, verdict, audience: 'channel' };
    });
  const act = (action: Action, asking: Asking) =>
    guarded(undefined, async () => {
      const { card, done, tell, isPublic } = await deps.perform(action, asking.person);
      const audience = done && isPublic ? 'channel' : 'asker';
      const outcome = { card, audience, ...(tell === undefined ? {} : { tell }) } as const;
      return done ? { ...outcome, verdict: 'ok' } : { ...outcome, verdict: 'failed', ...refusedAs(card) };
    });
  const onIncident = async (
    intent: Intent,
    asking: Asking,
    thread: Thread,
    then: OnIncident,
  ): Promise<Outcome> => {
    const found = await whichIncident(intent, thread, deps.incidents, asking.prefix);
    if ('none' in found) return { ...failed('not_found', found.none), intent };
    if ('candidates' in found) return question(intent, found.candidates);
    return { ...(await then(found.id)), intent };
  };
  /** What is done at once: deeds and mutes are their own consent. */
  const byHand = async (
    intent: Intent,
    asking: Asking,
    thread?: Thread,
    names?: Names,
  ): Promise<Outcome | undefined> => {
    if (isDeedIntent(intent)) {
      return onIncident(intent, asking, thread, async (incident) => {
        const deed = await deedOf(intent, asking, deps.finders ?? {});
        return act({ kind: 'deed', deed, incident, prefix: asking.prefix }, asking);
      });
    }
    if (intent.command === 'alerts' && intent.action === 'timeline') {
      return onIncident(intent, asking, thread, async (id) => {
        const incident = Number(id.slice(id.lastIndexOf('#') + 1));
        const { card, data, verdict } = await deps.commands({ ...intent, incident }, asking);
        return { card, data, verdict, audience: 'channel' };
      });
    }
    const mute = muteOf(intent, asking, names);
    return mute === undefined ? undefined : { ...(await act(mute, asking)), intent };
  };
  return {
    run,
    act,
    press: (payload, asking) =>
      guarded(undefined, async () => act(await pressed(payload, asking, deps), asking)),
    answerHook: (incident, answer, asking) =>
      guarded(undefined, async () => {
        if (deps.answerHook === undefined)
          throw new BadRequest(
            'The command line only looks. Ask in Slack or Teams, where a person can confirm.',
          );
        const { card, data, verdict } = await deps.answerHook(incident, answer, asking);
        return { card, data, verdict, audience: 'channel' };
      }),
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
        const isClear = intent.ambiguous === undefined || isAboutIncident(intent);
        const done = isClear ? await byHand(intent, asking, thread, names) : undefined;
        if (done !== undefined) return done;
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
