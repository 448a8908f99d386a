import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeAccess } from '../../src/access/access.ts';
import { makeAudit } from '../../src/access/audit.ts';
import type { Card } from '../../src/cards/card.ts';
import { toText } from '../../src/cli/text/index.ts';
import type { Asking } from '../../src/commands/command.ts';
import { readRoute } from '../../src/commands/route-read.ts';
import { makeRoutesCommand } from '../../src/commands/routes.ts';
import type { Person } from '../../src/domain/person.ts';
import { REMINDER_DEFAULTS, type Route } from '../../src/domain/route.ts';
import { makeRouteBook } from '../../src/messaging/route-book.ts';
import { makeChannelCheck } from '../../src/messaging/route-check.ts';
import { makeAuditStore } from '../../src/store/audit-store.ts';
import { makeGrantStore } from '../../src/store/grant-store.ts';
import { makeMuteStore } from '../../src/store/mute-store.ts';
import { makeRouteStore } from '../../src/store/route-store.ts';
import { makeWriteStore } from '../../src/store/write-store.ts';
import { ADMIN, openWriteWorld, VIEWER, type WriteWorld } from '../actions/write-world.ts';
import { keepLog } from '../kept-log.ts';

const asking = (person: Person = ADMIN): Asking => ({ person, prefix: '/ecs', channel: 'CHERE' });

const FILE: Route = {
  id: 'file-1',
  match: 'production/*',
  severity: 'high',
  to: 'slack:CFILE',
  quiet: { from: '22:00', to: '07:00', zone: 'Europe/Amsterdam', letThrough: 'critical' },
};

describe('what stands behind `routes add`', () => {
  const read = (text: string) => readRoute(text, asking());

  it.each([
    ['production/* high here', { match: 'production/*', severity: 'high', to: 'slack:CHERE' }],
    ['production slack:C9 CRITICAL', { match: 'production', severity: 'critical', to: 'slack:C9' }],
    [
      '*/*/checkout-* <#C012AB3CD|ops>',
      { match: '*/*/checkout-*', severity: 'medium', to: 'slack:C012AB3CD' },
    ],
    [
      'a/b/c info teams:19:x@thread.tacv2',
      { match: 'a/b/c', severity: 'info', to: 'teams:19:x@thread.tacv2' },
    ],
  ])('%s is understood', (text, route) => {
    expect(read(text)).toEqual(route);
  });

  it('may say when it is quiet, when to remind, whom to call and where to read', () => {
    expect(
      read(
        '*/*/pay high here quiet 22:00-7:00 Europe/Amsterdam on sat,sun except high remind every 15m escalate 20m <@U034EF5GH|olivia> <!subteam^S0614|@ops> escalate 1h <#C9|war-room> pagerduty:PAGERDUTY_KEY runbook <https://wiki.example/pay>',
      ),
    ).toEqual({
      match: '*/*/pay',
      severity: 'high',
      to: 'slack:CHERE',
      quiet: {
        from: '22:00',
        to: '07:00',
        zone: 'Europe/Amsterdam',
        days: ['sat', 'sun'],
        letThrough: 'high',
      },
      remindMinutes: 15,
      escalate: [
        { afterMinutes: 20, mention: ['slack:U034EF5GH', 'slack:S0614'] },
        { afterMinutes: 60, to: 'slack:C9', pagerDuty: { keyEnv: 'PAGERDUTY_KEY' } },
      ],
      runbook: 'https://wiki.example/pay',
    });
    expect(read('* high here remind never escalate never')).toMatchObject({ remindMinutes: 0, escalate: [] });
  });

  it.each([
    ['', /Which place/],
    ['production/*', /Which place/],
    ['production/* high', /To which channel/],
    ['production/* high #alerts', /choose it from the list/],
    ['production/* hihg here', /hihg is neither a severity \(critical, high, medium, info\) nor a channel/],
    ['a/b/c/d high here', /match: expected account\/cluster\/service/],
    ['* high here quiet 22:00-07:00', /cannot tell when it is quiet/],
    ['* high here quiet 22:00-07:00 Mars/Olympus', /quiet.zone: expected the name of a time zone/],
    ['* high here quiet 25:00-07:00 UTC', /quiet.from: expected a time of day/],
    ['* high here remind often', /often is no length of time/],
    ['* high here escalate 20m olivia', /cannot tell who olivia is/],
    ['* high here escalate 20m pagerduty:AWS_SECRET_ACCESS_KEY', /Keys are never typed into chat/],
    ['* high here remind 5m remind 6m', /stands there twice/],
  ])('%s is not understood, and why', (text, sentence) => {
    expect(() => read(text)).toThrow(sentence);
  });

  it('has no channel of its own where nobody is in one', () => {
    expect(() => readRoute('* high here', { person: ADMIN, prefix: '' })).toThrow(/There is no channel here/);
  });
});

describe('routes', () => {
  let world: WriteWorld;
  beforeEach(async () => {
    world = await openWriteWorld();
  });
  afterEach(async () => {
    await world.close();
  });

  function open(variables: readonly string[] = []) {
    const now = () => world.clock.nowMs;
    const clock = { now };
    const { log } = keepLog();
    const { table } = world;
    const mutes = makeMuteStore(table);
    const book = makeRouteBook({
      configured: [FILE],
      maintenance: [],
      reminders: REMINDER_DEFAULTS,
      defaults: [{ platform: 'slack', tenant: '-', channel: 'CDEFAULT' }],
      routes: makeRouteStore(table),
      mutes,
      clock,
      systemNow: now,
      log,
    });
    const members = ['CHERE', 'CFILE', 'CDEFAULT'];
    const command = makeRoutesCommand({
      access: makeAccess({
        admins: ['slack:UADMIN0001'],
        configured: [],
        store: makeGrantStore(table),
        clock,
        log,
      }),
      audit: makeAudit({ store: makeAuditStore(table, now), log, unique: () => crypto.randomUUID() }),
      writes: makeWriteStore(table, now),
      protectedServices: [],
      clock,
      mint: () => `w${crypto.randomUUID().slice(0, 13)}`,
      collector: {
        inventory: async () =>
          ['web', 'ledger'].map((service) => ({
            account: 'production',
            region: 'us-east-1',
            cluster: 'shop',
            service,
          })),
      },
      routing: {
        rules: () => book.rules(),
        isSet: (name) => variables.includes(name),
        check: makeChannelCheck({
          slack: async (channel) =>
            channel === 'CSILENT' ? 'unknown' : members.includes(channel) ? 'member' : 'stranger',
          teams: undefined,
        }),
      },
    });
    const say = (action: string, text?: string, person?: Person) =>
      command({ command: 'routes', action, ...(text === undefined ? {} : { text }) }, asking(person));
    return {
      say,
      book,
      mutes,
      text: async (action: string, text?: string) => plain((await say(action, text)).card),
    };
  }

  const idOf = (data: unknown): string => (data as { readonly proposal: string }).proposal;

  it('hold from the click on, and can be taken away', async () => {
    const { say, book, text } = open();
    const proposed = await say('add', 'production/shop/* high here remind 5m');
    expect(plain(proposed.card)).toContain('It covers 2 of the 2 services');
    expect(plain(proposed.card)).toContain('I am in slack:CHERE and may post there.');
    expect(await text('list')).not.toContain('slack:CHERE');

    const bot = world.replica();
    expect((await bot.click('confirm', idOf(proposed.data), VIEWER)).done).toBe(false);
    expect((await bot.click('confirm', idOf(proposed.data))).done).toBe(true);
    book.forget();
    const [, id = ''] =
      /routes remove (r\w+)/.exec(
        world.shown.get(`write/${idOf(proposed.data)}/report`)?.card.summary ?? '',
      ) ?? [];
    expect(await text('list')).toContain('slack:CHERE hears of production/shop/*, high and worse');
    expect(await text('list')).toContain(id);
    await expect(say('add', 'production/shop/* high here remind 5m')).rejects.toThrow(
      `${id} says exactly this already`,
    );

    const removal = await say('remove', id);
    expect((await bot.click('confirm', idOf(removal.data))).done).toBe(true);
    book.forget();
    expect(await text('list')).not.toContain('slack:CHERE');
  });

  it('say which default channels hear of less from then on', async () => {
    const { text } = open();
    // The file's route covers high and worse there; of medium ones the default channel hears until now.
    expect(await text('add', 'production/shop/* medium here')).toContain(
      'slack:CDEFAULT no longer hears of 2 of them',
    );
    expect(await text('add', 'production/shop/* high here')).not.toContain('no longer hears');
    expect(await text('add', 'production/shop/* medium slack:CDEFAULT')).not.toContain('no longer hears');
  });

  it('are tested before they are proposed', async () => {
    const { say } = open();
    await expect(say('add', '* high slack:CSTRANGE')).rejects.toThrow(
      /I am not in slack:CSTRANGE, or there is no such channel: invite me there.*I added nothing/,
    );
    await expect(say('add', '* high teams:19:x@thread.tacv2')).rejects.toThrow(
      /Teams is not configured here/,
    );
    await expect(say('add', '* high here escalate 20m pagerduty:PAGERDUTY_KEY')).rejects.toThrow(
      /PAGERDUTY_KEY is not set/,
    );
    await expect(say('add', '* high here escalate 20m teams:4c7f01a2')).rejects.toThrow(
      /teams:4c7f01a2 cannot be called in slack:CHERE/,
    );
    const unsure = await say('add', 'staging high slack:CSILENT');
    expect(plain(unsure.card)).toContain('Slack does not say whether I may post in slack:CSILENT');
    expect(plain(unsure.card)).toContain('No service that I know has such a place today');
  });

  it('are for administrators to change, and those of the file for whoever has the file', async () => {
    const { say } = open();
    await expect(say('add', '* high here', VIEWER)).rejects.toThrow(/may not|administer/i);
    await expect(say('remove', 'file-1')).rejects.toThrow(/deckhand.yaml, routes/);
    await expect(say('remove', 'r9')).rejects.toThrow(/There is no route r9/);
  });

  it('are tested on demand, every channel and every secret', async () => {
    const { say } = open();
    const answer = await say('test');
    expect(plain(answer.card)).toContain('I am in slack:CFILE');
    expect(plain(answer.card)).toContain('I am in slack:CDEFAULT');
    expect(answer.verdict).toBe('ok');
  });

  it('are explained by the rules that decide', async () => {
    const { say, text, mutes, book } = open();
    expect(await text('why', 'web high')).toContain('would go to slack:CFILE now');
    expect(await text('why', 'web high')).toContain('file-1 (production/*, high and worse)');
    expect(await text('why', 'web medium')).toContain('would go to slack:CDEFAULT now');
    expect(await text('why', 'web medium')).toContain(
      'file-1 to slack:CFILE is about this place, from high on',
    );
    expect(await text('why', 'web medium')).toContain('not grave enough');
    world.clock.nowMs = Date.parse('2026-11-20T23:00:00Z');
    expect(await text('why', 'web high')).toContain(
      'Quiet hours of file-1: 22:00 to 07:00 (Europe/Amsterdam)',
    );
    expect((await say('why', 'web high')).data).toMatchObject({
      now: [],
      held: [{ channel: 'slack:CFILE', until: '2026-11-21T06:00:00.000Z', by: 'quiet' }],
    });
    expect(await text('why', 'web critical')).toContain('would go to slack:CFILE now');
    await mutes.put({
      id: 'm1',
      on: 'production/shop/*',
      fromMs: world.clock.nowMs,
      untilMs: world.clock.nowMs + 3_600_000,
      by: ADMIN,
    });
    book.forget();
    expect(await text('why', 'production/shop/web critical')).toContain('Muted by Mara (production/shop/*)');
    await expect(say('why', 'nothing high')).rejects.toThrow(/There is no service nothing/);
    await expect(say('why', 'ledgr')).rejects.toThrow(/There is no service ledgr; did you mean ledger\?/);
    await expect(say('why', 'web bad')).rejects.toThrow(/how grave/);
  });
});

/** Everything that the card says, on one line. */
function plain(card: Card): string {
  return toText(card).replaceAll(/\s+/g, ' ');
}
