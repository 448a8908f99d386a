import { beforeEach, describe, expect, it } from 'vitest';
import type { Access } from '../../src/access/access.ts';
import type { AuditLine } from '../../src/access/audit.ts';
import { resumeOutbox } from '../../src/actions/resume-outbox.ts';
import { toText } from '../../src/cli/text/index.ts';
import { makeHelpCommand } from '../../src/commands/help.ts';
import { makeOutboxCommand } from '../../src/commands/outbox.ts';
import { BadRequest, Denied, Unreachable } from '../../src/domain/errors.ts';
import type { Person } from '../../src/domain/person.ts';
import type { Destination } from '../../src/messaging/messenger.ts';
import type { Waiting } from '../../src/messaging/outbox.ts';
import { parseChannel } from '../../src/messaging/routes.ts';

const NOW = Date.UTC(2026, 10, 20, 9);
const OLIVIA: Person = { platform: 'slack', id: 'U1', tenant: 'T1', name: 'Olivia' };
const ASKING = { person: OLIVIA, prefix: '/ecs' };

function waitingIn(channel: string, more: Partial<Waiting> = {}): Waiting {
  const dest = parseChannel(channel);
  if (dest === undefined) throw new Error(`${channel} is no channel`);
  return {
    dest,
    waiting: 3,
    parked: 0,
    oldestAtMs: NOW - 600_000,
    why: 'I am not in that channel.',
    ...more,
  };
}
const reader = (waiting: readonly Waiting[]) => ({ waiting: async () => waiting, now: () => NOW });
const underWay: Waiting = {
  dest: { platform: 'slack', tenant: '-', channel: 'C1' },
  waiting: 2,
  parked: 0,
  oldestAtMs: NOW - 100,
};
const never = () => new Promise<never>(() => {});

describe('outbox list', () => {
  it('says what waits where, since when, why, and what to do', async () => {
    const outbox = reader([waitingIn('slack:C1'), waitingIn('teams:19:x@thread.tacv2', { waiting: 1 })]);
    const { card, data, verdict } = await makeOutboxCommand({ outbox })({ command: 'outbox' }, ASKING);
    expect(card.title).toBe('4 messages wait');
    const text = toText(card);
    expect(text).toContain('slack:C1: 3 messages wait, the oldest for 10 min');
    expect(text).toContain('I am not in that channel.');
    expect(text).toContain('/ecs outbox resume CHANNEL');
    expect(data).toMatchObject({ channels: [{ channel: 'slack:C1', waiting: 3 }, { waiting: 1 }] });
    expect(verdict).toBe('ok');
  });

  it('says that nothing waits', async () => {
    const { card } = await makeOutboxCommand({ outbox: reader([]) })({ command: 'outbox' }, ASKING);
    expect(card.title).toBe('Nothing waits to be sent');
  });

  it('is refused with what to do where nothing keeps messages', async () => {
    const command = makeOutboxCommand({ outbox: undefined });
    await expect(command({ command: 'outbox' }, ASKING)).rejects.toThrow(/name its table in DYNAMODB_TABLE/);
  });
});

describe('help', () => {
  const help = (outbox: ReturnType<typeof reader>, wait: () => Promise<void> = never) =>
    makeHelpCommand({ collector: { inventory: async () => [] }, wait, outbox });

  it('says in one line what is held up, and why', async () => {
    const { card } = await help(reader([waitingIn('slack:C1')]))({ command: 'help' }, ASKING);
    expect(toText(card)).toContain('3 messages wait (slack:C1, I am not in that channel)');
  });

  it.each<[string, readonly Waiting[]]>([
    ['nothing waits', []],
    ['messages are only under way', [underWay]],
  ])('says nothing of it where %s', async (_name, waiting) => {
    const { card } = await help(reader(waiting))({ command: 'help' }, ASKING);
    expect(toText(card)).not.toMatch(/messages? waits?/);
  });

  it.each([
    ['does not answer', () => never(), async () => {}],
    ['is down', () => Promise.reject(new Unreachable('no')), never],
  ])('comes all the same where the store %s', async (_name, waiting, wait) => {
    const { card } = await help({ waiting, now: () => NOW }, wait)({ command: 'help' }, ASKING);
    expect(toText(card)).toContain('/ecs health');
  });
});

describe('outbox resume', () => {
  let resumed: Destination[];
  let noted: AuditLine[];
  let allowed: boolean;
  beforeEach(() => {
    resumed = [];
    noted = [];
    allowed = true;
  });

  const resume = (
    channel: string,
    person = OLIVIA,
    waiting = [waitingIn('slack:C1'), waitingIn('slack:C2')],
  ) => {
    const access = {
      require: async (_person: unknown, { action }: { readonly action: string }) => {
        if (!allowed || action !== 'admin') throw new Denied('Only administrators may do that.');
      },
    };
    const audit = { note: async (line: AuditLine) => void noted.push(line), write: async () => {} };
    const outbox = {
      waiting: async () => waiting,
      resume: async (dest: Destination) => void resumed.push(dest),
    };
    const deps = { access: access as unknown as Access, audit, outbox, clock: { now: () => NOW } };
    return resumeOutbox(deps, { kind: 'resume_outbox', channel, prefix: '/ecs' }, person);
  };

  it.each(['slack:C1', 'C1', 'c1', '<#C1>', '<#C1|ops>'])(
    'sends again to the one written %s',
    async (said) => {
      const { done, card } = await resume(said);
      expect(done).toBe(true);
      expect(card.summary).toBe('Sending 3 messages to slack:C1 again.');
      expect(resumed).toEqual([{ platform: 'slack', tenant: '-', channel: 'C1' }]);
      expect(noted).toMatchObject([
        { action: 'outbox resume', target: 'slack:C1', result: 'done', by: OLIVIA },
      ]);
    },
  );

  it('is for administrators; who is none changes nothing, and that is written down', async () => {
    allowed = false;
    await expect(resume('C1')).rejects.toThrow(Denied);
    expect(resumed).toEqual([]);
    expect(noted).toMatchObject([{ result: 'refused', why: 'Only administrators may do that.' }]);
  });

  it('is open to the command line, which holds the keys to the table', async () => {
    allowed = false;
    expect((await resume('C1', { ...OLIVIA, platform: 'cli' })).done).toBe(true);
  });

  it('of a channel in which nothing waits names those in which something does', async () => {
    await expect(resume('C9')).rejects.toThrow(
      /Nothing waits in C9\. There is something in slack:C1, slack:C2/,
    );
    await expect(resume('C9', OLIVIA, [])).rejects.toThrow(/Nothing waits to be sent/);
    expect(resumed).toEqual([]);
  });

  it('is refused where nothing keeps messages', async () => {
    const none = resumeOutbox(
      {
        access: { require: async () => {} } as unknown as Access,
        audit: { note: async () => {}, write: async () => {} },
        outbox: undefined,
        clock: { now: () => NOW },
      },
      { kind: 'resume_outbox', channel: 'C1', prefix: '' },
      OLIVIA,
    );
    await expect(none).rejects.toThrow(BadRequest);
  });
});
