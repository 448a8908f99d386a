import { describe, expect, it } from 'vitest';
import { makeWorld, message, slackChannel } from './world.ts';

const C1 = slackChannel('C1');

describe('outbox', () => {
  it('has an alert out within a second of being wanted', async () => {
    const { time, slack, boot } = makeWorld(1);
    const { outbox } = boot();
    const wantedAtMs = time.now();
    void outbox.want([message(C1, 'inc/1/root', 1, { urgency: 'critical' })]);
    await time.pass(5_000);
    expect(slack.seen('slack/T1/C1').map((m) => m.text)).toEqual(['inc/1/root r1']);
    expect(slack.requests[0]?.atMs).toBeLessThan(wantedAtMs + 200);
  });
});
