import * as fc from 'fast-check';
import { type Findings, type Incident, SEVERITIES, type StopEvidence } from '../../src/domain/incident.ts';
import { text } from './arbitrary-card.ts';
import { incident, NOW, OLIVIA, RAVI } from './sample-data.ts';

const atMs = fc.integer({ min: NOW - 40 * 24 * 3_600_000, max: NOW });
const count = fc.integer({ min: 0, max: 5000 });
const target = fc.record(
  { account: text, region: text, cluster: text, service: text },
  {
    requiredKeys: ['account', 'region'],
  },
);

const stop: fc.Arbitrary<StopEvidence> = fc.record(
  {
    taskId: text,
    atMs,
    stopCode: fc.oneof(
      fc.constantFrom('EssentialContainerExited', 'TaskFailedToStart', 'UserInitiated'),
      text,
    ),
    reason: text,
    revision: count,
    containers: fc.array(
      fc.record(
        {
          name: text,
          exitCode: fc.constantFrom(0, 1, 137, 143),
          reason: text,
          lastLines: fc.array(text, { maxLength: 5 }),
        },
        { requiredKeys: ['name'] },
      ),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: ['taskId', 'atMs', 'containers'] },
);
const revision = fc.record({ revision: count, images: fc.array(text, { maxLength: 4 }) });

const findings: fc.Arbitrary<Findings> = fc.record(
  {
    atMs,
    tasks: fc.record({ running: count, desired: count }),
    health: fc.array(text, { maxLength: 5 }),
    suggestedCount: count,
    deployment: fc.record(
      {
        atMs,
        state: fc.constantFrom('IN_PROGRESS' as const, 'FAILED' as const, undefined),
        from: revision,
        to: revision,
      },
      { requiredKeys: ['atMs', 'state', 'to'] },
    ),
    targets: fc.record(
      { healthy: count, unhealthy: count, why: text },
      { requiredKeys: ['healthy', 'unhealthy'] },
    ),
    stops: fc.array(stop, { maxLength: 6 }),
    trend: fc.record({
      title: text,
      unit: fc.oneof(fc.constantFrom('%', 'ms'), text),
      points: fc.array(fc.record({ atMs, value: fc.double() }), { maxLength: 25 }),
    }),
    runbookUrl: fc.oneof(fc.webUrl(), text),
  },
  { requiredKeys: ['atMs', 'health'] },
);

/** An incident in any state, with anything that AWS or a person could have put into its texts. */
export const anyIncident: fc.Arbitrary<Incident> = fc
  .record(
    {
      target,
      severity: fc.constantFrom(...SEVERITIES),
      cause: fc.oneof(
        fc.constantFrom('SERVICE_DEPLOYMENT_FAILED', 'SERVICE_TASK_START_IMPAIRED', 'HOOK_AWAITING_ACTION'),
        text,
      ),
      title: text,
      state: fc.constantFrom('open' as const, 'acknowledged' as const, 'resolved' as const),
      openedAtMs: atMs,
      lastSeenAtMs: atMs,
      count,
      reason: text,
      acknowledged: fc.record(
        { by: fc.constantFrom(OLIVIA, RAVI), atMs, assignedBy: fc.constant(RAVI) },
        {
          requiredKeys: ['by', 'atMs'],
        },
      ),
      resolved: fc.record({ atMs, how: text, by: fc.constant(OLIVIA) }, { requiredKeys: ['atMs', 'how'] }),
      findings,
      hook: fc.record(
        { id: text, deploymentArn: text, expiresAtMs: atMs, stage: text },
        {
          requiredKeys: ['id', 'deploymentArn'],
        },
      ),
      members: fc.array(
        fc.record({ target, incident: text, number: count, atMs, count, isOver: fc.boolean() }),
        { maxLength: 30 },
      ),
      merged: fc.record({ into: text, number: count }),
      isTest: fc.constant(true as const),
    },
    {
      requiredKeys: ['target', 'severity', 'cause', 'title', 'state', 'openedAtMs', 'lastSeenAtMs', 'count'],
    },
  )
  .map((over) => incident(over));
