import { z } from 'zod';

const times = 'expected a number of at least 1';
const atLeast = 'expected a whole number of at least 1';

/**
 * The `scaling` block: the highest count of a service that neither Application Auto Scaling nor its tag `deckhand:max`
 * limits. What is not set has its default.
 */
export const scalingBlock = z
  .strictObject({
    /** So many times what it is set to now … */
    maxTimes: z.number({ error: times }).min(1, times).max(100, 'expected at most 100').optional(),
    /** … and no fewer than this. */
    maxAtLeast: z.int({ error: atLeast }).min(1, atLeast).max(5000, 'expected at most 5000').optional(),
  })
  .transform(({ maxTimes = 2, maxAtLeast = 10 }) => ({ times: maxTimes, atLeast: maxAtLeast }));
