import { z } from 'zod';
import { INCIDENT_DEFAULTS, type IncidentSettings } from '../domain/incident-settings.ts';

const MINUTE_MS = 60_000;
const EXPECTED_MINUTES = 'expected minutes above 0, at most a day (1440)';
const minutes = z
  .number({ error: EXPECTED_MINUTES })
  .positive({ error: EXPECTED_MINUTES })
  .max(1440, EXPECTED_MINUTES);
const EXPECTED_COUNT = 'expected a whole number from 2 to 100';
const count = z.int({ error: EXPECTED_COUNT }).min(2, EXPECTED_COUNT).max(100, EXPECTED_COUNT);
const word = z.string().trim().min(1).max(40);

/** The `incidents` block, as people write it. What is not set has its default. */
export const incidentsBlock = z
  .strictObject({
    reopenMinutes: minutes.optional(),
    silenceMinutes: minutes.optional(),
    stuckMinutes: minutes.optional(),
    crashLoop: z.strictObject({ stops: count.optional(), minutes: minutes.optional() }).optional(),
    group: z.strictObject({ services: count.optional(), minutes: minutes.optional() }).optional(),
    canaryMinutes: minutes.optional(),
    expectCanaries: z.boolean().optional(),
    publishMetric: z.boolean().optional(),
    fallbackTopicArn: z
      .string()
      .regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]+$/, 'expected the ARN of a standard SNS topic')
      .optional(),
    fallbackMinutes: minutes.optional(),
    /** What the subject of a notice begins with while chat is out of reach. */
    project: word.optional(),
    environment: word.optional(),
  })
  .transform(toSettings);

type Block = {
  readonly [K in 'reopenMinutes' | 'silenceMinutes' | 'stuckMinutes' | 'canaryMinutes' | 'fallbackMinutes']?:
    | number
    | undefined;
} & {
  readonly [K in 'project' | 'environment' | 'fallbackTopicArn']?: string | undefined;
} & {
  readonly [K in 'expectCanaries' | 'publishMetric']?: boolean | undefined;
} & {
  readonly crashLoop?:
    | { readonly stops?: number | undefined; readonly minutes?: number | undefined }
    | undefined;
  readonly group?:
    | { readonly services?: number | undefined; readonly minutes?: number | undefined }
    | undefined;
};

function toSettings(block: Block): IncidentSettings {
  const defaults = INCIDENT_DEFAULTS;
  const ms = (value: number | undefined, otherwise: number) =>
    value === undefined ? otherwise : value * MINUTE_MS;
  return {
    reopenMs: ms(block.reopenMinutes, defaults.reopenMs),
    silenceMs: ms(block.silenceMinutes, defaults.silenceMs),
    stuckMs: ms(block.stuckMinutes, defaults.stuckMs),
    crashLoop: {
      stops: block.crashLoop?.stops ?? defaults.crashLoop.stops,
      withinMs: ms(block.crashLoop?.minutes, defaults.crashLoop.withinMs),
    },
    group: {
      services: block.group?.services ?? defaults.group.services,
      withinMs: ms(block.group?.minutes, defaults.group.withinMs),
    },
    canaryMs: ms(block.canaryMinutes, defaults.canaryMs),
    expectCanaries: block.expectCanaries ?? defaults.expectCanaries,
    publishMetric: block.publishMetric ?? defaults.publishMetric,
    fallbackTopicArn: block.fallbackTopicArn,
    fallbackMs: ms(block.fallbackMinutes, defaults.fallbackMs),
    project: block.project ?? defaults.project,
    environment: block.environment,
  };
}
