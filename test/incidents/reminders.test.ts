import { afterEach, describe, expect, it } from 'vitest';
import type { Route } from '../../src/domain/route.ts';
import { signBody } from '../../src/domain/webhook-signature.ts';
import type { Pager } from '../../src/incidents/pages.ts';
import {
  change,
  incident,
  MINUTE,
  type Outside,
  olivia,
  openEscalation,
  openOutside,
  openPaged,
  PAGING,
  START,
} from './escalation-world.ts';

let outside: Outside | undefined;
afterEach(async () => {
  await outside?.close();
  outside = undefined;
});

async function paged(answers: Outside['answers'] = [202]) {
  outside = await openOutside();
  outside.answers = answers;
  return openPaged(outside);
}

describe('an incident that nobody takes', () => {
  it('is reminded of and escalated in its thread, each once, whoever runs and however often', async () => {
    const world = openEscalation();
    const [a, b] = [world.replica(), world.replica()];
    for (let step = 0; step < 60 * 4; step += 1) {
      world.clock.nowMs += MINUTE / 4;
      await Promise.all([a.run(), b.run(), a.run()]);
    }
    expect(world.keys('C1')).toEqual(['remind/1', 'escalate/1', 'remind/3']);
    const reminder = [...world.shown.values()].find(({ key }) => key.endsWith('remind/1'));
    expect(reminder?.parent).toBe('inc/production/eu-west-1/core/checkout-api#12/root');
    expect(reminder?.card.title).toBe('#12 has been open for 10 min and nobody has it');
  });

  it('is left in peace once somebody has it, and begins anew when they give it back', async () => {
    const world = openEscalation();
    const reminders = world.replica();
    await world.pass(8, reminders);
    change(world, { state: 'acknowledged', acknowledged: { by: olivia, atMs: world.clock.nowMs } });
    await world.pass(60, reminders);
    expect(world.keys('C1')).toEqual([]);
    change(world, { state: 'open' });
    await world.pass(9, world.replica());
    expect(world.keys('C1')).toEqual([]);
    await world.pass(2, world.replica());
    expect(world.keys('C1')).toEqual(['remind/1-2']);
  });

  it('is not reminded of by a process to which the index still shows what was long ago', async () => {
    const world = openEscalation();
    const reminders = world.replica();
    await world.pass(8, reminders);
    const old = new Map<string, Awaited<ReturnType<typeof world.table.query>>>();
    const query: typeof world.table.query = async (range) => {
      const found = old.get(JSON.stringify(range)) ?? (await world.table.query(range));
      old.set(JSON.stringify(range), found);
      return found;
    };
    const behind = world.replica({ table: { ...world.table, query } });
    await behind.run();
    change(world, { state: 'acknowledged', acknowledged: { by: olivia, atMs: world.clock.nowMs } });
    await world.pass(60, reminders);
    change(world, { state: 'open' });
    await world.pass(1, reminders);
    await world.pass(1, behind);
    expect(world.keys('C1')).toEqual([]);
  });

  it('is not reminded of and calls nobody where it is a test', async () => {
    const { world, outside: duty, reminders } = await paged();
    change(world, { isTest: true });
    await world.pass(60, reminders);
    expect([...world.shown.keys()]).toEqual([]);
    expect(duty.received).toEqual([]);
    expect(await world.pages.active(10)).toEqual([]);
  });

  it('begins anew when it was over and comes back', async () => {
    const world = openEscalation();
    const reminders = world.replica();
    await world.pass(8, reminders);
    change(world, { state: 'resolved', resolved: { atMs: world.clock.nowMs, how: 'steady' } });
    await world.pass(20, reminders);
    change(world, { state: 'open' });
    await world.pass(9, reminders);
    expect(world.keys('C1')).toEqual([]);
    await world.pass(2, reminders);
    expect(world.keys('C1')).toEqual(['remind/1-2']);
  });

  it('whose events come late is reminded of only once people could have known of it', async () => {
    const world = openEscalation();
    world.clock.nowMs += 60 * MINUTE;
    await world.pass(8.75, world.replica());
    expect(world.keys('C1')).toEqual([]);
    await world.pass(0.5, world.replica());
    expect(world.keys('C1')).toEqual(['remind/1']);
  });

  it('that was missed while nothing ran is told of once, by the newest reminder and by every step', async () => {
    const world = openEscalation();
    await world.replica().run();
    world.clock.nowMs += 3 * 60 * MINUTE;
    await world.replica().run();
    await world.replica().run();
    expect(world.keys('C1').toSorted()).toEqual(['escalate/1', 'remind/3']);
  });

  it('calls people in the channel of the step, whose message follows it to its end', async () => {
    const step = { afterMinutes: 5, to: 'slack:C2', mention: ['slack:U7', 'slack:S8', 'teams:aad-9'] };
    const world = openEscalation({
      routes: [{ match: '*', severity: 'info', to: 'slack:C1', escalate: [step] }],
    });
    const reminders = world.replica();
    await world.pass(6, reminders);
    const post = () => [...world.shown.values()].find(({ dest }) => dest.channel === 'C2');
    expect(post()?.parent).toBeUndefined();
    const spans = post()?.card.blocks.flatMap((block) => (block.kind === 'text' ? [block.text].flat() : []));
    expect(spans).toContainEqual({
      kind: 'mention',
      platform: 'slack',
      id: 'U7',
      name: 'slack:U7',
      of: 'person',
    });
    expect(spans).toContainEqual({
      kind: 'mention',
      platform: 'slack',
      id: 'S8',
      name: 'slack:S8',
      of: 'group',
    });
    expect(JSON.stringify(post()?.card)).not.toContain('aad-9');
    expect(world.keys('C1')).toEqual(['escalate/1']);

    change(world, { state: 'acknowledged', acknowledged: { by: olivia, atMs: world.clock.nowMs } });
    await reminders.run();
    expect(post()?.card.summary).toContain('Olivia has it.');
    change(world, { state: 'resolved', resolved: { atMs: world.clock.nowMs, how: 'The service is steady' } });
    await reminders.run();
    expect(post()?.card.title).toBe('Resolved: #12 checkout-api: Deployment failed');
    expect(await world.pages.active(10)).toEqual([]);
  });

  it('does not wait for one whose records cannot be read', async () => {
    const world = openEscalation();
    const other = incident({ id: 'production/eu-west-1/core/basket#13', number: 13 });
    world.incidents.set(other.id, other);
    const table = {
      ...world.table,
      put: async (...args: Parameters<typeof world.table.put>) => {
        if (args[0].pk.includes('#12')) throw new Error('busy');
        return world.table.put(...args);
      },
    };
    await world.pass(11, world.replica({ table }));
    expect([...world.shown.keys()].filter((key) => key.includes('#13/remind'))).toHaveLength(1);
  });
});

