import type { Person } from './person.ts';

/** Who may be meant by a mention, a name or `slack:U012AB3CD`. */
export type FoundPerson =
  | { readonly person: Person }
  /** Several have this name. */
  | { readonly several: readonly string[] }
  /** Nobody here has it. */
  | { readonly nobody: true };

/**
 * Looks somebody up on one platform: by id, or by name where the platform can be asked for that.
 * @throws Unreachable, Throttled, Denied when the platform does not say.
 */
export type FindPerson = (said: string, channel: string | undefined) => Promise<FoundPerson>;
