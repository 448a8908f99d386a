import { describe, expect, it } from 'vitest';
import { Denied, NotFound } from '../../src/domain/errors.ts';
import type { TaskDefinition } from '../../src/domain/fleet.ts';
import { redactSecrets } from '../../src/domain/untrusted.ts';
import { type EvidenceBoxOptions, type LogTail, makeEvidenceBox } from '../../src/incidents/evidence.ts';
import type { IncidentEvent, StoppedTask } from '../../src/incidents/incident-event.ts';
import { makeEvidenceStore } from '../../src/store/evidence-store.ts';
import { keepLog } from '../kept-log.ts';
import { makeMemoryTable } from '../store/memory-table.ts';

const NOW = Date.UTC(2026, 10, 20, 9);
const REF = { account: 'production', region: 'eu-west-1', cluster: 'core', service: 'web' };
const REVISION = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:7';

const definition: TaskDefinition = {
  family: 'web',
  revision: 7,
  cpuUnits: 256,
  memoryMiB: 512,
  arch: undefined,
  containers: [
    { ...container('app'), logGroup: '/ecs/web', logStreamPrefix: 'ecs' },
    { ...container('proxy'), logGroup: '/ecs/proxy', logStreamPrefix: 'px', logRegion: 'us-east-1' },
    { ...container('agent'), logGroup: undefined },
  ],
};

function container(name: string) {
  return {
    name,
    image: name,
    essential: true,
    cpuUnits: undefined,
    memoryMiB: undefined,
    logGroup: undefined,
  };
}

let tasks = 0;

function stopEvent(task: Partial<StoppedTask> = {}, change: Partial<IncidentEvent> = {}): IncidentEvent {
  tasks += 1;
  const id = task.id ?? `task${tasks}`;
  return {
    id: `event-${id}`,
    name: 'TASK_STOPPED',
    source: 'ecs',
    level: 'info',
    atMs: NOW,
    accountId: '111122223333',
    region: REF.region,
    cluster: REF.cluster,
    service: REF.service,
    reason: undefined,
    version: 5,
    fingerprint: id,
    task: {
      id,
      arn: `arn:aws:ecs:eu-west-1:111122223333:task/core/${id}`,
      taskDefinitionArn: REVISION,
      zone: 'eu-west-1a',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ name: 'app', exitCode: 1, reason: undefined }],
      ...task,
    },
    ...change,
  };
}

type Tail = Parameters<LogTail['tail']>[0];

function world(change: Partial<EvidenceBoxOptions> = {}) {
  const clock = { nowMs: NOW, now: () => clock.nowMs };
  const table = makeMemoryTable(clock);
  const store = makeEvidenceStore(table, clock.now);
  const asked: (Tail & { readonly region: string })[] = [];
  /** What CloudWatch holds, by stream. */
  const streams = new Map<string, string[]>();
  const { log, lines: logged } = keepLog();
  const options: EvidenceBoxOptions = {
    store,
    logs: ({ region }) => ({
      tail: async (of) => {
        asked.push({ ...of, region });
        const lines = streams.get(of.stream);
        if (lines === undefined) throw new NotFound('no such stream');
        return lines.slice(-of.limit).map((text) => ({ atMs: NOW, text }));
      },
    }),
    taskDefinition: async () => definition,
    clock,
    log,
    redact: (text) => text.replaceAll(/AKIA\w+/g, '[redacted]'),
    ...change,
  };
  const kept = async () => (await store.ofService(REF, { sinceMs: 0, limit: 1000 })).stops;
  return { box: makeEvidenceBox(options), options, store, clock, asked, streams, kept, logged };
}