describe('PagerDuty', () => {
  it.each([
    ['its route', { runbookUrl: 'https://wiki.example/route' }, 'https://wiki.example/route'],
    [
      'the service itself, before its route',
      {
        runbookUrl: 'https://wiki.example/route',
        findings: { atMs: START, health: [], runbookUrl: 'https://wiki.example/service' },
      },
      'https://wiki.example/service',
    ],
  ])('gets the runbook of %s', async (_whose, part, href) => {
    const { world, outside: duty, reminders } = await paged();
    change(world, part);
    await world.pass(14, reminders);
    expect(duty.received[0]?.json['links']).toContainEqual({ href, text: 'Runbook' });
  });

  it('is told when it begins, that somebody has it and that it is over, each once', async () => {
    const { world, outside: duty, actions, reminders } = await paged();
    await world.pass(4, reminders);
    expect(actions()).toEqual([]);
    await world.pass(10, reminders);
    expect(actions()).toEqual(['trigger']);
    expect(duty.received[0]?.path).toBe('/v2/enqueue');
    expect(duty.received[0]?.json).toMatchObject({
      routing_key: 'r0ut1ngk3y',
      dedup_key: 'production/eu-west-1/core/checkout-api#12',
      payload: {
        summary: '#12 checkout-api: Deployment failed (core · production · eu-west-1)',
        severity: 'critical',
        source: 'checkout-api',
        component: 'checkout-api',
        group: 'core',
        class: 'SERVICE_DEPLOYMENT_FAILED',
        timestamp: '2026-11-20T09:00:00.000Z',
      },
      links: [{ text: 'AWS console' }],
    });
    change(world, { state: 'acknowledged', acknowledged: { by: olivia, atMs: world.clock.nowMs } });
    await world.pass(3, reminders);
    change(world, { state: 'resolved', resolved: { atMs: world.clock.nowMs, how: 'steady' } });
    await world.pass(3, world.replica());
    expect(actions()).toEqual(['trigger', 'acknowledge', 'resolve']);
    expect(await world.pages.active(10)).toEqual([]);
  });

  it('that was never called hears nothing of an incident', async () => {
    const { world, actions, reminders } = await paged();
    await world.pass(4, reminders);
    change(world, { state: 'acknowledged', acknowledged: { by: olivia, atMs: world.clock.nowMs } });
    await world.pass(4, reminders);
    change(world, { state: 'resolved', resolved: { atMs: world.clock.nowMs, how: 'steady' } });
    await world.pass(4, reminders);
    expect(actions()).toEqual([]);
  });

  it('is called again with pauses while it is away, and hears everything afterwards', async () => {
    const { world, outside: duty, actions, reminders } = await paged([503, 503, 'hang_up', 429, 202]);
    await world.pass(15, reminders);
    expect(actions()).toEqual(['trigger', 'trigger', 'trigger', 'trigger', 'trigger']);
    expect(new Set(duty.received.map(({ json }) => json['dedup_key'])).size).toBe(1);
    expect(world.notes).toEqual([]);
  });

  it('that says when to come back is asked no earlier', async () => {
    const { world, outside: duty, actions, reminders } = await paged([429, 202]);
    duty.headers = { 'retry-after': '300' };
    await world.pass(9, reminders);
    expect(actions()).toEqual(['trigger']);
    await world.pass(2, reminders);
    expect(actions()).toEqual(['trigger', 'trigger']);
  });

  it('whose answer was lost hears of the end even if nothing was confirmed', async () => {
    const { world, actions, reminders } = await paged(['hang_up']);
    await world.pass(5, reminders);
    expect(actions()).toEqual(['trigger']);
    change(world, { state: 'resolved', resolved: { atMs: world.clock.nowMs, how: 'steady' } });
    await reminders.run();
    expect(actions()).toEqual(['trigger', 'resolve']);
  });

  it('that refuses is called no more; the thread and the people who run Deckhand are told, the key is not', async () => {
    const { world, actions, reminders } = await paged([400]);
    await world.pass(60, reminders);
    expect(actions()).toEqual(['trigger']);
    expect(world.notes).toHaveLength(1);
    expect(world.notes[0]?.text).toBe(
      'I could not tell PagerDuty (PAGERDUTY_KEY) that #12 checkout-api: Deployment failed is triggered: PagerDuty answers with status 400: look whether PAGERDUTY_KEY is the key of an Events API v2 integration. Call whoever is on duty yourself.',
    );
    expect(world.keys('C1')).toContain('escalate/pagerDuty-triggered-1-failed');
    expect(JSON.stringify([...world.shown])).not.toContain('r0ut1ngk3y');
  });

  it('that stays away is given up after a bounded number of calls', async () => {
    const { world, actions, reminders } = await paged([500]);
    await world.pass(300, reminders);
    expect(actions()).toHaveLength(10);
    expect(world.notes).toHaveLength(1);
  });

  it('is not called where its key is not set', async () => {
    outside = await openOutside();
    const world = openEscalation({ routes: PAGING, pagerDutyUrl: outside.url });
    await world.pass(10, world.replica());
    expect(outside.received).toEqual([]);
    expect(world.notes[0]?.text).toContain('PAGERDUTY_KEY is not set: set it and restart me.');
  });

  it('is called once by two processes, and by the second when the first dies in the call', async () => {
    const { world, actions } = await paged();
    const dying: Pager = { send: () => new Promise(() => undefined) };
    const first = world.replica({ pager: dying });
    await first.run();
    world.clock.nowMs = START + 5 * MINUTE;
    void first.run();
    const second = world.replica();
    await world.pass(0.5, second);
    expect(actions()).toEqual([]);
    await world.pass(2, second);
    await Promise.all([second.run(), world.replica().run()]);
    expect(actions()).toEqual(['trigger']);
  });

  it('is called anew, under a new key, when somebody gives the incident back', async () => {
    const { world, outside: duty, reminders } = await paged();
    await world.pass(6, reminders);
    change(world, { state: 'acknowledged', acknowledged: { by: olivia, atMs: world.clock.nowMs } });
    await world.pass(6, reminders);
    change(world, { state: 'open' });
    await world.pass(6, reminders);
    change(world, { state: 'resolved', resolved: { atMs: world.clock.nowMs, how: 'steady' } });
    await world.pass(1, reminders);
    const id = 'production/eu-west-1/core/checkout-api#12';
    expect(
      duty.received.map(({ json }) => `${String(json['event_action'])} ${String(json['dedup_key'])}`),
    ).toEqual([`trigger ${id}`, `acknowledge ${id}`, `trigger ${id}~2`, `resolve ${id}`, `resolve ${id}~2`]);
  });
});

