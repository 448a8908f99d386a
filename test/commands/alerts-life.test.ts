import { describe, expect, it } from 'vitest';
import { plainText } from '../../src/cards/card.ts';
import { makeAlertsCommand } from '../../src/commands/alerts.ts';
import { makeMutesCommand } from '../../src/commands/mutes.ts';
import type { Incident } from '../../src/domain/incident.ts';
import type { Intent } from '../../src/domain/intent.ts';
import type { Mute } from '../../src/domain/route.ts';

const PRIYA = { platform: 'slack', id: 'U1', tenant: 'T1', name: 'Priya' } as const;
const asking = { person: PRIYA, prefix: '/ecs' };
const NOW = Date.parse('2026-11-20T10:00:00Z');
const at = (minutes: number) => NOW - minutes * 60_000;

const incident = (number: number, service: string, change: Partial<Incident> = {}): Incident => ({
  id: `production/eu-west-1/core/${service}#${number}`,
  number,
  target: { account: 'production', region: 'eu-west-1', cluster: 'core', service },
  severity: 'high',
  cause: 'SERVICE_TASK_START_IMPAIRED',
  title: 'Tasks cannot start reliably',
  state: 'open',
  openedAtMs: at(60),
  lastSeenAtMs: at(1),
  count: 3,
  facts: [],
  version: 1,
  ...change,
});

const held = incident(7, 'web', {
  state: 'acknowledged',
  acknowledged: { by: PRIYA, atMs: at(50) },
  facts: [
    {
      key: 'note-3-1',
      atMs: at(20),
      text: 'Note by Priya',
      detail: 'the pool is exhausted',
      kind: 'neutral',
    },
    { key: 'e1', atMs: at(60), text: 'Tasks cannot start', detail: '=cmd("x"), "quoted"', kind: 'worse' },
    { key: 'e2', atMs: at(5), text: 'A task stopped', kind: 'worse' },
  ],
});

const ask = (intent: Omit<Intent, 'command'>) =>
  makeAlertsCommand({
    incidents: {
      byId: async () => undefined,
      byNumber: async (number) => (number === 7 ? held : undefined),
      ofService: async () => undefined,
      open: async () => [held, incident(8, 'cart')],
      recentlyClosed: async () => [],
    },
    clock: { now: () => NOW },
  })({ command: 'alerts', ...intent }, asking);

describe('alerts handover', () => {
  it('lists what is open, the unheld first, who has it since when, and the last note', async () => {
    const { card, data } = await ask({ action: 'handover' });
    const list = card.blocks.find((block) => block.kind === 'list');
    const lines = list?.items.map(({ text, detail = '' }) => `${plainText(text)} ${plainText(detail)}`) ?? [];
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/#8 .*nobody has it/);
    expect(lines[1]).toMatch(/#7 .*Priya has it.*Note by Priya: the pool is exhausted/);
    expect(data).toMatchObject({
      incidents: [
        {
          number: 7,
          acknowledgedBy: 'Priya',
          acknowledgedAt: '2026-11-20T09:10:00.000Z',
          lastNote: { at: '2026-11-20T09:40:00.000Z', detail: 'the pool is exhausted' },
        },
        { number: 8 },
      ],
    });
  });

  it('takes a scope', async () => {
    const { data } = await ask({ action: 'handover', service: 'cart' });
    expect(data).toMatchObject({ incidents: [{ number: 8 }] });
  });
});

describe('alerts timeline', () => {
  it('tells every fact, deed and note with its time, oldest first', async () => {
    const { data, card } = await ask({ action: 'timeline', incident: 7 });
    expect(card.title).toContain('#7');
    expect(data).toMatchObject({
      incident: { number: 7, service: 'web' },
      timeline: [
        { at: '2026-11-20T09:00:00.000Z', text: 'Tasks cannot start', kind: 'worse' },
        { at: '2026-11-20T09:40:00.000Z', text: 'Note by Priya', detail: 'the pool is exhausted' },
        { at: '2026-11-20T09:55:00.000Z', text: 'A task stopped' },
      ],
    });
  });

  it('is there as CSV, by a button; a cell is never a formula', async () => {
    const { card } = await ask({ action: 'timeline', incident: 7 });
    const button = card.blocks.flatMap((block) => (block.kind === 'actions' ? block.buttons : []))[0];
    if (button?.kind !== 'press' || button.payload.do !== 'run') throw new Error('there is a button');
    const { card: csv } = await ask(button.payload.intent);
    const code = csv.blocks.find((block) => block.kind === 'code');
    expect(code?.text.split('\r\n')).toEqual([
      'at,kind,text,detail',
      `2026-11-20T09:00:00.000Z,worse,Tasks cannot start,"'=cmd(""x""), ""quoted"""`,
      '2026-11-20T09:40:00.000Z,neutral,Note by Priya,the pool is exhausted',
      '2026-11-20T09:55:00.000Z,worse,A task stopped,',
    ]);
  });

  it('of a number that there is not, or of none, says where the numbers are', async () => {
    await expect(ask({ action: 'timeline', incident: 99 })).rejects.toThrow(
      /no incident #99.*`\/ecs alerts`/,
    );
    await expect(ask({ action: 'timeline' })).rejects.toThrow(/Which incident\? `\/ecs alerts timeline #12`/);
  });
});

describe('mute list', () => {
  const mute = (on: string, untilMs: number): Mute => ({ id: on, on, fromMs: at(10), untilMs, by: PRIYA });
  const list = (mutes: readonly Mute[] | undefined) =>
    makeMutesCommand({
      mutes: mutes === undefined ? undefined : { list: async () => mutes },
      clock: { now: () => NOW },
    })({ command: 'mute', action: 'list' }, asking);

  it('shows what is muted now, until when and by whom, each with a button', async () => {
    const { card, data } = await list([
      mute('production/core/web', NOW + 60_000),
      mute('staging/*/*', NOW - 1),
      mute('*/core/*', NOW + 5000),
    ]);
    expect(data).toMatchObject({ mutes: [{ on: 'production/core/web', by: 'Priya' }, { on: '*/core/*' }] });
    const items = card.blocks.flatMap((block) => (block.kind === 'list' ? block.items : []));
    expect(items.map(({ text }) => plainText(text))).toEqual([
      'cluster core until 20 Nov 10:00 UTC',
      'web in core, production until 20 Nov 10:01 UTC',
    ]);
    expect(items[1]?.button).toMatchObject({ payload: { do: 'unmute', on: 'production/core/web' } });
  });

  it('says that nothing is, and where there are none to be had', async () => {
    expect((await list([])).card.title).toBe('Nothing is muted');
    await expect(list(undefined)).rejects.toThrow(/no mutes here/);
  });
});
