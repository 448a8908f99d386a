import { z } from 'zod';
import { strict } from './strict.ts';
import { duration, time } from './times.ts';

/** The series a scenario can give a service. Rates are per minute, percent is 0–100. */
export const METRIC_NAMES = [
  'cpuPercent',
  'memoryPercent',
  'requests',
  'responseTimeMs',
  'http2xx',
  'http3xx',
  'http4xx',
  'http5xx',
  'elb5xx',
  'healthyHosts',
  'unhealthyHosts',
  'runningTasks',
] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

const percentValue = z.number().min(0, 'a percentage from 0 to 100').max(100, 'a percentage from 0 to 100');
const amountValue = z.number().min(0, 'a number of 0 or more');

function seriesOf(value: typeof percentValue) {
  return strict({
    base: value.optional(),
    daily: value.optional(),
    noise: value.optional(),
    of: z.enum(METRIC_NAMES).optional(),
    share: z.number().min(0, 'a number of 0 or more').optional(),
    steps: z.array(strict({ at: time, to: value })).optional(),
    ramps: z.array(strict({ from: time, until: time.default(0), to: value })).optional(),
    spikes: z.array(strict({ at: time, for: duration, to: value })).optional(),
    gaps: z.array(strict({ from: time, until: time.default(0) })).optional(),
    values: z
      .array(z.tuple([time, value]))
      .min(1, 'at least one [time, value]')
      .optional(),
  });
}

const percent = seriesOf(percentValue);
const amount = seriesOf(amountValue);

/** The CloudWatch series of a service. What is absent has no data at all. */
export const metrics = strict({
  cpuPercent: percent.optional(),
  memoryPercent: percent.optional(),
  requests: amount.optional(),
  responseTimeMs: amount.optional(),
  http2xx: amount.optional(),
  http3xx: amount.optional(),
  http4xx: amount.optional(),
  http5xx: amount.optional(),
  elb5xx: amount.optional(),
  healthyHosts: amount.optional(),
  unhealthyHosts: amount.optional(),
  runningTasks: amount.optional(),
});

/** A series as the file gives it; times are milliseconds from the start. */
export type SeriesSpec = z.output<typeof amount>;
export type MetricSpecs = z.output<typeof metrics>;
