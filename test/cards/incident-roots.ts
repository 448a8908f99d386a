import type { Button, Card } from '../../src/cards/card.ts';
import { type IncidentRootOptions, incidentRootCard } from '../../src/cards/incident-card.ts';
import { toText } from '../../src/cli/text/index.ts';
import type { Incident } from '../../src/domain/incident.ts';
import { incident, NOW } from './sample-data.ts';

/** The root of a sample incident that differs in this. */
export function root(over: Partial<Incident> = {}, options: Partial<IncidentRootOptions> = {}): Card {
  return incidentRootCard(incident(over), { nowMs: NOW, ...options });
}

/** Everything a card says, unwrapped. */
export function words(card: Card): string {
  return toText(card);
}

export function buttons(card: Card): Button[] {
  return card.blocks.flatMap((block) => (block.kind === 'actions' ? [...block.buttons] : []));
}

export function labels(card: Card): string[] {
  return buttons(card).map(({ label }) => label);
}

export function payloads(card: Card) {
  return buttons(card).flatMap((button) => (button.kind === 'press' ? [button.payload] : []));
}
