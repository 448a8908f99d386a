import { z } from 'zod';
import {
  type Envelope,
  fingerprint,
  firstMoment,
  isRecord,
  record,
  records,
  text,
} from './event-envelope.ts';
import type { IncidentEvent } from './incident-event.ts';

/**
 * `CloudWatch Alarm State Change` (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/
 * cloudwatch-and-eventbridge.html): `{ "alarmName": "web-5xx", "state": { "value": "ALARM", "reason": "…",
 * "timestamp": "…" }, "configuration": { "metrics": [ { "metricStat": { "metric": { "dimensions": { … } } } } ] } }`.
 * A composite alarm has an `alarmRule` instead of metrics.
 */
const detailSchema = z.object({ alarmName: text, state: record, configuration: record });
const stateSchema = z.object({ value: text, reason: text, timestamp: text });
const configurationSchema = z.object({ metrics: records });

/**
 * An alarm: a failure while it is in ALARM, over when it is OK. INSUFFICIENT_DATA is neither: a metric that stopped
 * says nothing about whether what it warned of is over. Nor are the alarms by which a scaling policy works.
 * @throws BadRequest when it carries no readable time.
 */
export function understandAlarm(envelope: Envelope): IncidentEvent {
  const detail = detailSchema.parse(envelope.detail);
  const state = stateSchema.parse(detail.state ?? {});
  const { metrics } = configurationSchema.parse(detail.configuration ?? {});
  const arn = envelope.resources.find((one) => one.includes(':alarm:'));
  const subject = detail.alarmName ?? arn?.split(':alarm:')[1];
  const dimensions = dimensionsOf(metrics);
  const metric = metricOf(metrics);
  const value = state.value ?? 'UNKNOWN';
  const isFailure = value === 'ALARM' && !isOfScaling(subject);
  return {
    id: envelope.id,
    name: nameOf(value, subject),
    source: 'alarm',
    level: isFailure ? 'error' : 'info',
    atMs: firstMoment(envelope.time, state.timestamp),
    accountId: accountOf(metrics) ?? envelope.account,
    region: envelope.region,
    cluster: dimensions['ClusterName'],
    service: dimensions['ServiceName'],
    reason: state.reason,
    ...(subject !== undefined && { subject }),
    ...(value === 'OK' && !isOfScaling(subject) && { ends: true as const }),
    ...(metric !== undefined && { metric }),
    ...(Object.keys(dimensions).length > 0 && { dimensions }),
    fingerprint:
      state.timestamp === undefined
        ? fingerprint([envelope.id, 'CLOUDWATCH_ALARM', value])
        : fingerprint([arn ?? [envelope.account, envelope.region, subject], value, state.timestamp]),
  };
}

function nameOf(value: string, alarm: string | undefined): string {
  if (isOfScaling(alarm)) return 'CLOUDWATCH_SCALING_ALARM';
  return value === 'ALARM' ? 'CLOUDWATCH_ALARM' : `CLOUDWATCH_ALARM_${value.slice(0, LONGEST_STATE)}`;
}

const LONGEST_STATE = 40;
const LONGEST_METRIC = 80;

/**
 * Target tracking makes alarms of its own, and the low one is in ALARM whenever there is nothing to scale in
 * (docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html).
 */
function isOfScaling(alarm = ''): boolean {
  return alarm.startsWith('TargetTracking-');
}

type Metrics = z.infer<typeof configurationSchema>['metrics'];

/**
 * The dimensions of all metrics that the alarm looks at. A dimension that differs between them says nothing about
 * which service it is, so it is left out.
 */
function dimensionsOf(metrics: Metrics): Readonly<Record<string, string>> {
  const seen = new Map<string, Set<string>>();
  for (const metric of metrics) {
    for (const [name, value] of pairsOf(metric)) {
      const values = seen.get(name) ?? new Set();
      seen.set(name, values.add(value));
    }
  }
  const agreed = [...seen].flatMap(([name, [value, ...others]]) =>
    value === undefined || others.length > 0 ? [] : [[name, value] as const],
  );
  return Object.fromEntries(agreed);
}

/** Where it looks at several, none says alone what it is about. */
function metricOf(metrics: Metrics): string | undefined {
  const names = metrics.flatMap((entry) => {
    const stat = entry['metricStat'];
    const metric = isRecord(stat) ? stat['metric'] : undefined;
    const name = isRecord(metric) ? metric['name'] : undefined;
    return typeof name === 'string' && name.trim() !== '' ? [name.trim()] : [];
  });
  const [name] = names;
  return new Set(names).size === 1 ? name?.slice(0, LONGEST_METRIC) : undefined;
}

/** An object of names and values; a list of `{ name, value }` as the CloudWatch API has it is read as well. */
function pairsOf(entry: Metrics[number]): readonly (readonly [string, string])[] {
  const stat = entry['metricStat'];
  const metric = isRecord(stat) ? stat['metric'] : undefined;
  const dimensions = isRecord(metric) ? metric['dimensions'] : undefined;
  const pairs: readonly (readonly [unknown, unknown])[] = Array.isArray(dimensions)
    ? dimensions.map((one: unknown) => (isRecord(one) ? [one['name'], one['value']] : [undefined, undefined]))
    : Object.entries(isRecord(dimensions) ? dimensions : {});
  return pairs.flatMap(([name, value]) =>
    typeof name === 'string' && typeof value === 'string' ? [[name, value] as const] : [],
  );
}

/** Alarms of a monitoring account look at the metrics of others: the service lives where its metric does. */
function accountOf(metrics: Metrics): string | undefined {
  const ids = new Set(metrics.filter((one) => 'metricStat' in one).map((one) => one['accountId']));
  const [id] = ids;
  return ids.size === 1 && typeof id === 'string' && /^\d{12}$/.test(id) ? id : undefined;
}