describe('what is kept of a stopped task', () => {
  it('is there as soon as the event is taken, and its last lines follow', async () => {
    const { box, kept, streams, asked } = world();
    streams.set('ecs/app/t1', ['starting', 'ERROR no database\n']);
    await box.keep(REF, stopEvent({ id: 't1' }));
    expect(await kept()).toMatchObject([
      { taskId: 't1', revision: 7, containers: [{ name: 'app', exitCode: 1 }] },
    ]);
    await box.idle();
    expect((await kept())[0]?.containers[0]?.lastLines).toEqual(['starting', 'ERROR no database']);
    expect(asked).toEqual([
      { group: '/ecs/web', stream: 'ecs/app/t1', limit: 30, region: 'eu-west-1' },
      { group: '/ecs/proxy', stream: 'px/proxy/t1', limit: 30, region: 'us-east-1' },
    ]);
  });

  it('holds no secret and no endless line, in reasons neither', async () => {
    const { box, kept, streams } = world();
    streams.set('ecs/app/t1', [`key=AKIAIOSFODNN7 ${'x'.repeat(5000)}`]);
    await box.keep(REF, stopEvent({ id: 't1', stoppedReason: 'cannot read AKIAIOSFODNN7' }));
    await box.idle();
    const [stop] = await kept();
    expect(JSON.stringify(stop)).not.toContain('AKIA');
    expect(stop?.containers[0]?.lastLines?.[0]?.length).toBeLessThanOrEqual(500);
  });

  it('is nothing for what ECS does by plan, tests, other events and tasks of no service', async () => {
    const { box, kept } = world();
    const planned = {
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: 'Scaling activity initiated by (deployment ecs-svc/1)',
    };
    await box.keep(
      REF,
      stopEvent({ ...planned, containers: [{ name: 'app', exitCode: 143, reason: undefined }] }),
    );
    await box.keep(REF, stopEvent({}, { isTest: true }));
    const { task: _task, ...other } = stopEvent();
    await box.keep(REF, other);
    await box.keep({ account: 'production', region: 'eu-west-1', cluster: 'core' }, stopEvent());
    await box.idle();
    expect(await kept()).toEqual([]);
  });

  it('is completed by a later version without asking for lines again', async () => {
    const { box, kept, streams, asked } = world();
    streams.set('ecs/app/t1', ['bye']);
    await box.keep(
      REF,
      stopEvent({ id: 't1', containers: [{ name: 'app', exitCode: undefined, reason: undefined }] }),
    );
    await box.keep(REF, stopEvent({ id: 't1' }, { version: 6 }));
    await box.keep(REF, stopEvent({ id: 't1' }, { version: 6 }));
    await box.idle();
    expect(await kept()).toMatchObject([{ containers: [{ exitCode: 1, lastLines: ['bye'] }] }]);
    expect(asked).toHaveLength(2);
  });

  it('holds nothing of a private key that is written over many lines, and the lines around it', async () => {
    const { options, kept, streams } = world();
    // In two parts, so that no scanner of repositories takes it for a real one.
    const mark = (word: string) => ['-----', word, ' PRIVATE KEY', '-----'].join('');
    streams.set('ecs/app/t1', ['loaded', mark('BEGIN'), 'MIIEabc', 'c2VjcmV0', mark('END'), 'two\nlines']);
    const box = makeEvidenceBox({ ...options, redact: redactSecrets });
    await box.keep(REF, stopEvent({ id: 't1' }));
    await box.idle();
    expect((await kept())[0]?.containers[0]?.lastLines).toEqual(['loaded', '[redacted]', 'two\nlines']);
  });

  it('is not durable when the table refuses, and the event comes again', async () => {
    const { options, store } = world();
    const down = async () => Promise.reject(new Error('table down'));
    const box = makeEvidenceBox({ ...options, store: { ...store, keep: down } });
    await expect(box.keep(REF, stopEvent())).rejects.toThrow('table down');
  });
});

