import { z } from 'zod';

const ms = (value: number): z.ZodDefault<z.ZodNumber> => z.number().positive().default(value);

/** The `delivery` block of the settings, all in milliseconds. */
export const deliverySettingsSchema = z
  .object({
    /** The longest that one request to a platform may take. */
    clientTimeoutMs: ms(10_000),
    /** How long a channel or message is claimed for. */
    leaseMs: ms(15_000),
    /** How long after an attempt without an answer one looks whether it arrived. */
    reconcileMs: ms(20_000),
    /** How long after that one looks for late copies. */
    verifyMs: ms(60_000),
    /** How often a process looks for work of others: after a restart, from another replica. */
    pollMs: ms(1_000),
    /** First pause after a failed attempt; doubles up to `backoffMaxMs`. */
    backoffMs: ms(1_000),
    backoffMaxMs: ms(60_000),
    /** First pause of a channel that refuses us; doubles up to `pauseMaxMs`. `outbox resume` ends it. */
    pauseMs: ms(60_000),
    pauseMaxMs: ms(1_800_000),
    /** Slack: posts per channel. One a second, and a margin for uneven latency. */
    slackPostEveryMs: ms(1_050),
    /** Slack: edits per workspace. Tier 3 is about 50 a minute: 10 at once and 40 more in a minute. */
    slackEditEveryMs: ms(1_500),
    slackEditBurst: z.number().int().positive().default(10),
    /** Teams: posts and edits per thread. Its bucket holds 7; one stays for uneven latency. */
    teamsEveryMs: ms(2_000),
    teamsBurst: z.number().int().positive().default(6),
    /** Requests in flight per channel; at most one per thread, and one for the channel's own messages. */
    parallel: z.number().int().positive().default(4),
  })
  .refine((s) => s.clientTimeoutMs < s.leaseMs && s.leaseMs < s.reconcileMs && s.reconcileMs < s.verifyMs, {
    message: 'delivery: clientTimeoutMs < leaseMs < reconcileMs < verifyMs must hold',
  });

/** How messages are delivered. */
export type DeliverySettings = Readonly<z.infer<typeof deliverySettingsSchema>>;

/** The defaults. */
export const deliveryDefaults: DeliverySettings = deliverySettingsSchema.parse({});

/** The same proportions on a faster clock: every time divided by `factor` (the kill test runs at 20). */
export function fasterDelivery(settings: DeliverySettings, factor: number): DeliverySettings {
  const scaled = Object.entries(settings).map(([name, value]) => [
    name,
    name.endsWith('Ms') ? value / factor : value,
  ]);
  return deliverySettingsSchema.parse(Object.fromEntries(scaled));
}
