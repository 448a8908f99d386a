import type { Action, Perform } from '../actions/perform.ts';
import type { Card } from '../cards/card.ts';
import { correctionCard } from '../cards/correction-card.ts';
import { refusalCard } from '../cards/refusal-card.ts';
import type { Answer, AnswerHook, Asking, Commands, HookAnswer } from '../commands/index.ts';
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

/** The conversation, whatever it is held over. */
export function makeConverse(deps: ConverseDeps): Converse {
  return {
    run: (intent, asking) => run(deps, intent, asking),
    act: (action, asking) => act(deps, action, asking),
    press: (payload, asking) =>
      guarded(deps, undefined, async () => act(deps, await pressed(payload, asking, deps), asking)),
    answerHook: (incident, answer, asking) =>
      guarded(deps, undefined, () => proposeAnswer(deps, incident, answer, asking)),
    hear: (said, asking, thread) => guarded(deps, undefined, () => hear(deps, said, asking, thread)),
  };
}

/** Whatever goes wrong becomes an outcome; what nobody foresaw tells nothing of its insides. */
async function guarded(
  { log }: ConverseDeps,
  intent: Intent | undefined,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    const { code, message } = sentenceFor(error);
    log[code === 'internal' ? 'error' : 'info']({ err: error, intent }, 'an answer failed');
    return { ...failed(code, message), ...(intent === undefined ? {} : { intent }) };
  }
}

async function hear(deps: ConverseDeps, said: Said, asking: Asking, thread: Thread): Promise<Outcome> {
  const { result, names } = await deps.understand(said);
  const { prefix } = asking;
  if (result.correction !== undefined) {
    const { text, suggestions } = result.correction;
    const card = correctionCard({ text, suggestions, command: prefix });
    return { ...failed('bad_request', text), card };
  }
  const { intent } = result;
  if (intent.command === 'ask') return notUnderstood(intent, names, prefix);
  // Whether it can be done at all comes before what exactly is meant.
  if (!commandSpec(intent.command).built) return run(deps, intent, asking);
  if (intent.unknown !== undefined) {
    const card = unknownCard(intent, intent.unknown, names ?? { refs: [], missing: [] }, prefix);
    return { ...failed('not_found', card.summary), intent, card };
  }
  if (intent.ambiguous !== undefined && !isAboutIncident(intent))
    return question(intent, intent.ambiguous.service);
  return guarded(deps, intent, () => answered(deps, intent, asking, thread, names));
}

/** Answers an intent that is understood already. */
function run(deps: ConverseDeps, intent: Intent, asking: Asking): Promise<Outcome> {
  return guarded(deps, intent, () => answered(deps, intent, asking));
}

/** Deeds and mutes are their own consent and done at once; everything else looks, or proposes. */
async function answered(
  deps: ConverseDeps,
  intent: Intent,
  asking: Asking,
  thread?: Thread,
  names?: Names,
): Promise<Outcome> {
  if (isAboutIncident(intent)) return aboutIncident(deps, intent, asking, thread);
  const action = muteOf(intent, asking, names) ?? resumeOf(intent, asking);
  if (action !== undefined) return { ...(await act(deps, action, asking)), intent };
  return { intent, ...shown(await deps.commands(intent, asking)) };
}

async function aboutIncident(
  deps: ConverseDeps,
  intent: Intent,
  asking: Asking,
  thread: Thread,
): Promise<Outcome> {
  const found = await whichIncident(intent, thread, deps.incidents, asking.prefix);
  if ('none' in found) return { ...failed('not_found', found.none), intent };
  if ('candidates' in found) return question(intent, found.candidates);
  const { id } = found;
  if (isDeedIntent(intent)) {
    const deed = await deedOf(intent, asking, deps.finders ?? {});
    const action = { kind: 'deed', deed, incident: id, prefix: asking.prefix } as const;
    return { ...(await act(deps, action, asking)), intent };
  }
  const incident = Number(id.slice(id.lastIndexOf('#') + 1));
  return { intent, ...shown(await deps.commands({ ...intent, incident }, asking)) };
}

function resumeOf({ command, action, text: channel = '' }: Intent, { prefix }: Asking): Action | undefined {
  if (command !== 'outbox' || action !== 'resume') return undefined;
  return { kind: 'resume_outbox', channel, prefix };
}

function act(deps: ConverseDeps, action: Action, asking: Asking): Promise<Outcome> {
  return guarded(deps, undefined, async () => {
    const { card, done, tell, isPublic } = await deps.perform(action, asking.person);
    const audience = done && isPublic ? 'channel' : 'asker';
    const outcome = { card, audience, ...(tell === undefined ? {} : { tell }) } as const;
    return done ? { ...outcome, verdict: 'ok' } : { ...outcome, verdict: 'failed', ...refusedAs(card) };
  });
}

async function proposeAnswer(
  { answerHook }: ConverseDeps,
  incident: string,
  answer: HookAnswer,
  asking: Asking,
): Promise<Outcome> {
  if (answerHook === undefined)
    throw new BadRequest(
      'The command line cannot confirm a change: ask in Slack or Teams. Incidents can be worked on here, too.',
    );
  return shown(await answerHook(incident, answer, asking));
}

function shown({ card, data, verdict }: Answer): Outcome {
  return { card, data, verdict, audience: 'channel' };
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
