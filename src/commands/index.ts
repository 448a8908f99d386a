import type { Collector } from '../collector/collector.ts';
import type { Command, Intent } from '../domain/intent.ts';
import type { Thresholds } from '../domain/thresholds.ts';
import type { Clock } from '../domain/time.ts';
import type { IncidentReader } from '../incidents/incidents.ts';
import { makeAlertsCommand } from './alerts.ts';
import type { Answer, Asking, Handler } from './command.ts';
import { makeHealthCommand } from './health.ts';
import { answerNotBuilt, makeHelpCommand } from './help.ts';
import { makeServiceCommand } from './service.ts';

export type { Answer, Asking } from './command.ts';

export interface CommandDeps {
  readonly collector: Collector;
  readonly incidents: IncidentReader;
  readonly thresholds: Thresholds;
  readonly clock: Clock;
  readonly wait: (ms: number) => Promise<void>;
}

/** Answers an intent that names everything it needs. @throws DeckhandError */
export type Commands = (intent: Intent, asking: Asking) => Promise<Answer>;

/** Every command that is answered today; the others say that they are not. */
export function makeCommands(deps: CommandDeps): Commands {
  const handlers: Partial<Record<Command, Handler>> = {
    health: makeHealthCommand(deps),
    service: makeServiceCommand(deps),
    alerts: makeAlertsCommand(deps),
    help: makeHelpCommand(deps),
  };
  return (intent, asking) => {
    const handler = intent.command === 'ask' ? undefined : handlers[intent.command];
    const built = handler !== undefined && intent.action !== 'test';
    return built ? handler(intent, asking) : answerNotBuilt(deps, intent, asking);
  };
}
