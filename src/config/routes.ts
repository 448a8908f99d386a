import { z } from 'zod';
import { SEVERITIES } from '../domain/incident.ts';
import { REMINDER_DEFAULTS } from '../domain/route.ts';
import { maintenanceSchema, routeSchema } from '../domain/route-schema.ts';

const minutes = z
  .number({ error: 'expected a number of minutes above 0' })
  .positive('expected a number of minutes above 0')
  .max(10_080, 'expected at most a week (10080 minutes)');
const variableName = z
  .string()
  .regex(
    /^[A-Z][A-Z0-9_]*$/,
    'expected the name of an environment variable such as PAGERDUTY_WEBHOOK_SECRET, not the secret itself',
  );

/** The `routes` block: which channel hears of what. The names `file-1` … are by their order. */
export const routesBlock = z
  .array(routeSchema)
  .transform((routes) => routes.map((route, at) => ({ id: `file-${at + 1}`, ...route })));

/** The `maintenance` block: planned work, of which nobody is told. */
export const maintenanceBlock = z.array(maintenanceSchema);

/** The `reminders` block: what holds where a route says nothing else. */
export const remindersBlock = z
  .strictObject({
    remindMinutes: minutes.default(REMINDER_DEFAULTS.remindMinutes),
    escalateMinutes: minutes.default(REMINDER_DEFAULTS.escalateMinutes),
    atMost: z
      .int({ error: 'expected a whole number from 0 to 20' })
      .min(0, 'expected a whole number from 0 to 20')
      .max(20, 'expected a whole number from 0 to 20')
      .default(REMINDER_DEFAULTS.atMost),
    severity: z
      .enum(SEVERITIES, { error: `expected one of ${SEVERITIES.join(', ')}` })
      .default(REMINDER_DEFAULTS.severity),
  })
  .default(REMINDER_DEFAULTS);

/** The `webhooks` block: the environment variables with the secrets of what other programs send in. */
export const webhooksBlock = z
  .strictObject({
    /** Of `POST /webhooks/pagerduty`: the secret that PagerDuty showed when the subscription was made. */
    pagerDutySecretEnv: variableName.exactOptional(),
    /** Of `POST /webhooks/incidents`. */
    secretEnv: variableName.exactOptional(),
  })
  .default({});
