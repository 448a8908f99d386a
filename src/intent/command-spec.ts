import type { Command } from '../domain/intent.ts';
import type { FlagName } from './flags.ts';

/**
 * What stands behind a command, in the order of its usage line.
 *
 * - `service`: one service; nothing said means the thread's service, else it is missing.
 * - `scope`: a service, cluster, account or region; nothing said means the thread's service, else everything.
 * - `place`: a service, cluster or account; nothing said means the thread's service, else it is missing.
 * - `said_scope`: the same, but a thread adds nothing.
 * - `incident`: a service, `#12`, or nothing: the thread's incident.
 * - `text`: the rest as it was typed, flags included; `maybe_text` may be empty.
 * - `csv`: the word itself at the end, for the form that spreadsheets read.
 * - `look_back`: a length of time without its flag (`logs checkout 2h`).
 */
export type Argument =
  | 'service'
  | 'scope'
  | 'place'
  | 'said_scope'
  | 'incident'
  | 'metric'
  | 'count'
  | 'duration'
  | 'look_back'
  | 'task'
  | 'user'
  | 'maybe_user'
  | 'cron'
  | 'zone'
  | 'csv'
  | 'note'
  | 'text'
  | 'maybe_text'
  | 'command';

/** A second word: `open` of `alerts open`. The word `all` adds nothing to the intent. */
export interface ActionSpec {
  readonly word: string;
  readonly about: string;
  readonly takes: readonly Argument[];
  readonly write: boolean;
  readonly built: boolean;
}

export interface CommandSpec {
  readonly name: Command;
  /** Other spellings of the same word. No synonyms: the vocabulary is one. */
  readonly aliases: readonly string[];
  /** One sentence for people. */
  readonly about: string;
  readonly usage: readonly string[];
  /** Templates: `{service}` and `{cluster}` are replaced with names of the fleet. */
  readonly examples: readonly { readonly say: string; readonly about: string }[];
  /** What stands behind the command when no action is said. */
  readonly takes: readonly Argument[];
  readonly actions: readonly ActionSpec[];
  /** `required`: the command means nothing without its second word. */
  readonly action: 'required' | 'optional' | 'none';
  readonly flags: readonly FlagName[];
  /** It changes something, or proposes to. Where an action is said, the action's own word counts. */
  readonly write: boolean;
  /** Answered today. What is not is understood all the same, and left out of help and manifests. */
  readonly built: boolean;
}
