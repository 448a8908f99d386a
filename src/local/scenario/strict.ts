import { z } from 'zod';

/**
 * An object that refuses keys it does not know. The message of an issue is what was expected, here the known keys;
 * `problems.ts` builds the whole sentence.
 */
export function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? `one of the keys ${keys}` : undefined),
  });
}

/** A whole number of tasks, targets and the like. 5,000 is the ECS quota of tasks in a service. */
export const count = z
  .int('a whole number')
  .min(0, 'a whole number of 0 or more')
  .max(5000, 'at most 5000, the ECS quota for tasks in a service');

/** A whole number of at least one. */
export const positive = z.int('a whole number').min(1, 'a whole number of 1 or more');

/** Text that is not empty. */
export const text = z.string().min(1, 'a text that is not empty');

/** ECS names of clusters, services, containers. */
export const ecsName = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,255}$/, 'a name of letters, digits, - and _ (at most 255)');

/** `service:Operation`, `*` allowed in both. */
export const awsAction = z
  .string()
  .regex(/^[a-z0-9*-]+:[A-Za-z*]+$/, 'an AWS action like cloudwatch:GetMetricData or ecs:*');
