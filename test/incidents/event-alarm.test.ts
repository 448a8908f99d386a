import { describe, expect, test } from 'vitest';
import { catalogueEntry } from '../../src/incidents/catalogue.ts';
import { entryOf } from '../../src/incidents/entry.ts';
import { parseMessage } from '../../src/incidents/event.ts';
import { ACCOUNT, alarm, alarmMetric, understood } from './events.ts';

const metrics = (...all: readonly object[]) => ({ configuration: { metrics: all } });

describe('a CloudWatch alarm', () => {
  test('that rings is a failure of the service in its dimensions', () => {
    const event = understood(alarm('ALARM'));
    expect(event).toMatchObject({
      name: 'CLOUDWATCH_ALARM',
      source: 'alarm',
      level: 'error',
      cluster: 'core',
      service: 'web',
      subject: 'web-cpu',
      reason: 'It is ALARM',
      dimensions: { ClusterName: 'core', ServiceName: 'web' },
    });
    expect(event.ends).toBeUndefined();
    expect(catalogueEntry(event.name, event.level)).toMatchObject({ effect: 'failure', severity: 'medium' });
  });

  test('has its name and its metric for a title', () => {
    expect(entryOf(understood(alarm('ALARM')), 0)?.what.title).toBe('Alarm web-cpu (CPU)');
    const several = metrics(alarmMetric({ ServiceName: 'web' }), {
      metricStat: { metric: { name: 'Other', dimensions: { ServiceName: 'web' } } },
    });
    expect(entryOf(understood(alarm('ALARM', several)), 0)?.what.title).toBe('Alarm web-cpu');
    expect(entryOf(understood(alarm('OK')), 0)?.what.title).toBe('Alarm web-cpu is OK again');
  });

  test('that is OK ends what it began', () => {
    const event = understood(alarm('OK'));
    expect(event).toMatchObject({ level: 'info', subject: 'web-cpu', ends: true });
    expect(catalogueEntry(event.name, event.level).effect).toBe('context');
  });

  test('without data neither begins nor ends anything', () => {
    const event = understood(alarm('INSUFFICIENT_DATA'));
    expect(event.level).toBe('info');
    expect(event.ends).toBeUndefined();
    expect(catalogueEntry(event.name, event.level).effect).toBe('quiet');
  });

  test.each(['ALARM', 'OK'])('by which a scaling policy works is quiet when it is %s', (value) => {
    const event = understood(alarm(value, { alarmName: 'TargetTracking-service/core/web-AlarmLow-0a1b' }));
    expect(event).toMatchObject({ level: 'info', service: 'web' });
    expect(event.ends).toBeUndefined();
    expect(catalogueEntry(event.name, event.level).effect).toBe('quiet');
  });

  test('over several metrics has the dimensions on which they agree', () => {
    const target = { TargetGroup: 'targetgroup/web/1', LoadBalancer: 'app/edge/2' };
    const event = understood(
      alarm(
        'ALARM',
        metrics(
          { id: 'e1', expression: 'm1 / m2', returnData: true },
          alarmMetric({ ...target, ServiceName: 'web' }),
          alarmMetric({ ...target, ServiceName: 'api' }),
        ),
      ),
    );
    expect(event.dimensions).toEqual(target);
    expect(event.service).toBeUndefined();
  });

  test('whose dimensions come as a list is read as well', () => {
    const list = [{ name: 'ServiceName', value: 'web' }, { name: 'ClusterName', value: 'core' }, 7];
    expect(understood(alarm('ALARM', metrics(alarmMetric(list))))).toMatchObject({
      service: 'web',
      cluster: 'core',
    });
  });

  test('of several alarms has no dimensions', () => {
    const event = understood(alarm('ALARM', { configuration: { alarmRule: 'ALARM(a) OR ALARM(b)' } }));
    expect(event).toMatchObject({ subject: 'web-cpu', cluster: undefined, service: undefined });
    expect(event.dimensions).toBeUndefined();
  });

  test('in a monitoring account belongs to the account of its metric', () => {
    const other = metrics(alarmMetric({ ServiceName: 'web' }, { accountId: '444455556666' }));
    expect(understood(alarm('ALARM', other)).accountId).toBe('444455556666');
    expect(understood(alarm('ALARM')).accountId).toBe(ACCOUNT);
  });

  test('of which only the ARN tells the name is known by it', () => {
    expect(understood(alarm('ALARM', { alarmName: undefined })).subject).toBe('web-cpu');
  });

  test('whose settings change is none of ours', () => {
    const event = { ...alarm('ALARM'), 'detail-type': 'CloudWatch Alarm Configuration Change' };
    expect(parseMessage(JSON.stringify(event))).toEqual({ kind: 'foreign', source: 'aws.cloudwatch' });
  });
});
