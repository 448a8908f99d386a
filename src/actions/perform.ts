import type { RateLimits } from '../access/rate-limits.ts';
import { DeckhandError } from '../domain/errors.ts';
import type { Person } from '../domain/person.ts';
import { type DeedAction, type DeedDeps, doDeed } from './deeds.ts';
import { type MuteAction, type MuteDeps, mute, type UnmuteAction, unmute } from './mutes.ts';
import { didNot, type Performed } from './performed.ts';
import { type ResumeOutbox, type ResumeOutboxDeps, resumeOutbox } from './resume-outbox.ts';
import type { WriteAction } from './writes.ts';

/** What somebody asked to be done, by a click or by their own words. */
export type Action = DeedAction | MuteAction | UnmuteAction | ResumeOutbox | WriteAction;

/** The one way anything is changed. */
export type Perform = (action: Action, person: Person) => Promise<Performed>;

export interface PerformDeps extends DeedDeps, MuteDeps {
  readonly limits: RateLimits;
  /** Undefined where nothing keeps writes (the command line). */
  readonly writes: ((action: WriteAction, person: Person) => Promise<Performed>) | undefined;
  readonly outbox: ResumeOutboxDeps['outbox'];
}

/** Every action is limited per person, authorised, done and written down. */
export function makePerform(deps: PerformDeps): Perform {
  return async (action, person) => {
    try {
      await deps.limits.use(person, action.kind === 'deed' ? 'deed' : 'write');
      return await performed(deps, action, person);
    } catch (error) {
      if (!(error instanceof DeckhandError)) throw error;
      return didNot(error.message);
    }
  };
}

async function performed(deps: PerformDeps, action: Action, person: Person): Promise<Performed> {
  switch (action.kind) {
    case 'deed':
      return doDeed(deps, action, person);
    case 'mute':
      return mute(deps, action, person);
    case 'unmute':
      return unmute(deps, action, person);
    case 'resume_outbox':
      return resumeOutbox(deps, action, person);
    case 'confirm':
    case 'cancel':
    case 'approve':
    case 'undo':
      return deps.writes === undefined
        ? didNot('The command line changes nothing: click in Slack or Teams.')
        : deps.writes(action, person);
  }
}
