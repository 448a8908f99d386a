/** Where a test event pretends to come from. */
export interface TestPlace {
  /** The 12-digit id; where nobody knows it, the account's name. */
  readonly accountId: string;
  readonly region: string;
  /** A cluster that no account has: each test has its own, so that it meets no real incident and no other test. */
  readonly cluster: string;
}

/** The cluster of the test with this id. */
export function testCluster(id: string): string {
  return `deckhand-test-${id.replaceAll(/[^A-Za-z0-9]/g, '').slice(-8)}`;
}

export interface TestEvent {
  readonly place: TestPlace;
  /** Unique. */
  readonly id: string;
  readonly atMs: number;
  /** `begins` opens an incident, `ends` resolves it. */
  readonly what: 'begins' | 'ends';
  readonly by: string;
}

/**
 * The body of a message as EventBridge would put it on the queue, of a source that is no AWS service and that is marked as
 * a test wherever it is shown.
 */
export function testEventBody({ place, id, atMs, what, by }: TestEvent): string {
  const { accountId, region, cluster } = place;
  const clusterArn = `arn:aws:ecs:${region}:${accountId}:cluster/${cluster}`;
  const time = new Date(atMs).toISOString();
  const kind =
    what === 'begins'
      ? { eventType: 'WARN', eventName: 'SERVICE_TASK_START_IMPAIRED', reason: `Test alert, sent by ${by}` }
      : { eventType: 'INFO', eventName: 'SERVICE_STEADY_STATE' };
  return JSON.stringify({
    version: '0',
    id,
    'detail-type': 'Deckhand Test',
    source: 'deckhand.test',
    account: accountId,
    time,
    region,
    resources: [clusterArn],
    detail: { ...kind, clusterArn, createdAt: time },
  });
}
