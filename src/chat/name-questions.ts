import type { Card } from '../cards/card.ts';
import { missingBlocks } from '../cards/missing-parts.ts';
import { placeOf } from '../cards/place.ts';
import { unknownNameCard } from '../cards/unknown-name-card.ts';
import { whichServiceCard } from '../cards/which-card.ts';
import type { ServiceRef } from '../domain/fleet.ts';
import type { Intent, UnknownName } from '../domain/intent.ts';
import { commandSpec } from '../intent/grammar.ts';
import type { Names } from './understand.ts';

/** Asks which of several services was meant. */
export function whichCard(intent: Intent, candidates: readonly ServiceRef[]): Card {
  const { ambiguous: _ambiguous, ...asked } = intent;
  const name = candidates[0]?.service ?? 'service';
  return whichServiceCard({ name, candidates, intentFor: (ref) => ({ ...asked, ...ref }) });
}

/** Says that nothing has this name, what is near, and which part of the fleet could not be listed. */
export function unknownCard(intent: Intent, unknown: UnknownName, names: Names, prefix: string): Card {
  const kind =
    (['service', 'cluster', 'account', 'region'] as const).find((one) => unknown[one] !== undefined) ??
    'service';
  const card = unknownNameCard({
    kind,
    name: unknown[kind] ?? '',
    suggestions: unknown.suggestions.map((name) => suggestion(intent, kind, name, names)),
    command: prefix,
    incomplete: names.missing.length > 0,
  });
  return { ...card, blocks: [...card.blocks, ...missingBlocks(names.missing)] };
}

function suggestion(
  intent: Intent,
  kind: 'service' | 'cluster' | 'account' | 'region',
  name: string,
  names: Names,
) {
  const { unknown: _unknown, ...asked } = intent;
  const refs = names.refs.filter((ref) => ref[kind] === name);
  const only = kind === 'service' && refs.length === 1 ? refs[0] : undefined;
  // A button must not write; and of a name that several have, the next answer asks which.
  const runs =
    asked.command !== 'ask' &&
    !commandSpec(asked.command).write &&
    (kind !== 'service' || only !== undefined);
  return {
    name,
    ...(only === undefined ? {} : { where: placeOf(only) }),
    ...(runs ? { intent: { ...asked, ...(only ?? { [kind]: name }) } } : {}),
  };
}
