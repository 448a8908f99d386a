import type { AccountConfig } from '../domain/accounts.ts';
import type { Clock } from '../domain/time.ts';
import type { AwsApi } from './api.ts';
import type { OnCall } from './calls.ts';
import { type ClientTimeouts, DEFAULT_TIMEOUTS, makeRegionClients, type RegionClients } from './clients.ts';
import { type DeploymentHistory, makeDeploymentHistory } from './deployment-history.ts';
import { makeLimiter, type Sleep } from './limiter.ts';
import { type LogReader, makeLogReader } from './logs.ts';
import type { RegionConnection } from './region-call.ts';
import { makeAwsApi } from './sdk-api.ts';
import { makeServiceDeployments, type ServiceDeployments } from './service-deployments.ts';
import { makeSessions, type Sessions } from './sessions.ts';
import { makeStoppedTaskReader, type StoppedTaskReader } from './stopped-tasks.ts';
import { makeTargetHealthReader, type TargetHealthReader } from './target-health.ts';
import { makeTaskReader, type TaskReader } from './tasks.ts';

/** Every watched account and region, reachable. Nothing is made or called before it is asked for. */
export interface AwsConnections {
  api(account: AccountConfig, region: string): AwsApi;
  tasks(account: AccountConfig, region: string): TaskReader & StoppedTaskReader;
  history(account: AccountConfig, region: string): DeploymentHistory;
  logs(account: AccountConfig, region: string): LogReader;
  targets(account: AccountConfig, region: string): TargetHealthReader;
  deployments(account: AccountConfig, region: string): ServiceDeployments;
  /** The credentials behind all of it. */
  readonly sessions: Sessions;
  /** Closes the sockets of all clients. */
  close(): void;
}

export interface ConnectOptions {
  /** Reads one environment variable, for accounts whose keys are named by a prefix. */
  readonly env: (name: string) => string | undefined;
  /** The machine's clock, never a simulated one: limits and session expiry are real time. */
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly timeouts?: Partial<ClientTimeouts>;
  /** Hears of every call of every account. */
  readonly onCall?: OnCall;
}

/** Sessions, clients and limiters of all accounts, behind one function. */
export function connectAws(options: ConnectOptions): AwsConnections {
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const sessions = makeSessions({ ...options, ...timeouts });
  const made = new Map<string, Connection>();
  const connection = (account: AccountConfig, region: string): Connection => {
    const key = JSON.stringify([account.name, region, account.auth]);
    const known = made.get(key);
    if (known) return known;
    const clients = makeRegionClients(region, sessions.credentials(account), timeouts);
    const limiter = makeLimiter({ clock: options.clock, sleep: options.sleep });
    const to: RegionConnection = {
      account: account.name,
      region,
      clients,
      limiter,
      callTimeoutMs: timeouts.callTimeoutMs,
      clock: options.clock,
      forgetCredentials: () => sessions.forget(account),
      onCall: options.onCall,
    };
    const connected: Connection = { ...readersOf(to), clients };
    made.set(key, connected);
    return connected;
  };
  return {
    sessions,
    api: (account, region) => connection(account, region).api,
    tasks: (account, region) => connection(account, region).tasks,
    history: (account, region) => connection(account, region).history,
    logs: (account, region) => connection(account, region).logs,
    targets: (account, region) => connection(account, region).targets,
    deployments: (account, region) => connection(account, region).deployments,
    close() {
      for (const { clients } of made.values()) clients.close();
    },
  };
}

function readersOf(to: RegionConnection) {
  return {
    api: makeAwsApi(to),
    tasks: { ...makeTaskReader(to), ...makeStoppedTaskReader(to) },
    history: makeDeploymentHistory(to),
    logs: makeLogReader(to),
    targets: makeTargetHealthReader(to),
    deployments: makeServiceDeployments(to),
  };
}

type Connection = ReturnType<typeof readersOf> & { readonly clients: RegionClients };
