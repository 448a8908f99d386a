import type { Action, Perform } from '../actions/perform.ts';
import type { Card } from '../cards/card.ts';
import { correctionCard } from '../cards/correction-card.ts';
import { refusalCard } from '../cards/refusal-card.ts';
import { typed } from '../cards/typed.ts';
import type { Asking, Commands } from '../commands/index.ts';
import type { ErrorCode } from '../domain/errors.ts';
import { sentenceFor } from '../domain/errors.ts';
import type { ServiceRef } from '../domain/fleet.ts';
import type { Incident } from '../domain/incident.ts';
import type { Intent } from '../domain/intent.ts';
import type { Log } from '../telemetry/log.ts';
import { unknownCard, whichCard } from './name-questions.ts';
import type { Said, Understood } from './understand.ts';

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
}

export interface ConverseDeps {
  readonly understand: (said: Said) => Promise<Understood>;
  readonly commands: Commands;
  readonly perform: Perform;
  /** The reading side of incidents, for `ack NAME` and `ack #12`. */
  readonly incidents: {
    byNumber(number: number): Promise<Incident | undefined>;
    open(): Promise<readonly Incident[]>;
  };
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
      const { card, data, verdict } = await deps.commands(intent, asking);
      return { intent, card, data, verdict, audience: 'channel' };
    });
  const act = (action: Action, asking: Asking) =>
    guarded(undefined, async () => {
      const { card, done } = await deps.perform(action, asking.person);
      return { card, audience: 'asker', verdict: done ? 'ok' : 'failed', ...(done ? {} : refusedAs(card)) };
    });
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
        if (intent.ambiguous !== undefined) return question(intent, intent.ambiguous.service);
        if (intent.unknown !== undefined) {
          const card = unknownCard(intent, intent.unknown, names ?? { refs: [], missing: [] }, asking.prefix);
          return { ...failed('not_found', card.summary), intent, card };
        }
        if (intent.command === 'outbox' && intent.action === 'resume') {
          const { text: channel = '' } = intent;
          const action: Action = { kind: 'resume_outbox', channel, prefix: asking.prefix };
          return { ...(await act(action, asking)), intent };
        }
        if (intent.command !== 'ack') return run(intent, asking);
        const incident =
          intent.service === undefined && intent.incident === undefined
            ? thread?.incident
            : await incidentOf(deps, intent);
        if (incident === undefined)
          return { ...failed('not_found', noIncident(intent, asking.prefix)), intent };
        return { ...(await act({ kind: 'ack', incident }, asking)), intent };
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

async function incidentOf(deps: ConverseDeps, intent: Intent): Promise<string | undefined> {
  if (intent.incident !== undefined) return (await deps.incidents.byNumber(intent.incident))?.id;
  // By the incident's own names: an event may be about a service that the inventory does not hold.
  const open = await deps.incidents.open();
  return open.find(({ target }) =>
    PLACES.every((part) => intent[part] === undefined || intent[part] === target[part]),
  )?.id;
}

const PLACES = ['account', 'region', 'cluster', 'service'] as const;

function noIncident(intent: Intent, prefix: string): string {
  const list = `\`${typed(prefix, 'alerts open')}\` lists what is open.`;
  if (intent.incident !== undefined) return `There is no incident #${intent.incident}. ${list}`;
  if (intent.service !== undefined) return `${intent.service} has no open incident. ${list}`;
  return `Which incident? Say it in the incident's thread, or write its number. ${list}`;
}
