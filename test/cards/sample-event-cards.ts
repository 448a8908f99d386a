import type { Card } from '../../src/cards/card.ts';
import { incidentRootCard } from '../../src/cards/incident-card.ts';
import { CATALOGUE_NAMES, catalogueEntry } from '../../src/incidents/catalogue.ts';
import { rootOptions } from '../../src/incidents/messages.ts';
import { incident, NOW } from './sample-data.ts';

/** One incident for each event name of the catalogue, and for one that nobody knows yet. */
export const EVENT_SAMPLES: Readonly<Record<string, Card>> = Object.fromEntries(
  [...CATALOGUE_NAMES, 'A_NAME_OF_NEXT_YEAR'].map((name) => {
    const { title, severity } = catalogueEntry(name, 'error');
    const one = incident({
      cause: name,
      title,
      severity,
      count: 1,
      reason: `(service checkout-api) ${name}`,
    });
    return [`incident/event/${name}`, incidentRootCard(one, rootOptions(one, NOW))];
  }),
);
