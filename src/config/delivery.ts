import { z } from 'zod';
import { deliveryProblem, deliveryWith } from '../domain/delivery-settings.ts';

const DAY_MS = 86_400_000;
const ABOVE_ZERO = 'expected milliseconds above 0';
const ms = z
  .number({ error: ABOVE_ZERO })
  .positive({ error: ABOVE_ZERO, abort: true })
  .max(DAY_MS, 'expected at most a day (86400000 milliseconds)')
  .optional();
const count = z
  .int({ error: 'expected a whole number above 0' })
  .positive('expected a whole number above 0')
  .optional();

/** The `delivery` block: what is not set has its default, and the four times on which delivery rests must rise. */
export const deliveryBlock = z
  .strictObject({
    clientTimeoutMs: ms,
    leaseMs: ms,
    reconcileMs: ms,
    verifyMs: ms,
    pollMs: ms,
    backoffMs: ms,
    backoffMaxMs: ms,
    pauseMs: ms,
    pauseMaxMs: ms,
    slackPostEveryMs: ms,
    slackEditEveryMs: ms,
    slackEditBurst: count,
    teamsEveryMs: ms,
    teamsBurst: count,
    parallel: count,
  })
  .superRefine((given, context) => {
    const problem = deliveryProblem(deliveryWith(given));
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });
