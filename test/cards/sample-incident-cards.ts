import type { Card } from '../../src/cards/card.ts';
import { incidentFactCard, incidentRootCard, incidentStoryCard } from '../../src/cards/incident-card.ts';
import { incidentsCard } from '../../src/cards/incidents-card.ts';
import { incident, NOW, OLIVIA } from './sample-data.ts';

const MINUTE = 60_000;

/** Incidents in every state. The keys are paths below `test/golden`. */
export const INCIDENT_SAMPLES: Readonly<Record<string, Card>> = {
  'incident/story': incidentStoryCard(
    incident({
      facts: [
        { key: 'a', atMs: NOW - 9 * MINUTE, text: 'Deployment of checkout-api:42 failed', kind: 'worse' },
        { key: 'b', atMs: NOW - 4 * MINUTE, text: 'Olivia Ng has it', kind: 'neutral' },
        { key: 'c', atMs: NOW - MINUTE, text: 'Steady state', detail: '4 of 4 running', kind: 'better' },
      ],
    }),
    { nowMs: NOW },
  ),
  'incident/open': incidentRootCard(incident(), {
    nowMs: NOW,
    meaning: 'The new revision did not become steady, and the circuit breaker ended the deployment.',
  }),
  'incident/acknowledged': incidentRootCard(
    incident({ state: 'acknowledged', acknowledged: { by: OLIVIA, atMs: NOW - 4 * MINUTE } }),
    { nowMs: NOW },
  ),
  'incident/resolved': incidentRootCard(
    incident({
      state: 'resolved',
      acknowledged: { by: OLIVIA, atMs: NOW - 4 * MINUTE },
      resolved: { atMs: NOW - MINUTE, how: 'the service reached a steady state.' },
    }),
    { nowMs: NOW },
  ),
  'incident/without-service': incidentRootCard(
    incident({
      target: { account: '444455556666', region: 'cn-north-1' },
      cause: 'SOMETHING_NEW',
      title: 'SOMETHING_NEW',
      severity: 'medium',
      count: 1,
      reason: 'Told <!channel> that *all* is [lost](http://evil.example) {{TIME(x)}} <at>all</at>',
    }),
    { nowMs: NOW },
  ),
  'incident/fact': incidentFactCard(
    {
      key: 'e1',
      atMs: NOW - 3 * MINUTE,
      text: 'Task stopped: Essential container in task exited',
      detail: 'app exit code 137, OutOfMemoryError: Container killed due to memory usage',
      kind: 'worse',
    },
    incident(),
  ),
  'incidents/open': incidentsCard({
    incidents: [
      incident({
        id: 'i3',
        number: 9,
        severity: 'medium',
        title: 'Cloud Map throttled',
        state: 'acknowledged',
        acknowledged: { by: OLIVIA, atMs: NOW },
      }),
      incident(),
      incident({
        id: 'i2',
        number: 11,
        severity: 'high',
        title: 'placement failure',
        target: { ...incident().target, service: 'billing-worker' },
      }),
    ],
    which: 'open',
    nowMs: NOW,
  }),
  'incidents/none': incidentsCard({ incidents: [], which: 'mine', nowMs: NOW }),
};
