import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE, type Play, play, SECOND, START_MS } from './play.ts';

function lines(played: Play, fromMs: number, untilMs: number, group = '/ecs/shop') {
  return played.world.logs('111122223333', 'us-east-1', group, START_MS + fromMs, START_MS + untilMs);
}

const withLogs = (entry: string, more = '') => play(`shop:\n  desired: 2\n  logs: [ ${entry} ]\n  ${more}`);

describe('log lines', () => {
  test('repeat from their moment on, count and tell the time', () => {
    const played = withLogs('{ at: -1h, every: 10m, line: "n={n} t={t}" }');
    expect(lines(played, -HOUR, 0).map(({ message }) => message)).toEqual([
      'n=1 t=2026-11-20T08:00:00.000Z',
      'n=2 t=2026-11-20T08:10:00.000Z',
      'n=3 t=2026-11-20T08:20:00.000Z',
      'n=4 t=2026-11-20T08:30:00.000Z',
      'n=5 t=2026-11-20T08:40:00.000Z',
      'n=6 t=2026-11-20T08:50:00.000Z',
    ]);
  });

  test('are the same whatever window one looks through', () => {
    const played = withLogs(
      '{ at: -61m, every: 7s, lines: [ "a {n}", "b" ] }, { at: -30m, every: 11s, line: "c {n}" }',
    );
    const whole = lines(played, -HOUR, 0);
    const parts = Array.from({ length: 60 }, (_, minute) =>
      lines(played, -HOUR + minute * MINUTE, -HOUR + (minute + 1) * MINUTE),
    );
    expect(parts.flat()).toEqual(whole);
    expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length);
    expect(whole.map(({ atMs }) => atMs)).toEqual(whole.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
  });

  test('end at until, and never lie in the future', () => {
    const played = withLogs(
      '{ at: -10m, every: 1m, until: -5m, line: x }, { at: -2m, every: 1m, line: y }, { at: +5m, line: z }',
    );
    expect(
      lines(played, -HOUR, HOUR)
        .map(({ message }) => message)
        .join(''),
    ).toBe('xxxxxxyyy');
    played.pass(5 * MINUTE);
    expect(
      lines(played, 0, HOUR)
        .map(({ message }) => message)
        .join(''),
    ).toBe('yyyyyyz');
  });

  test('of several lines keep their order', () => {
    const played = withLogs('{ at: -1m, lines: [ one, two, three ] }');
    const told = lines(played, -HOUR, 0);
    expect(told.map(({ message }) => message)).toEqual(['one', 'two', 'three']);
    expect(new Set(told.map(({ stream }) => stream)).size).toBe(1);
  });

  test('stand in the stream of a task that ran at the time', () => {
    const played = withLogs('{ at: -1h, every: 1m, line: x }');
    const ids = new Set(played.service('shop').tasks.map(({ id }) => id));
    const before = lines(played, -HOUR, 0);
    for (const { stream } of before) expect(ids.has(stream.split('/').at(-1) ?? '')).toBe(true);
    expect(before[0]?.stream).toMatch(/^ecs\/shop\/[0-9a-f]{32}$/);
    played.world.updateService(played.service('shop'), { forceNewDeployment: true });
    played.pass(2 * HOUR);
    expect(lines(played, -HOUR, 0)).toEqual(before);
    const fresh = new Set(played.service('shop').tasks.map(({ id }) => id));
    expect(
      fresh.has(
        lines(played, HOUR, HOUR + MINUTE)[0]
          ?.stream.split('/')
          .at(-1) ?? '',
      ),
    ).toBe(true);
  });

  test('stop when everything has been stopped', () => {
    const played = withLogs('{ at: -1h, every: 10s, line: x }');
    played.world.updateService(played.service('shop'), { desired: 0 });
    played.pass(10 * MINUTE);
    expect(lines(played, 2 * MINUTE, 10 * MINUTE)).toEqual([]);
  });

  test('go to the group of their container', () => {
    const containers =
      'containers: [ { name: web, logGroup: /web }, { name: side, logGroup: /side }, { name: mute, logGroup: null } ]';
    const played = withLogs(
      '{ at: -1m, line: main }, { at: -1m, container: side, line: other }, { at: -1m, container: mute, line: lost }',
      containers,
    );
    expect(played.world.logGroups('111122223333', 'us-east-1')).toEqual(['/side', '/web']);
    expect(lines(played, -HOUR, 0, '/web').map(({ message }) => message)).toEqual(['main']);
    expect(lines(played, -HOUR, 0, '/side').map(({ message }) => message)).toEqual(['other']);
    expect(lines(played, -HOUR, 0, '/ecs/shop')).toEqual([]);
  });

  test('are taken in a moment after they were written', () => {
    const [first] = lines(withLogs('{ at: -1m, line: x }'), -HOUR, 0);
    expect((first?.ingestedAtMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThan(0);
    expect((first?.ingestedAtMs ?? 0) - (first?.atMs ?? 0)).toBeLessThan(2 * SECOND);
  });
});
