import { describe, expect, it } from 'vitest';
import { incidentRootCard } from '../../src/cards/incident-card.ts';
import type { Incident } from '../../src/domain/incident.ts';

const incident: Incident = {
  id: 'production/us-east-1/shop/web#7',
  number: 7,
  target: { account: 'production', region: 'us-east-1', cluster: 'shop', service: 'web' },
  severity: 'high',
  cause: 'SERVICE_TASK_START_IMPAIRED',
  title: 'Tasks cannot start reliably',
  state: 'open',
  openedAtMs: 0,
  lastSeenAtMs: 0,
  count: 1,
  facts: [],
  version: 1,
};

const buttons = (change: Partial<Incident>) =>
  incidentRootCard({ ...incident, ...change }, { nowMs: 0 }).blocks.flatMap((block) =>
    block.kind === 'actions' ? block.buttons : [],
  );

describe('the button of an incident that more tasks can help', () => {
  it('proposes the count that the load asks for, for exactly this service', () => {
    expect(
      buttons({ findings: { atMs: 0, health: [], suggestedCount: 6 } }).find(
        ({ label }) => label === 'Scale to 6',
      ),
    ).toMatchObject({
      payload: { do: 'run', intent: { command: 'scale', count: 6, ...incident.target } },
    });
  });

  it('is not there where nothing was suggested, or when it is over', () => {
    const labels = (change: Partial<Incident>) => buttons(change).map(({ label }) => label);
    expect(labels({}).join()).not.toContain('Scale');
    expect(
      labels({ findings: { atMs: 0, health: [], suggestedCount: 6 }, state: 'resolved' }).join(),
    ).not.toContain('Scale');
  });
});
