import type { Card } from '../../src/cards/card.ts';
import {
  type IncidentRootOptions,
  incidentFactCard,
  incidentRootCard,
  incidentStoryCard,
} from '../../src/cards/incident-card.ts';
import { incidentsCard } from '../../src/cards/incidents-card.ts';
import type { GroupMember, Incident } from '../../src/domain/incident.ts';
import { catalogueEntry } from '../../src/incidents/catalogue.ts';
import { FINDINGS, incident, NOW, OLIVIA, OOM_STOP, RAVI, START_FAILURE } from './sample-data.ts';

const MINUTE = 60_000;
const root = (over: Partial<Incident>, options: Partial<IncidentRootOptions> = {}): Card => {
  const one = incident(over);
  return incidentRootCard(one, {
    nowMs: NOW,
    meaning: catalogueEntry(one.cause, 'error').meaning,
    ...options,
  });
};
const member = (n: number, over: Partial<GroupMember> = {}): GroupMember => ({
  target: { account: 'production', region: 'us-east-1', cluster: 'prod-core', service: `service-${n}` },
  incident: `i${n}`,
  number: 20 + n,
  atMs: NOW - (9 - (n % 5)) * MINUTE,
  count: 1 + ((n * 7) % 5),
  isOver: n % 4 === 0,
  ...over,
});
const acknowledged = { by: OLIVIA, atMs: NOW - 4 * MINUTE };

/** Incidents in every state. The keys are paths below `test/golden`. */
export const INCIDENT_SAMPLES: Readonly<Record<string, Card>> = {
  'incident/open': root({}),
  'incident/filled-in': root({ findings: FINDINGS }),
  'incident/acknowledged': root({ state: 'acknowledged', acknowledged, findings: FINDINGS }),
  'incident/assigned': root({ state: 'acknowledged', acknowledged: { ...acknowledged, assignedBy: RAVI } }),
  'incident/reopened': root({}, { reopenedAtMs: NOW - 2 * MINUTE }),
  'incident/muted': root(
    {},
    { mutedUntilMs: NOW + 55 * MINUTE, runbookUrl: 'https://wiki.example/checkout' },
  ),
  'incident/test': root({ isTest: true, findings: FINDINGS }),
  'incident/resolved': root({
    state: 'resolved',
    acknowledged,
    resolved: { atMs: NOW - MINUTE, how: 'the service reached a steady state.' },
    findings: FINDINGS,
  }),
  'incident/resolved-by-hand': root({
    state: 'resolved',
    resolved: { atMs: NOW - MINUTE, how: 'Resolved by hand', by: RAVI },
  }),
  'incident/merged': root({
    state: 'resolved',
    resolved: { atMs: NOW - MINUTE, how: 'Part of #9' },
    merged: { into: 'i9', number: 9 },
  }),
  'incident/group': root({
    severity: 'high',
    cause: 'SERVICE_TASK_PLACEMENT_FAILURE',
    title: 'No room for a task',
    reason:
      '(service service-1) was unable to place a task because no container instance met all of its requirements.',
    members: Array.from({ length: 20 }, (_, n) => member(n + 1)),
  }),
  'incident/group-ending': root({
    severity: 'high',
    cause: 'SERVICE_TASK_PLACEMENT_FAILURE',
    title: 'No room for a task',
    members: [
      member(1, { isOver: true }),
      member(2, {
        target: { account: 'payments-prod', region: 'eu-west-1', cluster: 'payments', service: 'ledger' },
      }),
      member(3, { isOver: true }),
    ],
  }),
  'incident/hook-waiting': root({
    severity: 'high',
    cause: 'HOOK_AWAITING_ACTION',
    title: 'Deployment waits for an answer',
    reason: '',
    hook: {
      id: 'h1',
      deploymentArn: 'arn:d',
      expiresAtMs: NOW + 30 * MINUTE,
      stage: 'POST_TEST_TRAFFIC_SHIFT',
    },
  }),
  'incident/hook-expired': root({
    severity: 'high',
    cause: 'HOOK_AWAITING_ACTION',
    title: 'Deployment waits for an answer',
    reason: '',
    hook: { id: 'h1', deploymentArn: 'arn:d', expiresAtMs: NOW - MINUTE },
  }),
  'incident/out-of-memory': root({
    severity: 'high',
    cause: 'DECKHAND_CRASH_LOOP',
    title: 'Tasks keep failing',
    reason: 'OutOfMemoryError: Container killed due to memory usage',
    findings: {
      ...FINDINGS,
      deployment: { ...FINDINGS.deployment, atMs: NOW - 30 * 24 * 60 * MINUTE, state: 'COMPLETED' },
      stops: [OOM_STOP, START_FAILURE],
      suggestedCount: 6,
    },
  }),
  'incident/nothing-found': root({ findings: { atMs: NOW, health: [] } }),
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
