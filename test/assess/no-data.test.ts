import { describe, expect, it } from 'vitest';
import type { MissingPart } from '../../src/domain/fleet.ts';
import { deployment, event, judge, MINUTE, NOW, service, texts, whole } from './make.ts';

const part = (change: Partial<MissingPart> = {}): MissingPart => ({
  account: 'production',
  region: 'eu-west-1',
  action: 'cloudwatch:GetMetricData',
  why: 'denied: the credentials of production in eu-west-1 lack cloudwatch:GetMetricData.',
  kind: 'denied',
  ...change,
});

describe('a service without data is unknown, and says why', () => {
  it('nothing running, by its own desired count, whatever old metrics say', () => {
    const verdict = judge(service({ desired: 0, running: 0, metrics: { cpuPercent: whole(99, 99, 99) } }));
    expect(verdict).toMatchObject({ health: 'unknown', unknownWhy: 'nothing_running' });
    expect(texts(verdict)).toEqual(['nothing running (desired count 0)']);
  });

  it('nothing running yet, while tasks are being started', () => {
    const subject = service({ running: 0, metrics: {}, events: [event(MINUTE, 'has started 4 tasks.')] });
    expect(judge(subject)).toMatchObject({ health: 'unknown', unknownWhy: 'nothing_running' });
  });

  it('denied, with the exact action', () => {
    const verdict = judge(service({ metrics: {}, metricsAtMs: undefined }), { missing: [part()] });
    expect(verdict).toMatchObject({ health: 'unknown', unknownWhy: 'denied' });
    expect(texts(verdict)).toEqual([
      'no metrics: denied: the credentials of production in eu-west-1 lack cloudwatch:GetMetricData',
    ]);
  });

  it('unreachable, where CloudWatch did not answer', () => {
    const missing = [part({ kind: 'throttled', why: 'throttled: AWS asks for fewer calls.' })];
    expect(judge(service({ metrics: {}, metricsAtMs: undefined }), { missing })).toMatchObject({
      health: 'unknown',
      unknownWhy: 'unreachable',
    });
  });

  it('not because of what is missing elsewhere', () => {
    const missing = [part({ region: 'us-east-1' })];
    const verdict = judge(service({ metrics: {}, metricsAtMs: undefined }), { missing });
    expect(texts(verdict)).toEqual(['no metrics: they could not be read']);
  });

  it.each([
    ['the service', service({ metrics: {}, createdAtMs: NOW - 3 * MINUTE })],
    [
      'its deployment',
      service({ metrics: {}, deployments: [deployment({ createdAtMs: NOW - 3 * MINUTE })] }),
    ],
    ['its tasks', service({ metrics: {}, events: [event(3 * MINUTE, 'has started 4 tasks.')] })],
  ])('too new: %s', (_, subject) => {
    const verdict = judge(subject);
    expect(verdict).toMatchObject({ health: 'unknown', unknownWhy: 'too_new' });
    expect(texts(verdict)).toEqual(['too new: running for 3 min, no metrics yet']);
  });

  it('wrong region, when tasks run for long and CloudWatch has nothing', () => {
    const verdict = judge(service({ metrics: {} }));
    expect(verdict).toMatchObject({ health: 'unknown', unknownWhy: 'wrong_region' });
    expect(texts(verdict)[0]).toContain('CloudWatch in eu-west-1 has no data, although 4 tasks are running');
  });

  it('wrong region as well when all there is has gone stale', () => {
    const stale = whole(50, ...Array.from({ length: 9 }, () => undefined));
    expect(judge(service({ metrics: { cpuPercent: stale } })).unknownWhy).toBe('wrong_region');
  });
});

describe('a service without metrics', () => {
  it('is still critical for missing tasks, and says both', () => {
    const verdict = judge(service({ running: 1, metrics: {}, metricsAtMs: undefined }), {
      missing: [part()],
    });
    expect(verdict.health).toBe('critical');
    expect(verdict.unknownWhy).toBe('denied');
    expect(verdict.reasons.map((reason) => reason.rule)).toEqual(['running_below_desired', 'no_data']);
  });

  it('but with the metrics of before is judged as of then', () => {
    const readMs = NOW - 30 * MINUTE;
    const points = [1, 2, 3]
      .map((n) => ({ atMs: readMs - n * 5 * MINUTE - 2 * MINUTE, value: 95 }))
      .reverse();
    const subject = service({ metrics: { cpuPercent: { periodMs: 300_000, points } }, metricsAtMs: readMs });
    expect(judge(subject).health).toBe('critical');
  });
});