describe('last lines', () => {
  it('that come late are found by a second look, which keeps what the first one found', async () => {
    const { box, kept, streams, clock, asked } = world();
    streams.set('ecs/app/t1', ['starting']);
    await box.keep(REF, stopEvent({ id: 't1' }));
    await box.idle();
    streams.set('ecs/app/t1', ['starting', 'panic: gone']);
    await box.sweep();
    await box.idle();
    expect(asked).toHaveLength(2);
    clock.nowMs += 30_000;
    await box.sweep();
    await box.idle();
    expect((await kept())[0]?.containers[0]?.lastLines).toEqual(['starting', 'panic: gone']);
    clock.nowMs += 3_600_000;
    await box.sweep();
    await box.idle();
    expect(asked).toHaveLength(4);
  });

  it('that never come are looked for three times in all', async () => {
    const { box, clock, asked } = world();
    await box.keep(REF, stopEvent());
    for (let minutes = 0; minutes < 30; minutes += 1) {
      await box.idle();
      clock.nowMs += 60_000;
      await box.sweep();
    }
    expect(asked.filter(({ group }) => group === '/ecs/web')).toHaveLength(3);
  });

  it('are fetched by another process when the first one died', async () => {
    const { box, options, kept, streams, clock } = world();
    streams.set('ecs/app/t1', ['bye']);
    await box.stop();
    await box.keep(REF, stopEvent({ id: 't1' }));
    expect((await kept())[0]?.containers[0]).toEqual({ name: 'app', exitCode: 1 });
    const next = makeEvidenceBox(options);
    clock.nowMs += 59_000;
    await next.sweep();
    await next.idle();
    expect((await kept())[0]?.containers[0]?.lastLines).toBeUndefined();
    clock.nowMs += 1000;
    await next.sweep();
    await next.idle();
    expect((await kept())[0]?.containers[0]?.lastLines).toEqual(['bye']);
  });

  it('that are due are fetched by one of several processes that sweep at once', async () => {
    const { box, options, clock, asked } = world();
    await box.stop();
    await box.keep(REF, stopEvent({ id: 't1' }));
    clock.nowMs += 60_000;
    const boxes = [makeEvidenceBox(options), makeEvidenceBox(options), makeEvidenceBox(options)];
    await Promise.all(boxes.map((each) => each.sweep()));
    await Promise.all(boxes.map((each) => each.idle()));
    expect(asked.filter(({ group }) => group === '/ecs/web')).toHaveLength(1);
  });

  it('that may not be read cost nothing but themselves, and the log says so', async () => {
    const { box, kept, logged } = world({
      logs: () => ({ tail: () => Promise.reject(new Denied('the role lacks logs:GetLogEvents')) }),
    });
    await box.keep(REF, stopEvent());
    await box.idle();
    expect(await kept()).toHaveLength(1);
    expect(logged.join()).toContain('logs:GetLogEvents');
  });

  it('of an account that is not watched are not looked for again', async () => {
    const unknown = () => Promise.reject(new NotFound('not watched'));
    const { box, store } = world({ taskDefinition: unknown });
    await box.keep(REF, stopEvent());
    await box.idle();
    expect(await store.waiting(Number.MAX_SAFE_INTEGER, 10)).toEqual([]);
  });

  it('of one container stay when a later look finds those of another', async () => {
    const { box, kept, streams, clock } = world();
    streams.set('ecs/app/t1', ['app said']);
    await box.keep(REF, stopEvent({ id: 't1', containers: [ended('app'), ended('proxy')] }));
    await box.idle();
    streams.clear();
    streams.set('px/proxy/t1', ['proxy said']);
    clock.nowMs += 30_000;
    await box.sweep();
    await box.idle();
    const [app, proxy] = (await kept())[0]?.containers ?? [];
    expect([app?.lastLines, proxy?.lastLines]).toEqual([['app said'], ['proxy said']]);
  });

  it('of a storm are fetched of a few a minute and service; every reason is kept', async () => {
    const { box, kept, clock, asked } = world(ONE_STREAM);
    for (let n = 0; n < 300; n += 1) await box.keep(REF, stopEvent());
    await box.keep({ ...REF, service: 'other' }, stopEvent({}, { service: 'other' }));
    await box.idle();
    expect(await kept()).toHaveLength(300);
    expect(asked).toHaveLength(7);
    clock.nowMs += 60_000;
    await box.keep(REF, stopEvent());
    await box.idle();
    expect(asked).toHaveLength(8);
  });

  it('are fetched four at once, and what has no room in memory waits in the table', async () => {
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let running = 0;
    const tail = async () => {
      running += 1;
      await answered;
      return [];
    };
    const limits = { fetchesPerMinute: 100, queued: 10 };
    const { box, store } = world({ ...ONE_STREAM, logs: () => ({ tail }), limits });
    for (let n = 0; n < 30; n += 1) await box.keep(REF, stopEvent());
    await expect.poll(() => running).toBe(4);
    expect(await store.waiting(NOW + 60_000, 100)).toHaveLength(30);
    answer();
    await box.idle();
    expect(running).toBe(14);
  });
});

const ONE_STREAM: Partial<EvidenceBoxOptions> = {
  taskDefinition: async () => ({ ...definition, containers: definition.containers.slice(0, 1) }),
};

function ended(name: string): StoppedTask['containers'][number] {
  return { name, exitCode: 1, reason: undefined };
}
