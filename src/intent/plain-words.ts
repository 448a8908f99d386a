import type { Token } from './tokens.ts';

/**
 * Words that hold sentences together and name nothing: where one stands in the place of a name, somebody is talking
 * and not giving a command. A service that really has such a name is still found by exactly that name.
 */
const PLAIN = new Set(
  `a about after again ago all am an and any anybody anyone anything are as at be because been before being
  but by can can't cannot could did didn't do does doesn't doing don't done down during each either else ever
  every everybody everyone everything few for from get gets getting give gives going gone got had has hasn't have
  haven't having he her here him his how i i'd i'll i'm i've if in into is isn't it it's its just keep keeps last let
  let's like look looks looking may maybe me might mine more most much must my need needs never no nobody none nor
  not nothing now of off ok okay on once one only or our out over please quite really same seem seems she should
  since so some somebody someone something somewhere soon still such sure than that that's the their them then there
  there's these they they're thing things think this those through till to today tomorrow tonight too under understand
  until up us very want wants was wasn't way we we're weird well were what what's whatever when where which while who
  whole why will with within without won't would yes yesterday yet you your`.split(/\s+/),
);

/** Whether a word belongs to a sentence rather than to a name. */
export function isPlainWord(word: string): boolean {
  return PLAIN.has(word.toLowerCase().replaceAll('\u2019', "'"));
}

const POLITE = new Set(['please', 'pls', 'plz', 'thanks', 'thx', 'ty']);

/** A word of courtesy, which changes nothing at either end of a command. */
export function isPolite(token: Token | undefined): boolean {
  return (
    token !== undefined && !token.quoted && POLITE.has(token.value.toLowerCase().replace(/[.,!?]+$/, ''))
  );
}

/** The words without courtesy at their end. What stands behind a flag is its value: `--grep thanks`. */
export function withoutCourtesy(tokens: readonly Token[]): readonly Token[] {
  let to = tokens.length;
  while (to > 0 && isPolite(tokens[to - 1]) && !tokens[to - 2]?.value.startsWith('-')) to -= 1;
  return tokens.slice(0, to);
}
