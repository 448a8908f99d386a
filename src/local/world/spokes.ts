import type { Scenario } from '../scenario/schema.ts';
import { isoSeconds } from './emitter.ts';
import type { WorldAccount } from './model.ts';
import type { Stage } from './task-life.ts';

/** How often each watched account and region gives a sign of life in the simulated company. */
export const CANARY_EVERY_MS = 60_000;

const FIRST_MS = 1000;

/** What carries events from a watched account to the bot's own: the target of the spoke's rules. */
export const PUT_EVENTS = 'events:PutEvents';

/**
 * The signs of life of every account and region that is up, from a schedule in each of them:
 * `{ "source": "deckhand.canary", "detail-type": "Deckhand Canary", "account", "region", "time", "resources":
 * ["arn:aws:events:…:rule/deckhand-canary"], "detail": {} }`.
 */
export function scheduleCanaries(
  stage: Stage,
  accounts: readonly WorldAccount[],
  everyMs: number,
  fromMs: number,
): void {
  for (const { id, regions } of accounts) {
    for (const region of regions) {
      const beat = (atMs: number): void => {
        if (!region.down) stage.emitter.sendRaw(canary(stage.emitter.nextId(), id, region.name, atMs), atMs);
        stage.agenda.add(atMs + everyMs, beat);
      };
      stage.agenda.add(fromMs + FIRST_MS, beat);
    }
  }
}

function canary(id: string, account: string, region: string, atMs: number): Record<string, unknown> {
  return {
    version: '0',
    id,
    'detail-type': 'Deckhand Canary',
    source: 'deckhand.canary',
    account,
    time: isoSeconds(atMs),
    region,
    resources: [`arn:aws:events:${region}:${account}:rule/deckhand-canary`],
    detail: {},
  };
}

/**
 * Whether an account may pass events on at all: `deny: [events:PutEvents]` silences all of its regions for good. For a
 * while, `{ at, throttle: events:PutEvents, for, service }` silences the account and region of the service.
 */
export function deniesEvents(scenario: Scenario, index: number): boolean {
  const denied = scenario.accounts[index]?.deny ?? [];
  return denied.some((action) => /^events:(\*|Put(Events|\*))$/i.test(action));
}
