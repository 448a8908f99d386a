import { describe, expect, test } from 'vitest';
import { makeAlertsCommand } from '../../src/commands/alerts.ts';
import { answerNotBuilt, makeHelpCommand } from '../../src/commands/help.ts';
import type { ServiceRef } from '../../src/domain/fleet.ts';
import type { Incident } from '../../src/domain/incident.ts';
import type { Intent } from '../../src/domain/intent.ts';
import type { IncidentReader } from '../../src/incidents/incidents.ts';

const olivia = { platform: 'slack', id: 'U1', tenant: 'T1', name: 'Olivia' } as const;
const ravi = { platform: 'teams', id: 'U1', tenant: 'T', name: 'Ravi' } as const;
const asking = { person: olivia, prefix: '/ecs' };
const nowMs = Date.parse('2026-11-20T09:00:00Z');

function incident(number: number, change: Partial<Incident> = {}): Incident {
  return {
    id: `production/eu-west-1/core/web#${number}`,
    number,
    target: { account: 'production', region: 'eu-west-1', cluster: 'core', service: 'web' },
    severity: 'high',
    cause: 'SERVICE_TASK_START_IMPAIRED',
    title: 'Tasks cannot start reliably',
    state: 'open',
    openedAtMs: nowMs - 600_000,
    lastSeenAtMs: nowMs - 300_000,
    count: 2,
    facts: [],
    version: 1,
    ...change,
  };
}

describe('alerts', () => {
  const all = [
    incident(1),
    incident(2, { state: 'acknowledged', acknowledged: { by: olivia, atMs: nowMs } }),
    // The same id on the other platform is another person.
    incident(3, { state: 'acknowledged', acknowledged: { by: ravi, atMs: nowMs } }),
    incident(4, { target: { account: 'staging', region: 'eu-west-1', cluster: 'core', service: 'cart' } }),
    incident(5, { target: { account: 'production', region: 'eu-west-1' } }),
  ];
  const closed = incident(6, { state: 'resolved', resolved: { atMs: nowMs, how: 'Steady again' } });
  const reader: IncidentReader = {
    byId: async () => undefined,
    byNumber: async () => undefined,
    ofService: async () => undefined,
    open: async () => all,
    recentlyClosed: async () => [closed],
  };
  const ask = async (intent: Omit<Intent, 'command'>) => {
    const answer = await makeAlertsCommand({ incidents: reader, clock: { now: () => nowMs } })(
      { command: 'alerts', ...intent },
      asking,
    );
    return answer.data as { incidents: readonly { readonly number: number }[] };
  };
  const numbers = async (intent: Omit<Intent, 'command'>) =>
    (await ask(intent)).incidents.map(({ number }) => number);

  test.each<[string, Omit<Intent, 'command'>, number[]]>([
    ['open lists what is open', { action: 'open' }, [1, 2, 3, 4, 5]],
    ['mine lists what I have, not who has my id elsewhere', { action: 'mine' }, [2]],
    ['all adds what ended lately', {}, [1, 2, 3, 4, 5, 6]],
    ['open of an account', { action: 'open', account: 'staging' }, [4]],
    ['open of a service', { action: 'open', service: 'web' }, [1, 2, 3]],
    ['open of a cluster leaves out what names none', { action: 'open', cluster: 'core' }, [1, 2, 3, 4]],
  ])('%s', async (_name, intent, expected) => {
    expect(await numbers(intent)).toEqual(expected);
  });

  test('as data carries times in ISO 8601 and who has it', async () => {
    const { incidents } = await ask({ action: 'mine' });
    expect(incidents[0]).toMatchObject({
      number: 2,
      account: 'production',
      service: 'web',
      state: 'acknowledged',
      openedAt: '2026-11-20T08:50:00.000Z',
      acknowledgedBy: 'Olivia',
    });
  });
});

describe('help', () => {
  const web: ServiceRef = { account: 'production', region: 'eu-west-1', cluster: 'core', service: 'web' };
  const never = () => new Promise<never>(() => {});
  const help = (inventory: () => Promise<readonly ServiceRef[]>, wait: () => Promise<void> = never) => ({
    collector: { inventory },
    wait,
  });

  test('shows examples with a real name of the fleet', async () => {
    const { card, verdict } = await makeHelpCommand(help(async () => [web]))({ command: 'help' }, asking);
    expect(verdict).toBe('ok');
    expect(JSON.stringify(card)).toContain('/ecs service web');
  });

  test.each([
    ['answers slowly', never, async () => {}],
    ['does not answer', () => Promise.reject(new Error('no')), never],
    ['is empty', async () => [], never],
  ])('comes at once where the fleet %s', async (_name, inventory, wait) => {
    const { card } = await makeHelpCommand(help(inventory, wait))({ command: 'help' }, asking);
    expect(JSON.stringify(card)).toContain('/ecs service ');
  });

  test('without an address shows commands as they are typed', async () => {
    const bare = { ...asking, prefix: '' };
    const { card } = await makeHelpCommand(help(async () => [web]))({ command: 'help' }, bare);
    expect(JSON.stringify(card)).toContain('"service web"');
    expect(JSON.stringify(card)).not.toMatch(/" (health|service|help)/);
  });

  test('what cannot be done yet says so, and what can be done instead', async () => {
    const { card, verdict } = await answerNotBuilt(
      help(async () => [web]),
      { command: 'forecast' },
      { ...asking, prefix: '' },
    );
    expect(verdict).toBe('incomplete');
    expect(card.title).toContain('forecast');
    expect(JSON.stringify(card)).toContain('"health"');
  });
});
