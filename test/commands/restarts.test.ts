import { describe, expect, it } from 'vitest';
import { toText } from '../../src/cli/text/index.ts';
import { makeRestartsCommand } from '../../src/commands/restarts.ts';
import type { StopsDeps } from '../../src/commands/restarts-read.ts';
import { BadRequest, Denied, NotFound, Unreachable } from '../../src/domain/errors.ts';
import type { Deployment, MissingPart, ServiceRef, ServiceSnapshot } from '../../src/domain/fleet.ts';
import type { StopEvidence } from '../../src/domain/incident.ts';
import type { Intent } from '../../src/domain/intent.ts';
import { type EvidenceStore, makeEvidenceStore } from '../../src/store/evidence-store.ts';
import { makeMemoryTable } from '../store/memory-table.ts';

const NOW = Date.UTC(2026, 10, 20, 9);
const HOUR = 3_600_000;
const CLI = { person: { platform: 'cli', id: 'me', tenant: '-', name: 'me' }, prefix: '' } as const;
const WEB: ServiceRef = { account: 'production', region: 'eu-west-1', cluster: 'core', service: 'web' };
const clock = { now: () => NOW };

type Shown = Awaited<ReturnType<StopsDeps['stoppedTasks']>>['stops'][number];

interface Setup {
  readonly refs?: readonly ServiceRef[];
  readonly missing?: readonly MissingPart[];
  /** What ECS shows, by cluster. */
  readonly shown?: Readonly<Record<string, readonly Shown[]>>;
  readonly stoppedTasks?: StopsDeps['stoppedTasks'];
  readonly evidence?: StopsDeps['evidence'] | 'none';
  readonly deployments?: readonly Partial<Deployment>[];
}

function setup({ refs = [WEB], missing = [], shown = {}, deployments = [], ...given }: Setup = {}) {
  const store = makeEvidenceStore(makeMemoryTable(clock), clock.now);
  const asked: string[] = [];
  const command = makeRestartsCommand({
    collector: {
      inventoryWithMissing: async () => ({ refs, missing }),
      // The command reads the deployments of the first service alone.
      snapshot: async () => ({
        atMs: NOW,
        services: [{ deployments } as unknown as ServiceSnapshot],
        missing: [],
      }),
    },
    evidence: given.evidence === 'none' ? undefined : (given.evidence ?? store),
    stoppedTasks:
      given.stoppedTasks ??
      (async ({ cluster }, service) => {
        asked.push(service === undefined ? cluster : `${cluster}/${service}`);
        const stops = (shown[cluster] ?? []).filter(
          (each) => service === undefined || each.service === service,
        );
        return { stops, isCut: false };
      }),
    clock,
    redact: (text) => text.replaceAll('hunter2', '[redacted]'),
  });
  const ask = (intent: Partial<Intent> = {}) => command({ command: 'restarts', ...intent }, CLI);
  const keep = (ref: ServiceRef, ...stops: readonly StopEvidence[]) =>
    Promise.all(stops.map((stop) => store.keep({ ref, stop, version: 1 }, undefined)));
  return { ask, keep, store, asked };
}

function crash(
  taskId: string,
  agoMs: number,
  exitCode = 1,
  change: Partial<StopEvidence> = {},
): StopEvidence {
  const containers = [{ name: 'app', exitCode }];
  return { taskId, atMs: NOW - agoMs, stopCode: 'EssentialContainerExited', containers, ...change };
}

