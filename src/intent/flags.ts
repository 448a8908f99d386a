/** What may stand behind a flag. `words` is one word or a quoted phrase. */
export type FlagValue = 'none' | 'name' | 'look_back' | 'number' | 'words' | 'zone' | readonly string[];

export interface FlagSpec {
  readonly value: FlagValue;
  /** How help writes the value: `critical|warning|good|unknown`, `24h`. Empty for a flag without one. */
  readonly hint: string;
  readonly about: string;
  /** Understood, but without effect in this version: help does not offer it. */
  readonly built?: false;
}

const HEALTH_WORDS = ['critical', 'warning', 'good', 'unknown'] as const;

/** Every flag of the grammar. Which command takes which is said in the table of commands. */
export const FLAGS = {
  account: { value: 'name', hint: 'NAME', about: 'only this account' },
  cluster: { value: 'name', hint: 'NAME', about: 'only this cluster' },
  region: { value: 'name', hint: 'NAME', about: 'only this region' },
  only: { value: HEALTH_WORDS, hint: HEALTH_WORDS.join('|'), about: 'only services of this health' },
  health: { value: HEALTH_WORDS, hint: HEALTH_WORDS.join('|'), about: 'only services of this health' },
  priority: { value: ['high', 'medium', 'low'], hint: 'high|medium|low', about: 'only this priority' },
  since: { value: 'look_back', hint: '24h|yesterday|deploy', about: 'how far to look back' },
  grep: { value: 'words', hint: 'TEXT', about: 'only lines that contain this' },
  limit: { value: 'number', hint: '200', about: 'at most so many' },
  container: { value: 'words', hint: 'NAME', about: 'only this container' },
  zone: { value: 'zone', hint: 'Europe/Amsterdam', about: 'the time zone of the schedule' },
  fresh: { value: 'none', hint: '', about: 'read again instead of from the cache' },
  diagnose: { value: 'none', hint: '', about: 'say why for what is unhealthy', built: false },
} as const satisfies Record<string, FlagSpec>;

export type FlagName = keyof typeof FLAGS;

/** Whether a word is the name of some command's flag. */
export function isFlagName(word: string): word is FlagName {
  return Object.hasOwn(FLAGS, word);
}

/** The specification of a flag, with the wide type that a reader of any flag needs. */
export function flagSpec(name: FlagName): FlagSpec {
  return FLAGS[name];
}

export const FLAG_NAMES: readonly FlagName[] = Object.keys(FLAGS).filter(isFlagName);
