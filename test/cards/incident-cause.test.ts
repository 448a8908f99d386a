import { describe, expect, test } from 'vitest';
import { plainText } from '../../src/cards/card.ts';
import type { Findings, Incident } from '../../src/domain/incident.ts';
import { labels, root, words } from './incident-roots.ts';
import { FINDINGS, incident, NOW, OOM_STOP, START_FAILURE } from './sample-data.ts';

const MINUTE = 60_000;

describe('the likely cause', () => {
  const cause = (over: Partial<Incident>) => {
    const at = root(over).blocks.findIndex(
      (block) => block.kind === 'text' && plainText(block.text).startsWith('Likely cause'),
    );
    return root(over)
      .blocks.slice(at, at + (at < 0 ? 0 : 2))
      .map((block) => words({ ...root(), blocks: [block] }));
  };
  const found = (over: Partial<Findings>): Findings => ({ ...FINDINGS, ...over });

  test('of a failed deployment is what it changed, and the last words of the task that died', () => {
    const [why, line] = cause({ findings: FINDINGS });
    expect(why).toContain('revision 41 → 42, deployed 08:48 UTC: shop/checkout 1.41.0 → 1.42.0.');
    expect(why).toContain('app exited with code 1');
    expect(why).not.toContain('envoy');
    expect(line).toContain('FATAL config: DATABASE_URL is not set');
  });

  test('is the task that was killed, without a deployment', () => {
    const [why] = cause({ cause: 'TASK_STOPPED', findings: { atMs: NOW, health: [], stops: [OOM_STOP] } });
    expect(why).toContain('app exited with code 137 (killed): OutOfMemoryError');
  });

  test.each([
    ['SpotInterruption', 'Your Spot Task was interrupted.', 143, 'Your Spot Task was interrupted.'],
    [
      'ServiceSchedulerInitiated',
      'Task failed ELB health checks in (target-group x)',
      137,
      'failed ELB health',
    ],
    ['SpotInterruption', undefined, 143, 'its Spot capacity was taken back'],
    ['ServiceSchedulerInitiated', 'Scaling activity', 3, 'exited with code 3'],
  ])(
    'of a task that %s ended is why (%s), not how its containers were stopped',
    (stopCode, reason, exitCode, said) => {
      const stop = {
        taskId: '1a',
        atMs: NOW,
        stopCode,
        containers: [{ name: 'app', exitCode }],
        ...(reason === undefined ? {} : { reason }),
      };
      const [why] = cause({ cause: 'X', findings: { atMs: NOW, health: [], stops: [stop] } });
      expect(why).toContain(said);
    },
  );

  test('ends with the line that reports an error, not with what was logged after it', () => {
    const last = (...lastLines: string[]) =>
      cause({
        cause: 'X',
        findings: {
          atMs: NOW,
          health: [],
          stops: [{ ...OOM_STOP, containers: [{ name: 'app', exitCode: 1, lastLines }] }],
        },
      })[1];
    const error = "KeyError: 'TAX_SERVICE_URL'";
    expect(last('Traceback:', error, '10:22 INFO order placed', '{"level":"info","msg":"0 errors"}')).toMatch(
      new RegExp(`  ${error}$`),
    );
    expect(last('one', 'two', ' ')).toMatch(/  two$/);
  });

  test('does not repeat the reason that AWS gave', () => {
    const reason = 'OutOfMemoryError: Container killed due to memory usage';
    const findings = { atMs: NOW, health: [], stops: [OOM_STOP] };
    expect(words(root({ cause: 'X', reason, findings }))).not.toContain('Reason:');
    expect(words(root({ cause: 'X', reason }))).toContain('Reason:');
  });

  test('is the worst about its health where no task has died', () => {
    expect(cause({ cause: 'X', findings: { atMs: NOW, health: ['CPU 97 %', 'memory 91 %'] } })[0]).toContain(
      'CPU 97 %.',
    );
  });

  test('is no load where there is no room or a setting is wrong', () => {
    const findings = { atMs: NOW, health: ['CPU 97 %'] };
    expect(cause({ cause: 'SERVICE_TASK_PLACEMENT_FAILURE', findings })).toEqual([]);
    expect(cause({ cause: 'SERVICE_TASK_CONFIGURATION_FAILURE', findings })).toEqual([]);
  });

  test('is not made up', () => {
    expect(cause({})).toEqual([]);
    expect(cause({ findings: { atMs: NOW, health: [] } })).toEqual([]);
  });

  test('is a deployment when what fails to start began right after it', () => {
    const impaired = { cause: 'SERVICE_TASK_START_IMPAIRED', openedAtMs: FINDINGS.deployment.atMs + MINUTE };
    const offers = (over: Partial<Incident>) =>
      labels(root(over)).filter((label) => /Roll back|Scale/.test(label));
    expect(offers({ ...impaired, findings: FINDINGS })).toEqual(['Roll back']);
    expect(offers({ ...impaired, cause: 'CLOUDWATCH_ALARM', findings: FINDINGS })).toEqual(['Roll back']);
    expect(offers({ ...impaired, cause: 'CLOUDWATCH_ALARM', findings: found({ stops: [] }) })).toEqual([
      'Scale to 6',
    ]);
    const old = { ...FINDINGS.deployment, atMs: NOW - 24 * 60 * MINUTE };
    expect(offers({ ...impaired, findings: found({ deployment: old }) })).toEqual(['Scale to 6']);
    const same = { ...FINDINGS.deployment, from: FINDINGS.deployment.to };
    expect(offers({ ...impaired, findings: found({ deployment: same }) })).toEqual(['Scale to 6']);
  });
});

