import { alertTestCard } from '../../src/cards/alert-test-card.ts';
import type { Card, MentionSpan } from '../../src/cards/card.ts';
import { awayCard, escalationCard, handoverCard, reminderCard } from '../../src/cards/incident-notices.ts';
import { mutesCard } from '../../src/cards/mute-cards.ts';
import { opsNoteCard } from '../../src/cards/ops-note-card.ts';
import { serviceStopsCard } from '../../src/cards/restarts-card.ts';
import { routesCard } from '../../src/cards/routes-card.ts';
import { timelineCard } from '../../src/cards/timeline-card.ts';
import { incident, NOW, OLIVIA, OOM_STOP, RAVI, START_FAILURE } from './sample-data.ts';

const MINUTE = 60_000;
const CREW: MentionSpan = {
  kind: 'mention',
  platform: 'slack',
  of: 'group',
  id: 'S012AB3CD',
  name: 'on-call',
};
const RAVI_CALLED: MentionSpan = {
  kind: 'mention',
  platform: 'teams',
  of: 'person',
  id: 'c0ffee00-1111-2222-3333-444455556666',
  name: 'Ravi Rao',
};
const resolved = incident({
  id: 'i8',
  number: 8,
  title: 'No room for a task',
  target: { account: 'production', region: 'us-east-1', cluster: 'prod-core', service: 'search' },
  state: 'resolved',
  resolved: { atMs: NOW - 5 * MINUTE, how: 'Steady again' },
});
const held = incident({
  id: 'i7',
  number: 7,
  severity: 'medium',
  title: 'Cloud Map throttled',
  state: 'acknowledged',
  acknowledged: { by: OLIVIA, atMs: NOW - 8 * MINUTE },
  facts: [{ key: 'k', atMs: NOW - 6 * MINUTE, text: 'Note: AWS support case 1234 is open', kind: 'neutral' }],
});

/** What surrounds incidents. The keys are paths below `test/golden`. */
export const NOTICE_SAMPLES: Readonly<Record<string, Card>> = {
  'incident/reminder': reminderCard(incident(), { afterMs: 10 * MINUTE, step: 1, mentions: [] }),
  'incident/reminder-second': reminderCard(incident({ isTest: true }), {
    afterMs: 20 * MINUTE,
    step: 2,
    mentions: [CREW],
  }),
  'incident/escalation': escalationCard(incident(), {
    afterMs: 20 * MINUTE,
    step: 1,
    of: 2,
    mentions: [CREW, RAVI_CALLED],
    told: ['PagerDuty (PAGERDUTY_KEY)'],
  }),
  'incident/away': awayCard({
    fromMs: NOW - 21 * MINUTE,
    toMs: NOW,
    opened: [incident()],
    resolved: [resolved],
    stillOpen: [held],
  }),
  'incident/away-nothing': awayCard({
    fromMs: NOW - 4 * MINUTE,
    toMs: NOW,
    opened: [],
    resolved: [],
    stillOpen: [],
  }),
  'incident/handover': handoverCard([held, resolved, incident()], {
    nowMs: NOW,
    by: { kind: 'person', person: OLIVIA },
  }),
  'incident/handover-nothing': handoverCard([resolved], { nowMs: NOW }),
  'incident/timeline': timelineCard(
    incident({ state: 'acknowledged', acknowledged: { by: OLIVIA, atMs: NOW - 4 * MINUTE } }),
    [
      { atMs: NOW - 4 * MINUTE, text: 'Acknowledged', kind: 'neutral', by: OLIVIA },
      { atMs: NOW - 9 * MINUTE, text: 'Deployment failed', detail: 'tasks failed to start', kind: 'worse' },
      { atMs: NOW - MINUTE, text: 'Note: rolling back <!channel>', kind: 'neutral', by: RAVI },
    ],
    { nowMs: NOW },
  ),
  'alert-test/under-way': alertTestCard({
    hops: [
      { name: 'Event on the queue', state: 'ok', ms: 120 },
      { name: 'Incident opened', state: 'ok', ms: 1400 },
      { name: 'Message in #alerts', state: 'waiting' },
    ],
    number: 13,
  }),
  'alert-test/arrived': alertTestCard({
    hops: [
      { name: 'Event on the queue', state: 'ok', ms: 120 },
      { name: 'Message in #alerts', state: 'ok', ms: 800 },
    ],
    number: 13,
  }),
  'alert-test/failed': alertTestCard({
    hops: [
      { name: 'Event on the queue', state: 'failed', why: 'The role may not do sqs:SendMessage. Allow it.' },
      { name: 'Message in #alerts', state: 'waiting' },
    ],
  }),
  'routes/some': routesCard({
    routes: [
      {
        id: 'file-1',
        match: 'production/*',
        severity: 'high',
        to: 'slack:C012AB3CD',
        runbook: 'https://wiki.example/on-call',
        quiet: { from: '22:00', to: '07:00', zone: 'Europe/Amsterdam', letThrough: 'critical' },
        remindMinutes: 5,
        escalate: [
          { afterMinutes: 15, mention: ['slack:S012AB3CD'] },
          { afterMinutes: 30, to: 'slack:C0MANAGER', pagerDuty: { keyEnv: 'PAGERDUTY_KEY' } },
          { afterMinutes: 60, webhook: { url: 'https://hooks.example/secret/path' } },
        ],
      },
      {
        id: 'r2',
        match: 'sandbox',
        severity: 'critical',
        to: 'slack:C0SANDBOX',
        remindMinutes: 0,
        escalate: [],
      },
    ],
    defaults: ['slack:C0DEFAULT1'],
    command: '/ecs',
  }),
  'routes/none': routesCard({ routes: [], defaults: [], command: '/ecs' }),
  'mutes/some': mutesCard([
    {
      id: 'm1',
      on: 'production/prod-core/*',
      fromMs: NOW,
      untilMs: NOW + 120 * MINUTE,
      by: OLIVIA,
      why: 'database upgrade <!here>',
    },
    { id: 'm2', on: '*/*/search', fromMs: NOW, untilMs: NOW + 30 * MINUTE, by: RAVI },
  ]),
  'mutes/none': mutesCard([]),
  'restarts/one-service': serviceStopsCard({
    line: {
      ref: { account: 'production', region: 'us-east-1', cluster: 'prod-core', service: 'checkout-api' },
      count: 2,
      isCut: false,
      reasons: [{ reason: 'out of memory', count: 2, newestAtMs: NOW - 2 * MINUTE }],
    },
    stops: [
      { stop: OOM_STOP, reason: 'out of memory' },
      { stop: START_FAILURE, reason: 'exit code 1' },
    ],
    lastLines: {
      taskId: START_FAILURE.taskId,
      container: 'app',
      lines: ['Listening on 8080', 'FATAL config: DATABASE_URL is not set <!channel>'],
    },
    sinceMs: NOW - 60 * MINUTE,
    nowMs: NOW,
    missing: [],
    notes: [],
    planned: 1,
  }),
  'ops-note/poison': opsNoteCard({
    what: 'A message of the alert queue cannot be read',
    why: 'It is no JSON: <!channel> {"broken',
    whatToDo: 'It is in the dead-letter queue; look at who sends it there.',
    count: 3,
  }),
};
