import { z } from 'zod';
import { metrics } from './series-schema.ts';
import { count, ecsName, positive, strict, text } from './strict.ts';
import { duration, pastTime, time } from './times.ts';
import { STOP_CODES } from './vocabulary.ts';

/** Healthy and unhealthy targets, and why the load balancer thinks so (DescribeTargetHealth words). */
export const targets = strict({
  healthy: count.optional(),
  unhealthy: count.default(0),
  reason: text.optional(),
  description: text.optional(),
});

const targetGroup = strict({
  name: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,32}$/, 'a target group name of letters, digits and - (at most 32)')
    .optional(),
  loadBalancer: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,32}$/, 'a load balancer name of letters, digits and - (at most 32)')
    .optional(),
  type: z.enum(['application', 'network']).default('application'),
  healthCheckPath: text.startsWith('/', 'a path that begins with /').optional(),
  targets: targets.optional(),
});

const container = strict({
  name: ecsName.optional(),
  image: text.optional(),
  essential: z.boolean().default(true),
  memoryMiB: positive.optional(),
  healthCheck: text.optional(),
  logGroup: z
    .string()
    .regex(/^[\w./#-]{1,512}$/, 'a log group name, or null for no awslogs driver')
    .nullable()
    .optional(),
});

const deployment = strict({
  revision: positive.optional(),
  at: pastTime.optional(),
  state: z.enum(['COMPLETED', 'FAILED', 'IN_PROGRESS']).default('COMPLETED'),
  failedTasks: count.default(0),
  reason: text.optional(),
  image: text.optional(),
});

const logEntry = strict({
  at: time,
  every: duration.optional(),
  until: time.optional(),
  container: ecsName.optional(),
  line: z.string().optional(),
  lines: z.array(z.string()).min(1, 'at least one line').optional(),
});

const stoppedTask = strict({
  at: pastTime,
  revision: positive.optional(),
  zone: text.optional(),
  stopCode: z.enum(STOP_CODES).default('EssentialContainerExited'),
  reason: text.optional(),
  containers: z
    .array(
      strict({
        name: ecsName.optional(),
        exitCode: z.int('a whole number').min(0, '0 to 255').max(255, '0 to 255').optional(),
        reason: text.optional(),
      }),
    )
    .optional(),
});

const scaling = strict({
  min: count.default(1),
  max: count.default(10),
  cpuTarget: z
    .number()
    .min(1, 'a percentage from 1 to 100')
    .max(100, 'a percentage from 1 to 100')
    .optional(),
  memoryTarget: z
    .number()
    .min(1, 'a percentage from 1 to 100')
    .max(100, 'a percentage from 1 to 100')
    .optional(),
});

/** AWS holds texts; YAML reads `tier: 1` and `public: true` as something else. */
const tagValue = z.union([z.string(), z.number(), z.boolean()], 'a text').transform(String);

/** One ECS service. Everything has a default; an empty object is a quiet Fargate service with one task. */
export const service = strict({
  launchType: z.enum(['FARGATE', 'EC2', 'EXTERNAL']).optional(),
  capacityProviders: z.record(ecsName, count).optional(),
  strategy: z.enum(['REPLICA', 'DAEMON']).default('REPLICA'),
  controller: z.enum(['ECS', 'CODE_DEPLOY', 'EXTERNAL']).default('ECS'),
  arch: z.enum(['X86_64', 'ARM64']).default('X86_64'),
  desired: count.optional(),
  running: count.optional(),
  pending: count.default(0),
  createdAt: pastTime.optional(),
  task: strict({ cpu: positive.default(256), memoryMiB: positive.default(512) }).default({
    cpu: 256,
    memoryMiB: 512,
  }),
  containers: z.array(container).min(1, 'at least one container').optional(),
  tags: z.record(z.string(), tagValue).default({}),
  scaling: scaling.optional(),
  circuitBreaker: strict({ enable: z.boolean().default(true), rollback: z.boolean().default(true) }).default({
    enable: false,
    rollback: false,
  }),
  targetGroup: targetGroup.optional(),
  targetGroups: z.array(targetGroup).optional(),
  deployments: z.array(deployment).min(1, 'at least one deployment').optional(),
  metrics: metrics.default({}),
  logs: z.array(logEntry).default([]),
  stoppedTasks: z.array(stoppedTask).default([]),
  events: z.array(strict({ at: pastTime, message: text })).default([]),
  certificate: strict({ host: text, expires: time }).optional(),
  endpoint: strict({
    url: z.url({ protocol: /^https?$/, error: 'an http:// or https:// address' }),
    status: z.int('a whole number').min(100, 'an HTTP status').max(599, 'an HTTP status').default(200),
    latencyMs: z.number().min(0, 'milliseconds, 0 or more').default(50),
  }).optional(),
});

export type ServiceSpec = z.output<typeof service>;
export type TargetsSpec = z.output<typeof targets>;
export type TargetGroupSpec = z.output<typeof targetGroup>;
export type StoppedTaskSpec = z.output<typeof stoppedTask>;
export type LogSpec = z.output<typeof logEntry>;
