import { randomBytes, randomUUID } from 'node:crypto';
import { type Access, type GroupsOf, makeAccess } from '../access/access.ts';
import { type Audit, makeAudit } from '../access/audit.ts';
import { makeRateLimits, type RateLimits } from '../access/rate-limits.ts';
import type { PerformDeps } from '../actions/perform.ts';
import { makeWriteWorker, type WriteWorker } from '../actions/write-worker.ts';
import { makeWrites } from '../actions/writes.ts';
import { makeAwsWriter } from '../aws/write.ts';
import type { Collector } from '../collector/collector.ts';
import type { CommandDeps } from '../commands/index.ts';
import type { Config } from '../config.ts';
import type { Grant } from '../domain/access.ts';
import { type AccountConfig, accountNamed } from '../domain/accounts.ts';
import type { Outbox } from '../messaging/outbox.ts';
import { type AuditStore, makeAuditStore } from '../store/audit-store.ts';
import { makeGrantStore } from '../store/grant-store.ts';
import { makeRouteStore } from '../store/route-store.ts';
import type { Table } from '../store/table.ts';
import { makeWriteStore } from '../store/write-store.ts';
import { makeFindTask } from './find-task.ts';
import type { Platform } from './platform.ts';

export interface WritePathParts {
  readonly config: Config;
  readonly platform: Platform;
  readonly collector: Collector;
  readonly accounts: readonly AccountConfig[];
  /** Undefined where nothing keeps state (the command line without a table). */
  readonly table: Table | undefined;
  /** Undefined where another process sends: then nothing is written either. */
  readonly outbox: Pick<Outbox, 'want' | 'keyOf'> | undefined;
  readonly groupsOf?: GroupsOf | undefined;
}

/** Everything between a person's wish to change something and AWS. */
export interface WritePath {
  readonly access: Access;
  readonly audit: Audit;
  readonly limits: RateLimits;
  readonly writes: PerformDeps['writes'];
  readonly commands: Pick<CommandDeps, 'propose' | 'steady' | 'findTask' | 'auditStore'>;
  readonly worker: WriteWorker | undefined;
}

/** The write path over table, outbox and AWS; without a table it can only say what it would need. */
export function wireWritePath(parts: WritePathParts): WritePath {
  const { config, platform, collector, accounts, table } = parts;
  const { clock, log } = platform;
  const systemNow = () => platform.systemClock.now();
  const auditStore = table && makeAuditStore(table, systemNow);
  const grantStore = table && makeGrantStore(table);
  const audit = makeAudit({ store: auditStore ?? NO_AUDIT, log, unique: () => randomUUID().slice(0, 8) });
  const access = makeAccess({
    admins: config.admins,
    configured: grantsOf(config),
    store: grantStore ?? { list: async () => [] },
    ...(parts.groupsOf === undefined ? {} : { groupsOf: parts.groupsOf }),
    clock,
    log,
  });
  const limits = makeRateLimits();
  const changing = table && parts.outbox && makeChanging(parts, table, parts.outbox, { access, audit });
  return {
    access,
    audit,
    limits,
    writes: changing?.writes,
    worker: changing?.worker,
    commands: {
      propose: {
        access,
        audit,
        writes: changing?.store,
        protectedServices: config.file.protected,
        ...(config.file.scaling === undefined ? {} : { defaultMaximum: config.file.scaling }),
        clock,
        mint: () => `w${randomBytes(8).toString('hex')}`,
      },
      steady: async (ref) =>
        platform.aws
          .history(accountNamed(ref.account, accounts), ref.region)
          .steady(ref.cluster, ref.service),
      findTask: makeFindTask(platform.aws, collector, accounts),
      auditStore,
    },
  };
}

function makeChanging(
  { config, platform, collector, accounts }: WritePathParts,
  table: Table,
  outbox: NonNullable<WritePathParts['outbox']>,
  { access, audit }: Pick<WritePath, 'access' | 'audit'>,
) {
  const { clock, log, wait } = platform;
  const systemNow = () => platform.systemClock.now();
  const store = makeWriteStore(table, systemNow);
  const options = {
    store,
    grants: makeGrantStore(table),
    routes: makeRouteStore(table),
    audit,
    aws: {
      accounts,
      api: (account: AccountConfig, region: string) => platform.aws.api(account, region),
      tasks: (account: AccountConfig, region: string) => platform.aws.tasks(account, region),
      deployments: (account: AccountConfig, region: string) => platform.aws.deployments(account, region),
      ...(config.file.scaling === undefined ? {} : { defaultMaximum: config.file.scaling }),
      scaling: (ref: Parameters<Collector['scaling']>[0]) => collector.scaling(ref),
      writer: makeAwsWriter({
        sessions: platform.aws.sessions,
        onUnnamed: (account, cause) =>
          log.warn(
            { account, err: cause },
            'the role does not allow sts:SetSourceIdentity: CloudTrail will not name the person',
          ),
      }),
    },
    want: (messages: Parameters<Outbox['want']>[0]) => outbox.want(messages),
    clock,
    systemNow,
    wait,
    log,
  };
  const worker = makeWriteWorker(options);
  const keyOf: Outbox['keyOf'] = (dest, id) => outbox.keyOf(dest, id);
  return { store, worker, writes: makeWrites({ ...options, worker, access, keyOf }) };
}

/** The grants of the configuration file; they have no names of their own there. */
function grantsOf({ file }: Config): readonly Grant[] {
  return file.grants.map(({ who, on, actions, until }, at) => ({
    id: `file-${at + 1}`,
    who,
    on,
    actions,
    ...(until === undefined ? {} : { untilMs: Date.parse(until) }),
  }));
}

/** Without a table the log alone remembers. */
const NO_AUDIT: Pick<AuditStore, 'append'> = { append: async () => undefined };
