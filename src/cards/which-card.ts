import type { ServiceRef } from '../domain/fleet.ts';
import { serviceKey } from '../domain/fleet.ts';
import type { Intent } from '../domain/intent.ts';
import type { Card } from './card.ts';
import { placeOf } from './place.ts';

export interface WhichServiceCardInput {
  /** As the person wrote it. */
  readonly name: string;
  readonly candidates: readonly ServiceRef[];
  /** The same command, about this one. A write must not be run by it: propose it instead. */
  readonly intentFor: (ref: ServiceRef) => Intent;
}

/** Asks which of several services was meant; each has a button that runs the command for it. */
export function whichServiceCard({ name, candidates, intentFor }: WhichServiceCardInput): Card {
  const sorted = candidates.toSorted((a, b) => serviceKey(a).localeCompare(serviceKey(b)));
  const namesakes = sorted.every(({ service }) => service === sorted[0]?.service);
  const title = namesakes ? `Which ${name} do you mean?` : 'Which service do you mean?';
  const shown = sorted.slice(0, SHOWN);
  const more = sorted.length - shown.length;
  return {
    title,
    tone: 'info',
    summary: `${title} ${shown.map((ref) => `${ref.service} (${placeOf(ref)})`).join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
    blocks: [
      {
        kind: 'list',
        items: shown.map((ref) => {
          const label = difference(ref, sorted);
          return {
            text: { kind: 'bold' as const, text: ref.service },
            ...(label !== placeOf(ref) && { detail: placeOf(ref) }),
            button: {
              kind: 'press' as const,
              label,
              payload: { do: 'run' as const, intent: intentFor(ref) },
            },
          };
        }),
      },
      ...(more > 0
        ? [
            {
              kind: 'context' as const,
              text: `and ${more} more; write more of the name, or add --cluster or --account`,
            },
          ]
        : []),
    ],
  };
}

/** More would not help somebody who chooses. */
const SHOWN = 8;

/** What tells it from the others, as short as a phone needs: its name, or where it is if the name is not enough. */
function difference(ref: ServiceRef, all: readonly ServiceRef[]): string {
  const namesakes = all.filter(({ service }) => service === ref.service);
  const parts = (['cluster', 'account', 'region'] as const).filter((part) =>
    namesakes.some((other) => other[part] !== ref[part]),
  );
  return parts.map((part) => ref[part]).join(' · ') || ref.service;
}
