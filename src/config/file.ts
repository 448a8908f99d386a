import { parseDocument } from 'yaml';
import { z } from 'zod';
import { GRANT_ACTIONS } from '../domain/access.ts';
import type { AccountAuth, AccountConfig } from '../domain/accounts.ts';
import { deliveryBlock } from './delivery.ts';
import { incidentsBlock } from './incidents.ts';
import { maintenanceBlock, remindersBlock, routesBlock, webhooksBlock } from './routes.ts';
import { scalingBlock } from './scaling.ts';

const text = z.string().trim().min(1);
/** Ids are written with or without quotes; YAML reads bare digits as a number and drops leading zeros. */
const accountId = z
  .string({ error: 'expected a 12-digit account id in quotes' })
  .regex(/^\d{12}$/, 'expected a 12-digit account id in quotes');
const who = z.string().regex(/^(slack|teams):[^\s:]+$/, 'expected slack:U012AB3CD or teams:<object id>');
const where = z.string().regex(/^(slack|teams):\S+$/, 'expected slack:C012AB3CD or teams:<conversation id>');
const pattern = text.describe('account/cluster/service, each with * for anything');
const until = z.iso.datetime({ offset: true, error: 'expected a time such as 2026-12-31T18:00:00Z' });

const auth = z
  .union(
    [
      z.strictObject({
        roleArn: text.startsWith('arn:', 'expected the ARN of a role'),
        externalId: text.optional(),
      }),
      z.strictObject({ profile: text }),
      z.strictObject({ secretArn: text.startsWith('arn:', 'expected the ARN of a secret') }),
      z.strictObject({
        env: text.regex(/^[A-Z][A-Z0-9_]*$/, 'expected the prefix of environment variables, such as STAGING'),
      }),
      z.strictObject({}),
    ],
    { error: 'expected one of { roleArn, externalId }, { profile }, { secretArn }, { env } or {}' },
  )
  .transform(toAuth);

const account = z.strictObject({
  name: text.regex(/^[^/]+$/, 'expected a name without slashes'),
  id: accountId.optional(),
  regions: z
    .array(text.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'expected a region such as eu-west-1'))
    .min(1, 'expected at least one region'),
  auth: auth.default({ kind: 'default' }),
  include: z.array(pattern).default([]),
  exclude: z.array(pattern).default([]),
});

const thresholds = z.strictObject({
  cpuWarningPercent: z.number().min(1).max(100).optional(),
  cpuCriticalPercent: z.number().min(1).max(100).optional(),
  memoryWarningPercent: z.number().min(1).max(100).optional(),
  memoryCriticalPercent: z.number().min(1).max(100).optional(),
  responseTimeWarningMs: z.number().positive().optional(),
  responseTimeCriticalMs: z.number().positive().optional(),
  http5xxCritical: z.number().min(0).optional(),
  shortfallMs: z.number().min(0).optional(),
  progressMs: z.number().min(0).optional(),
});

const collector = z.strictObject({
  /** How old the metrics of a service become that somebody watches, and of one that nobody does. */
  refreshMinutes: z.number().min(1).max(60).optional(),
  unwatchedMinutes: z.number().min(1).max(1440).optional(),
  /** What reading may cost a day; reading slows down before it is passed. 0 reads only what people ask for. */
  dollarsPerDay: z.number().min(0).optional(),
  /** Where log lines are looked for when a task definition names no group. */
  logGroupPattern: text.optional(),
});

const configFile = z.strictObject({
  accounts: z.array(account).default([]),
  grants: z
    .array(
      z.strictObject({
        who,
        on: pattern.default('*'),
        actions: z
          .array(z.enum(GRANT_ACTIONS, { error: `expected one of ${GRANT_ACTIONS.join(', ')}` }))
          .min(1, 'expected at least one action'),
        until: until.optional(),
      }),
    )
    .default([]),
  routes: routesBlock.default([]),
  /** Planned work, of which nobody is told. */
  maintenance: maintenanceBlock.default([]),
  /** When people are reminded of what nobody has taken, and when it is escalated. */
  reminders: remindersBlock,
  /** What other programs send in. */
  webhooks: webhooksBlock,
  /** Services whose changes need a second person. */
  protected: z.array(pattern).default([]),
  opsChannel: where.optional(),
  digests: z
    .array(
      z.strictObject({ cron: text, zone: text.optional(), to: where.optional(), scope: pattern.optional() }),
    )
    .default([]),
  thresholds: thresholds.default({}),
  collector: collector.optional(),
  /** The highest count of a service that nothing else limits. */
  scaling: scalingBlock.optional(),
  /** How messages are delivered; in milliseconds. */
  delivery: deliveryBlock.optional(),
  /** When incidents begin, group and end. */
  incidents: incidentsBlock.optional(),
});

/** What `deckhand.yaml` says, with defaults filled in. */
export type ConfigFile = Omit<z.infer<typeof configFile>, 'accounts'> & {
  readonly accounts: readonly AccountConfig[];
};

/**
 * Reads the text of `deckhand.yaml`.
 * @returns the settings, or one sentence per problem that names the file, the path and what was expected.
 */
export function parseConfigFile(
  file: string,
  content: string,
): { readonly value: ConfigFile } | { readonly problems: readonly string[] } {
  const document = parseDocument(content);
  if (document.errors.length > 0) {
    return { problems: document.errors.map((e) => `${file}: not valid YAML: ${firstLine(e.message)}`) };
  }
  const parsed = configFile.safeParse(document.toJS() ?? {});
  if (!parsed.success) return { problems: parsed.error.issues.flatMap((issue) => describe(file, issue)) };
  const duplicates = duplicateNames(parsed.data.accounts.map((a) => a.name));
  if (duplicates.length > 0) {
    return {
      problems: duplicates.map(
        (name) => `${file}: accounts: two accounts are called ${name}; give each its own name`,
      ),
    };
  }
  return { value: { ...parsed.data, accounts: parsed.data.accounts.map(toAccount) } };
}

function describe(file: string, issue: z.core.$ZodIssue): string[] {
  const path =
    issue.path
      .map((p) => (typeof p === 'number' ? `[${p}]` : `.${String(p)}`))
      .join('')
      .replace(/^\./, '') || 'the file';
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${file}: ${path}: there is no setting called ${key}`);
  return [`${file}: ${path}: ${issue.message}`];
}

function duplicateNames(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
}

function toAccount(parsed: z.infer<typeof account>): AccountConfig {
  const { id, ...rest } = parsed;
  return id === undefined ? rest : { ...rest, id };
}

function toAuth(parsed: {
  roleArn?: string;
  externalId?: string | undefined;
  profile?: string;
  secretArn?: string;
  env?: string;
}): AccountAuth {
  if (parsed.roleArn !== undefined) {
    return parsed.externalId === undefined
      ? { kind: 'role', roleArn: parsed.roleArn }
      : { kind: 'role', roleArn: parsed.roleArn, externalId: parsed.externalId };
  }
  if (parsed.profile !== undefined) return { kind: 'profile', profile: parsed.profile };
  if (parsed.secretArn !== undefined) return { kind: 'secret', secretArn: parsed.secretArn };
  if (parsed.env !== undefined) return { kind: 'env', prefix: parsed.env };
  return { kind: 'default' };
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? message;
}