describe('restarts of one service', () => {
  it('count alike ends together and tell the newest first, with the last words of it', async () => {
    const { ask, keep, store } = setup();
    await keep(WEB, crash('aaaa', HOUR), crash('bbbb', 2 * HOUR), crash('cccc', 3 * HOUR, 139));
    await store.addLines(
      { ref: WEB, stop: crash('aaaa', HOUR) },
      { app: ['boot', 'FATAL no <@U1> config'] },
      1,
    );
    const { card, data, verdict } = await ask(WEB);
    expect(verdict).toBe('ok');
    expect(data).toMatchObject({
      ...WEB,
      since: '2026-11-19T09:00:00.000Z',
      reasons: [
        { reason: 'exit code 1', count: 2, newestAt: '2026-11-20T08:00:00.000Z' },
        { reason: 'exit code 139 (segmentation fault)', count: 1 },
      ],
      stops: [
        { task: 'aaaa', at: '2026-11-20T08:00:00.000Z', lastLines: ['boot', 'FATAL no <@U1> config'] },
        { task: 'bbbb', lastLines: [] },
        { task: 'cccc' },
      ],
    });
    const text = toText(card);
    for (const part of [
      '3 tasks',
      '2 × exit code 1',
      'FATAL no <@U1> config',
      'core · production · eu-west-1',
    ])
      expect(text).toContain(part);
  });

  it('look a day back unless told otherwise, and no further than thirty days', async () => {
    const { ask, keep } = setup();
    await keep(WEB, crash('today', HOUR), crash('tuesday', 72 * HOUR), crash('old', 31 * 24 * HOUR));
    const tasks = async (intent: Partial<Intent>) =>
      ((await ask({ ...WEB, ...intent })).data as { stops: { task: string }[] }).stops.map(
        ({ task }) => task,
      );
    expect(await tasks({})).toEqual(['today']);
    expect(await tasks({ sinceMs: 7 * 24 * HOUR })).toEqual(['today', 'tuesday']);
    expect(await tasks({ sinceMs: 90 * 24 * HOUR })).toEqual(['today', 'tuesday']);
    expect(toText((await ask({ ...WEB, sinceMs: 90 * 24 * HOUR })).card)).toContain('kept for 30 days');
    expect(await tasks({ sinceMs: 7 * 24 * HOUR, limit: 1 })).toEqual(['today']);
  });

  it('count from its newest deployment on', async () => {
    const { ask, keep } = setup({ deployments: [{ status: 'PRIMARY', createdAtMs: NOW - 2 * HOUR }] });
    await keep(WEB, crash('after', HOUR), crash('before', 3 * HOUR));
    expect((await ask({ ...WEB, since: 'deploy' })).data).toMatchObject({ stops: [{ task: 'after' }] });
    await expect(ask({ since: 'deploy' })).rejects.toThrow(BadRequest);
    await expect(setup().ask({ ...WEB, since: 'deploy' })).rejects.toThrow(NotFound);
  });

  it('take from ECS what nothing kept, without its own comings and goings and without secrets', async () => {
    const planned = crash('plan', HOUR, 143, {
      stopCode: 'ServiceSchedulerInitiated',
      reason: 'Scaling activity initiated by (deployment ecs-svc/1)',
    });
    const shown = { core: [crash('seen', HOUR / 2, 1, { reason: 'token hunter2' }), planned].map(ofWeb) };
    const { ask, asked } = setup({ shown });
    const { data, card } = await ask(WEB);
    expect(data).toMatchObject({ stops: [{ task: 'seen', reason: 'token [redacted]' }] });
    expect((data as { stops: unknown[] }).stops).toHaveLength(1);
    expect(toText(card).replaceAll(/\s+/g, ' ')).toContain('1 stop by deployments and scaling in left out');
    expect(asked).toEqual(['core/web']);
  });

  it('say that nothing keeps them where there is no table', async () => {
    const { ask } = setup({ evidence: 'none', shown: { core: [ofWeb(crash('seen', HOUR / 2))] } });
    const { card, data, verdict } = await ask(WEB);
    expect(verdict).toBe('ok');
    expect(data).toMatchObject({ stops: [{ task: 'seen' }] });
    expect(toText(card)).toContain('Nothing keeps stops here');
    expect(toText(card)).not.toContain('my record');
  });

  it('come from ECS when the record is out of order, and the answer says that it is less', async () => {
    const down = () =>
      Promise.reject(new Unreachable('My store does not answer; please try again in a moment.'));
    const evidence: Pick<EvidenceStore, 'ofService' | 'servicesWithStops'> = {
      ofService: down,
      servicesWithStops: down,
    };
    const { ask } = setup({ evidence, shown: { core: [ofWeb(crash('seen', HOUR / 2))] } });
    const { card, data, verdict } = await ask(WEB);
    expect(verdict).toBe('incomplete');
    expect(data).toMatchObject({ stops: [{ task: 'seen' }] });
    expect(toText(card)).toContain('My store does not answer');
  });

  it('come from the record when ECS may not be asked, and the action is named', async () => {
    const stoppedTasks = () => Promise.reject(new Denied('denied: the role lacks ecs:DescribeTasks.'));
    const { ask, keep } = setup({ stoppedTasks });
    await keep(WEB, crash('kept', HOUR));
    const { data, verdict } = await ask(WEB);
    expect(verdict).toBe('incomplete');
    expect(data).toMatchObject({
      stops: [{ task: 'kept' }],
      missing: [{ action: 'ecs:DescribeTasks', kind: 'denied' }],
    });
  });

  it('are known of a service that was deleted since', async () => {
    const { ask, keep } = setup({
      refs: [],
      stoppedTasks: () => Promise.reject(new NotFound('no such service')),
    });
    await keep(WEB, crash('kept', HOUR));
    expect(await ask(WEB)).toMatchObject({ verdict: 'ok', data: { stops: [{ task: 'kept' }] } });
    await expect(ask({ ...WEB, service: 'never' })).rejects.toThrow(/no service never/);
  });

  it('offer to look further back, and are good news when there are none', async () => {
    const { card } = await setup().ask(WEB);
    expect(card.tone).toBe('good');
    const buttons = card.blocks.flatMap((block) => (block.kind === 'actions' ? block.buttons : []));
    expect(buttons).toMatchObject([{ payload: { do: 'run', intent: { ...WEB, sinceMs: 7 * 24 * HOUR } } }]);
  });
});

