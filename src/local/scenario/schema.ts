import { z } from 'zod';
import { service, targets } from './service-schema.ts';
import { awsAction, count, ecsName, positive, strict, text } from './strict.ts';
import { comingTime, duration } from './times.ts';
import { CAUSE_WORDS, HEALTH_WORDS } from './vocabulary.ts';

const person = strict({
  name: text,
  role: z.enum(['admin', 'operator', 'viewer', 'stranger']).default('viewer'),
  services: text.optional(),
});

const instance = strict({
  id: z
    .string()
    .regex(/^[a-z]+-[0-9a-z-]+$/, 'an instance id like i-0abc12345def67890')
    .optional(),
  cpu: positive.default(2048),
  memoryMiB: positive.default(7680),
  connected: z.boolean().default(true),
  zone: text.optional(),
  status: z.enum(['ACTIVE', 'DRAINING']).default('ACTIVE'),
});

const cluster = strict({
  instances: z.array(instance).default([]),
  services: z.record(ecsName, service).default({}),
});

const region = strict({
  down: z.boolean().default(false),
  clusters: z.record(ecsName, cluster).default({}),
});

const regionName = z.string().regex(/^[a-z]{2,3}(-[a-z]+)+-\d+$/, 'a region like us-east-1');

const account = strict({
  name: z
    .string()
    .regex(/^[^/\s*][^/*]*$/, 'a name without / and *')
    .optional(),
  id: z
    .string('12 digits in quotes')
    .regex(/^\d{12}$/, '12 digits in quotes')
    .optional(),
  deny: z.array(awsAction).default([]),
  regions: z.record(regionName, region).default({}),
});

const change = strict({
  desired: count.optional(),
  running: count.optional(),
  pending: count.optional(),
  targets: targets.optional(),
});

const timelineEntry = strict({
  at: comingTime,
  service: text.optional(),
  eventName: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]+$/, 'an ECS event name like SERVICE_STEADY_STATE')
    .optional(),
  event: z.record(z.string(), z.unknown()).optional(),
  set: change.optional(),
  throttle: awsAction.optional(),
  for: duration.optional(),
});

const answer = strict({
  health: z.record(z.string(), z.enum(HEALTH_WORDS)).optional(),
  diagnose: z.record(z.string(), z.enum(CAUSE_WORDS)).optional(),
});

/**
 * A scenario file. The final word on the format: what it does not name is refused. Only `accounts` is required.
 * What depends on other keys (a default, a reference) is in `checks.ts`.
 */
export const scenarioSchema = strict({
  about: z.string().default(''),
  now: z.iso
    .datetime({ offset: true, error: 'an ISO 8601 time with zone, like 2026-11-20T09:00:00Z' })
    .optional(),
  latencyMs: z.number().min(0, 'milliseconds, 0 or more').max(60_000, 'at most 60000 ms').default(0),
  people: z.array(person).default([
    { name: 'Olivia', role: 'admin' },
    { name: 'Ravi', role: 'operator', services: '*/*' },
    { name: 'Vera', role: 'viewer' },
  ]),
  accounts: z.array(account).min(1, 'at least one account'),
  timeline: z.array(timelineEntry).default([]),
  answer: answer.optional(),
});

/** A scenario with its defaults; times are milliseconds from the start of the program. */
export type Scenario = z.output<typeof scenarioSchema>;
export type AccountSpec = z.output<typeof account>;
export type ClusterSpec = z.output<typeof cluster>;
export type TimelineSpec = z.output<typeof timelineEntry>;
export type ChangeSpec = z.output<typeof change>;