describe('any other program', () => {
  it('is told what PagerDuty would be, signed with the time', async () => {
    outside = await openOutside();
    const webhook = { url: `${outside.url}/hook`, secretEnv: 'HOOK_SECRET' };
    const routes: Route[] = [
      { match: '*', severity: 'info', to: 'slack:C1', escalate: [{ afterMinutes: 5, webhook }] },
    ];
    const world = openEscalation({ routes, env: { HOOK_SECRET: 's3cret' } });
    const reminders = world.replica();
    await world.pass(6, reminders);
    change(world, { state: 'acknowledged', acknowledged: { by: olivia, atMs: world.clock.nowMs } });
    await world.pass(1, reminders);
    expect(outside.received.map(({ json }) => json['event'])).toEqual(['triggered', 'acknowledged']);
    const [first, second] = outside.received;
    expect(first?.json['incident']).toMatchObject({
      key: 'production/eu-west-1/core/checkout-api#12',
      number: 12,
      service: 'checkout-api',
      state: 'open',
    });
    expect(second?.json['incident']).toMatchObject({ acknowledgedBy: 'Olivia' });
    expect(first?.json['id']).not.toBe(second?.json['id']);
    const timestamp = String(first?.headers['x-deckhand-timestamp']);
    expect(Number(timestamp) * 1000).toBe(START + 5 * MINUTE);
    expect(first?.headers['x-deckhand-signature']).toBe(signBody('s3cret', timestamp, first?.body ?? ''));
  });

  it('that sends us elsewhere is not followed', async () => {
    outside = await openOutside();
    outside.answers = [307];
    outside.headers = { location: `${outside.url}/elsewhere` };
    const routes: Route[] = [
      {
        match: '*',
        severity: 'info',
        to: 'slack:C1',
        escalate: [{ afterMinutes: 5, webhook: { url: `${outside.url}/hook` } }],
      },
    ];
    const world = openEscalation({ routes });
    await world.pass(10, world.replica());
    expect(outside.received.map(({ path }) => path)).toEqual(['/hook']);
    expect(world.notes[0]?.text).toContain('I follow nobody');
  });
});