describe('restarts of a wider scope', () => {
  const BATCH = { ...WEB, cluster: 'jobs', service: 'batch' };
  const OTHER = { ...WEB, account: 'staging' };
  const refs = [WEB, BATCH, OTHER];

  it('list the services with most stops first and leave out those without', async () => {
    const { ask, keep, asked } = setup({
      refs,
      shown: { jobs: [{ service: 'batch', stop: crash('s', HOUR / 2) }] },
    });
    await keep(WEB, crash('a', HOUR));
    await keep(BATCH, crash('b', HOUR), crash('c', 2 * HOUR));
    const { data, card } = await ask({ account: 'production' });
    expect(data).toMatchObject({
      services: [
        { service: 'batch', reasons: [{ count: 3 }] },
        { service: 'web', stops: [{ task: 'a' }] },
      ],
      missing: [],
    });
    expect((data as { services: unknown[] }).services).toHaveLength(2);
    expect(asked.toSorted()).toEqual(['core', 'jobs']);
    const button = card.blocks.flatMap((block) => (block.kind === 'list' ? block.items : []))[0]?.button;
    expect(button).toMatchObject({
      payload: { intent: { command: 'restarts', ...BATCH, sinceMs: 24 * HOUR } },
    });
  });

  it('do not tell of services that are not watched, or of tasks of none', async () => {
    const scaledIn = crash('z', HOUR / 2, 143, { stopCode: 'ServiceSchedulerInitiated' });
    const shown = {
      core: [
        { service: 'excluded', stop: crash('x', HOUR / 2) },
        { service: 'excluded', stop: scaledIn },
        { service: undefined, stop: crash('y', HOUR / 2) },
      ],
    };
    const { data, card } = await setup({ shown }).ask();
    expect(data).toMatchObject({ services: [] });
    expect(toText(card)).not.toContain('left out');
  });

  it('name what could not be listed within the scope alone', async () => {
    const part = (account: string): MissingPart => ({
      account,
      region: 'eu-west-1',
      action: 'ecs:ListClusters',
      why: 'denied',
      kind: 'denied',
    });
    const { ask } = setup({ missing: [part('production'), part('staging')] });
    const { data, verdict } = await ask({ account: 'production' });
    expect(verdict).toBe('incomplete');
    expect((data as { missing: MissingPart[] }).missing).toEqual([part('production')]);
  });

  it('ask ECS about so many clusters at most, and say so', async () => {
    const many = Array.from({ length: 60 }, (_, n) => ({ ...WEB, cluster: `c${n}` }));
    const { ask, asked } = setup({ refs: many });
    const { verdict, card } = await ask();
    expect(asked).toHaveLength(40);
    expect(verdict).toBe('incomplete');
    expect(toText(card)).toContain('40 of 60 clusters');
  });
});

function ofWeb(stop: StopEvidence): Shown {
  return { service: 'web', stop };
}
