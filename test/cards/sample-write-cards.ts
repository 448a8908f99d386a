import { auditCard } from '../../src/cards/audit-card.ts';
import type { Card } from '../../src/cards/card.ts';
import { grantsCard } from '../../src/cards/grants-card.ts';
import { mutedCard, unmutedCard } from '../../src/cards/mute-cards.ts';
import { proposalCard, writeReportCard } from '../../src/cards/write-card.ts';
import type { Mute } from '../../src/domain/route.ts';
import type { Order, WriteRecord } from '../../src/domain/write.ts';
import { NOW, OLIVIA } from './sample-data.ts';

const ref = { account: 'production', region: 'us-east-1', cluster: 'prod-core', service: 'checkout-api' };
const RAVI = { ...OLIVIA, id: 'U0RAVI0001', name: 'Ravi' };

const MUTE: Mute = {
  id: 'm1',
  on: 'production/prod-core/checkout-api',
  fromMs: NOW,
  untilMs: NOW + 7_200_000,
  by: OLIVIA,
};

const scaling: Extract<Order, { kind: 'scale' }> = {
  kind: 'scale',
  ref,
  arn: 'arn:aws:ecs:us-east-1:111122223333:service/prod-core/checkout-api',
  count: 6,
  seen: { desired: 4, running: 4, taskDefinition: 'checkout-api:42', deployment: 'ecs-svc/1' },
};

const record: WriteRecord = {
  id: 'w0123456789abcdef',
  order: scaling,
  state: 'proposed',
  from: '4',
  to: '6',
  costDelta: 36.04,
  evidence: ['CPU 84 % (target 60 %) on 4 tasks'],
  notes: ['Application Auto Scaling keeps it between 2 and 10 and may move the count again.'],
  isProtected: false,
  proposedBy: OLIVIA,
  proposedAtMs: NOW,
};
const { costDelta: _costs, ...free } = record;
const confirmed: WriteRecord = { ...record, state: 'called', confirmedBy: OLIVIA, confirmedAtMs: NOW };
const ended = (outcome: 'done' | 'unsure', text: string): WriteRecord => ({
  ...confirmed,
  state: 'done',
  result: { outcome, text, atMs: NOW },
});
const deed = {
  atMs: NOW,
  who: 'slack:U012AB3CD',
  name: 'Olivia Ng',
  target: 'production/us-east-1/prod-core/checkout-api',
};

/** Writes and what is known of them, as they stand in a channel. */
export const WRITE_SAMPLES: Readonly<Record<string, Card>> = {
  'write/proposed': proposalCard(record),
  'write/switch-off': proposalCard({
    ...record,
    order: { ...scaling, count: 0 },
    to: '0',
    costDelta: -72.08,
    evidence: [],
    notes: [
      'This switches the service off: every task stops, and nobody answers until it is scaled up again.',
      'Application Auto Scaling keeps at least 2 and may raise the count again. To keep it off, set its minimum to 0 or suspend the policy.',
    ],
  }),
  'write/hook': proposalCard({
    ...free,
    order: {
      kind: 'hook',
      ref,
      arn: scaling.arn,
      seen: scaling.seen,
      deploymentArn: 'arn:aws:ecs:us-east-1:111122223333:service-deployment/prod-core/checkout-api/abc',
      hook: 'ecs-pause-1',
      answer: 'ROLLBACK',
    },
    from: 'waiting at a hook (post scale up)',
    to: 'back to the revision before',
    evidence: [],
    notes: ['If nobody answers by 10:00 UTC, ECS decides by itself. An answer cannot be taken back.'],
  }),
  'mutes/muted': mutedCard(MUTE, { before: undefined, nowMs: NOW }),
  'mutes/unmuted': unmutedCard(MUTE),
  'write/awaits-second': proposalCard({ ...confirmed, state: 'approving', isProtected: true }),
  'write/closed': proposalCard({
    ...record,
    state: 'closed',
    closed: 'Olivia Ng cancelled it. Nothing changed.',
  }),
  'write/under-way': writeReportCard(confirmed, {
    nowMs: NOW,
    progress: { elapsedMs: 8000, text: '5 of 6 tasks run' },
  }),
  'write/done': writeReportCard(
    { ...ended('done', '6 tasks run now.'), approvedBy: RAVI, undoUntilMs: NOW + 900_000 },
    { nowMs: NOW },
  ),
  'write/not-certain': writeReportCard(
    ended('unsure', 'AWS took it, but after 10 min it has not come to rest: 5 of 6 tasks run.'),
    { nowMs: NOW },
  ),
  'write/granted': writeReportCard(
    {
      ...ended('done', 'It holds from now on. `grants remove g1a2b3c` takes it away again.'),
      order: { kind: 'grant_add', who: 'slack:U034EF5GH', on: 'production/*', actions: ['scale'] },
    },
    { nowMs: NOW },
  ),
  'write/rolled-back': writeReportCard(
    {
      ...ended('done', 'The deployment is complete: 4 tasks run revision 41.'),
      order: { ...scaling, kind: 'rollback', to: 'arn:aws:ecs:us-east-1:1:task-definition/checkout-api:41' },
      from: 'revision 42',
      to: 'revision 41',
      undoUntilMs: NOW + 900_000,
    },
    { nowMs: NOW },
  ),
  'audit/some': auditCard({
    about: 'checkout-api',
    sinceMs: NOW - 7 * 86_400_000,
    isCut: false,
    csv: { command: 'audit', text: 'csv' },
    deeds: [
      {
        ...deed,
        action: 'scale',
        before: '4',
        after: '6 tasks',
        result: 'done',
        why: '6 tasks run now.',
        approvedBy: 'slack:U0RAVI0001',
      },
      {
        ...deed,
        action: 'confirm rollback',
        result: 'refused',
        why: 'You may not rollback checkout-api. Ask an administrator.',
      },
    ],
  }),
  'grants/some': grantsCard({
    nowMs: NOW,
    command: '/ecs',
    admins: ['slack:U012AB3CD'],
    grants: [
      { id: 'file-1', who: 'slack:U0RAVI0001', on: 'production/prod-core/*', actions: ['scale', 'redeploy'] },
      { id: 'g1a2b3c4', who: 'slack:S0614TZR7', on: '*', actions: ['*'], untilMs: NOW + 7_200_000 },
    ],
  }),
  'grants/none': grantsCard({ nowMs: NOW, command: '/ecs', admins: [], grants: [] }),
};
