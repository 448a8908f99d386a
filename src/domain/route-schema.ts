import { z } from 'zod';
import { SEVERITIES } from './incident.ts';
import type { EscalationStep, Maintenance, QuietHours, Route } from './route.ts';
import { isZone, WEEKDAYS } from './zone-time.ts';

const text = z.string().trim().min(1);

/** A place; the same words wherever one is read. */
const placeSchema = text.regex(
  /^[^/\s]+(\/[^/\s]+){0,2}$/,
  'expected account/cluster/service, each with * for anything',
);
const channel = z
  .string()
  .regex(/^(slack|teams):\S+$/, 'expected slack:C012AB3CD or teams:<conversation id>');
const who = z
  .string()
  .regex(/^(slack:[UWS][A-Z0-9]+|teams:[^\s:]+)$/, 'expected slack:U012AB3CD, slack:S… or teams:<object id>');
const severity = z.enum(SEVERITIES, { error: `expected one of ${SEVERITIES.join(', ')}` });
const zone = text.refine(isZone, 'expected the name of a time zone such as Europe/Amsterdam');
const day = z.enum(WEEKDAYS, { error: `expected one of ${WEEKDAYS.join(', ')}` });
const days = z.array(day).min(1, 'expected at least one day');
const timeOfDay = z
  .string({ error: 'expected a time of day in quotes such as "07:00"' })
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time of day such as 07:00');
const endOfWindow = z
  .string({ error: 'expected a time of day in quotes such as "07:00"' })
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'expected a time of day such as 07:00');
const variableName = text.regex(
  /^[A-Z][A-Z0-9_]*$/,
  'expected the name of an environment variable such as PAGERDUTY_KEY, not the secret itself',
);
const minutes = (least: number) =>
  z
    .number({ error: `expected a number of minutes from ${least}` })
    .min(least, `expected a number of minutes from ${least}`)
    .max(10_080, 'expected at most a week (10080 minutes)');
const page = text.regex(/^https?:\/\/\S+$/, 'expected an address that begins with https://');
const hook = text.refine(isSafeAddress, 'expected an address that begins with https://');

const quietSchema = z
  .strictObject({
    from: timeOfDay,
    to: endOfWindow,
    zone,
    days: days.exactOptional(),
    letThrough: z
      .enum([...SEVERITIES, 'none'], { error: `expected one of ${SEVERITIES.join(', ')}, none` })
      .default('critical'),
  })
  .refine(({ from, to }) => from !== to, {
    path: ['to'],
    error: 'expected another time than from; a whole day is 00:00 to 24:00',
  }) satisfies z.ZodType<QuietHours>;

const stepSchema = z.strictObject({
  afterMinutes: minutes(1),
  to: channel.exactOptional(),
  mention: z.array(who).min(1, 'expected at least one person or group').exactOptional(),
  pagerDuty: z.strictObject({ keyEnv: variableName }).exactOptional(),
  webhook: z.strictObject({ url: hook, secretEnv: variableName.exactOptional() }).exactOptional(),
}) satisfies z.ZodType<EscalationStep>;

/** A route as settings, the store and people in chat give it. */
export const routeSchema = z.strictObject({
  match: placeSchema.default('*'),
  severity: severity.default('medium'),
  to: channel,
  runbook: page.exactOptional(),
  quiet: quietSchema.exactOptional(),
  remindMinutes: minutes(0).exactOptional(),
  escalate: z.array(stepSchema).max(10, 'expected at most 10 steps').exactOptional(),
}) satisfies z.ZodType<Omit<Route, 'id'>>;

const moment = z.iso.datetime({ offset: true, error: 'expected a time such as 2026-12-31T18:00:00Z' });

/** Planned work: `{ match, from, until }` once, `{ match, at, minutes, zone, days? }` again and again. */
export const maintenanceSchema = z
  .union(
    [
      z.strictObject({
        match: placeSchema,
        why: text.exactOptional(),
        from: moment,
        until: moment,
      }),
      z.strictObject({
        match: placeSchema,
        why: text.exactOptional(),
        at: timeOfDay,
        minutes: minutes(1).max(1440, 'expected at most a day (1440 minutes)'),
        zone,
        days: days.exactOptional(),
      }),
    ],
    {
      error:
        'expected { match, from, until } with times such as 2026-12-31T18:00:00Z, or { match, at: "02:00", minutes, zone } with days such as [sun] where it is not every day',
    },
  )
  .refine((one) => !('from' in one) || Date.parse(one.from) < Date.parse(one.until), {
    path: ['until'],
    error: 'expected a time after from',
  })
  .transform((one): Maintenance => {
    if (!('from' in one)) return one;
    const { from, until, ...rest } = one;
    return { ...rest, fromMs: Date.parse(from), untilMs: Date.parse(until) };
  });

/** Nothing is sent in the clear but to this very machine. */
export function isSafeAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username } = new URL(address);
  if (username !== '') return false;
  const isHere = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isHere);
}
