import type { Collector } from '../collector/collector.ts';
import type { Command, Intent } from '../domain/intent.ts';
import type { Thresholds } from '../domain/thresholds.ts';
import type { Clock } from '../domain/time.ts';
import type { IncidentReader } from '../incidents/incidents.ts';
import { findCommand } from '../intent/grammar.ts';
import { type AccountsDeps, makeAccountsCommand } from './accounts.ts';
import { type AlertTestDeps, makeAlertTest } from './alert-test.ts';
import { makeAlertsCommand } from './alerts.ts';
import { type AuditDeps, makeAuditCommand } from './audit.ts';
import type { Answer, Asking, Handler } from './command.ts';
import { type DeployDeps, makeRedeployCommand, makeRollbackCommand } from './deploy.ts';
import { makeGrantsCommand } from './grants.ts';
import { makeHealthCommand } from './health.ts';
import { answerNotBuilt, makeHelpCommand } from './help.ts';
import { type MutesDeps, makeMutesCommand } from './mutes.ts';
import { makeOutboxCommand, type OutboxDeps } from './outbox.ts';
import type { ProposeDeps } from './propose.ts';
import { makeRestartsCommand } from './restarts.ts';
import type { StopsDeps } from './restarts-read.ts';
import { makeRoutesCommand, type RoutesDeps } from './routes.ts';
import { makeScaleCommand } from './scale.ts';
import { makeServiceCommand } from './service.ts';
import { makeStopCommand, type StopDeps } from './stop.ts';

export type { Answer, Asking } from './command.ts';
export { type AnswerHook, type HookAnswer, makeAnswerHook } from './hook.ts';

export interface CommandDeps extends AccountsDeps {
  readonly collector: Collector;
  readonly incidents: IncidentReader;
  readonly thresholds: Thresholds;
  readonly clock: Clock;
  readonly wait: (ms: number) => Promise<void>;
  readonly propose: ProposeDeps;
  readonly steady: DeployDeps['steady'];
  readonly findTask: StopDeps['findTask'];
  readonly auditStore: AuditDeps['store'];
  readonly outbox: OutboxDeps['outbox'];
  readonly routing: RoutesDeps['routing'];
  readonly mutes: MutesDeps['mutes'];
  readonly stops: Pick<StopsDeps, 'evidence' | 'stoppedTasks' | 'redact'>;
  /** Undefined where no alert queue is configured. */
  readonly alertTest?: AlertTestDeps | undefined;
}

/** Answers an intent that names everything it needs. @throws DeckhandError */
export type Commands = (intent: Intent, asking: Asking) => Promise<Answer>;

function isActionBuilt({ command, action }: Intent): boolean {
  const spec = findCommand(command)?.actions.find((each) => each.word === action);
  return spec === undefined || spec.built;
}

/** Every command that is answered today; the others say that they are not. */
export function makeCommands(deps: CommandDeps): Commands {
  const proposing = { ...deps.propose, collector: deps.collector, steady: deps.steady };
  const [alerts, alertTest] = [makeAlertsCommand(deps), makeAlertTest(deps.alertTest)];
  const handlers: Partial<Record<Command, Handler>> = {
    health: makeHealthCommand(deps),
    restarts: makeRestartsCommand({ ...deps, ...deps.stops }),
    service: makeServiceCommand(deps),
    alerts: (intent, asking) => (intent.action === 'test' ? alertTest : alerts)(intent, asking),
    accounts: makeAccountsCommand(deps),
    help: makeHelpCommand(deps),
    scale: makeScaleCommand(proposing),
    redeploy: makeRedeployCommand(proposing),
    rollback: makeRollbackCommand(proposing),
    stop: makeStopCommand({ ...proposing, findTask: deps.findTask }),
    grants: makeGrantsCommand(proposing),
    outbox: makeOutboxCommand(deps),
    routes: makeRoutesCommand({ ...proposing, routing: deps.routing }),
    mute: makeMutesCommand(deps),
    audit: makeAuditCommand({ ...proposing, store: deps.auditStore }),
  };
  return (intent, asking) => {
    const handler = intent.command === 'ask' ? undefined : handlers[intent.command];
    return handler !== undefined && isActionBuilt(intent)
      ? handler(intent, asking)
      : answerNotBuilt(deps, intent, asking);
  };
}