describe('the evidence', () => {
  test('tells tasks that died alike in one line, and those that did not in others', () => {
    const text = words(root({ findings: { ...FINDINGS, stops: [OOM_STOP, START_FAILURE, START_FAILURE] } }));
    expect(text).toContain('2 of the newest 3 tasks: app exited with code 1, last 08:57 UTC');
    expect(text).toContain('Task 1a2b3c4d at 08:58 UTC: app exited with code 137');
  });

  test('does not say again what stands above as the reason or the likely cause', () => {
    const times = (text: string, what: string) => text.split(what).length - 1;
    const one = words(root({ cause: 'X', findings: { atMs: NOW, health: ['CPU 97 %', 'memory 91 %'] } }));
    expect(times(one, 'CPU 97 %')).toBe(1);
    expect(times(one, 'memory 91 %')).toBe(1);
    const stops = [OOM_STOP, { ...OOM_STOP, taskId: '2b', atMs: NOW - 9 * MINUTE }];
    const alike = words(root({ cause: 'X', findings: { atMs: NOW, health: [], stops } }));
    expect(times(alike, 'OutOfMemoryError')).toBe(1);
    expect(alike).toContain('The newest 2 tasks ended like this, last 08:58 UTC');
    const deployed = words(root({ findings: FINDINGS }));
    expect(times(deployed, '41 → 42')).toBe(1);
    const reason = 'Alarm: CPU 97 % for 15 min';
    expect(
      times(words(root({ cause: 'SERVICE_TASK_PLACEMENT_FAILURE', reason, findings: FINDINGS })), 'CPU 97 %'),
    ).toBe(1);
  });

  test('tells since when nothing has progressed where that is not since the beginning', () => {
    const text = (over: Partial<Incident>) => words(root({ findings: FINDINGS, ...over }));
    expect(text({ openedAtMs: NOW - 20 * MINUTE })).toContain('running, no progress since 08:51 UTC');
    const since = text({ openedAtMs: NOW, sinceMs: NOW - 9 * MINUTE });
    expect(since).not.toContain('no progress');
    expect(since).toMatch(/Since +08:51 UTC/);
  });

  test('of a group is that of the service whose it is, and its count of tasks is not the group’s', () => {
    const member = (service: string) => ({
      target: { ...incident().target, service },
      incident: service,
      number: 1,
      atMs: NOW,
      count: 1,
      isOver: false,
    });
    const text = words(root({ findings: FINDINGS, members: [member('checkout-api'), member('web')] }));
    expect(text).toContain('Evidence of checkout-api');
    expect(text).not.toContain('of 4 running');
  });

  test('of a deployment of the same revision does not tell of a change', () => {
    const deployment = { ...FINDINGS.deployment, from: FINDINGS.deployment.to };
    const text = words(root({ cause: 'HOOK_AWAITING_ACTION', findings: { ...FINDINGS, deployment } }));
    expect(text).toContain('Deployment of revision 42, the same as before, began');
  });

  test('holds the words of the load balancer, the trend in words and its own age', () => {
    const text = words(root({ findings: FINDINGS }));
    expect(text).toContain('Health checks failed with these codes: [503]');
    expect(text).toContain('CPU: 35 % → 97 % over 3 h, now 96 %');
    expect(text).toContain('As of 08:59 UTC');
  });
});

describe('what helps', () => {
  const remedy = ['Add instances.', 'Move something.'];
  const said = (over: Partial<Incident>) =>
    words(root({ cause: 'SERVICE_TASK_PLACEMENT_FAILURE', ...over }, { remedy }));

  test('is said in words where no button does it', () => {
    expect(said({})).toContain('What helps: Add instances. Move something.');
  });

  test.each<[string, Partial<Incident>]>([
    ['a rollback is on offer', { cause: 'SERVICE_DEPLOYMENT_FAILED' }],
    ['more tasks are on offer', { findings: { atMs: NOW, health: [], suggestedCount: 6 } }],
    ['somebody is asked', { cause: 'HOOK_AWAITING_ACTION', hook: { id: 'h', deploymentArn: 'arn' } }],
    ['it is over', { state: 'resolved', resolved: { atMs: NOW, how: 'x' } }],
    ['it is a test', { isTest: true }],
  ])('is not said where %s', (_name, over) => {
    expect(said(over)).not.toContain('What helps');
  });
});
