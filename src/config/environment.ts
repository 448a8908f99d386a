import { z } from 'zod';

/** Environment variables as they come: any may be missing or empty. */
export type RawEnvironment = Readonly<Record<string, string | undefined>>;

const optional = z
  .string()
  .trim()
  .optional()
  .transform((value) => (value === '' ? undefined : value));

const port = optional.refine(
  (value) => value === undefined || (/^\d+$/.test(value) && Number(value) <= 65_535),
  {
    error: 'expected a port number from 0 to 65535',
  },
);

const url = optional.refine((value) => value === undefined || /^https?:\/\/[^\s/]+/.test(value), {
  error: 'expected an address that begins with https:// or http://',
});

const environment = z.object({
  NODE_ENV: optional,
  CHAT: optional,
  FLEET: optional,
  HOST: optional,
  PORT: port,
  LOG_LEVEL: optional.pipe(
    z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
        error: 'expected fatal, error, warn, info, debug, trace or silent',
      })
      .optional(),
  ),
  DECKHAND_NOW: optional.refine((value) => value === undefined || !Number.isNaN(Date.parse(value)), {
    error: 'expected a time such as 2026-11-20T09:00:00Z',
  }),
  DECKHAND_CONFIG: optional,
  SLACK_BOT_TOKEN: optional,
  SLACK_SIGNING_SECRET: optional,
  SLACK_APP_TOKEN: optional,
  SLACK_API_URL: url,
  SLACK_DEFAULT_CHANNEL: optional,
  MicrosoftAppId: optional,
  MicrosoftAppPassword: optional,
  MicrosoftAppTenantId: optional,
  MicrosoftAppType: optional.pipe(
    z
      .enum(['SingleTenant', 'MultiTenant', 'UserAssignedMSI'], {
        error: 'expected SingleTenant, UserAssignedMSI or MultiTenant',
      })
      .optional(),
  ),
  TEAMS_ANONYMOUS: optional,
  TEAMS_SERVICE_URL: url,
  TEAMS_DEFAULT_CHANNEL: optional,
  TEAMS_ENTRA_GROUPS: optional,
  TEAMS_GRAPH_URL: url,
  TEAMS_LOGIN_URL: url,
  BotOpenIdMetadata: url,
  AWS_REGION: optional,
  AWS_DEFAULT_REGION: optional,
  ALERT_QUEUE_URL: url,
  DYNAMODB_TABLE: optional,
  ADMINS: optional,
});
/** The variables that the bot knows, each checked by itself; empty ones count as missing. */
export type Env = z.infer<typeof environment>;

/** @returns the variables, or one sentence per malformed one. */
export function parseEnvironment(
  raw: RawEnvironment,
): { readonly value: Env } | { readonly problems: readonly string[] } {
  const parsed = environment.safeParse(raw);
  if (parsed.success) return { value: parsed.data };
  return {
    problems: parsed.error.issues.map(
      (issue) => `${issue.path.join('.')} is "${raw[String(issue.path[0])] ?? ''}": ${issue.message}.`,
    ),
  };
}
