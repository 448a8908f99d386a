import type { Scenario } from '../scenario/schema.ts';
import { Agenda } from './agenda.ts';
import { STOPPED_KEPT_MS } from './build-tasks.ts';
import { buildWorld } from './build-world.ts';
import { stopByPerson, updateService } from './changes.ts';
import { Emitter } from './emitter.ts';
import { expectFailure } from './failing.ts';
import { endHook } from './hooks.ts';
import { logEvents, logGroups } from './logs.ts';
import { Metrics } from './metrics.ts';
import type { Clock, World, WorldService } from './model.ts';
import { indexRegions } from './region-states.ts';
import { look } from './scheduler.ts';
import { makeServiceSeries } from './service-series.ts';
import type { ServiceState } from './service-state.ts';
import { scheduleCanaries } from './spokes.ts';
import { findTaskDefinition } from './task-definitions.ts';
import { PACE, type Stage } from './task-life.ts';
import { silenceOf, throttlesOf } from './throttles.ts';
import { scheduleTimeline } from './timeline.ts';

export interface WorldOptions {
  /** What it reads at the call is the scenario's `now`. */
  readonly clock: Clock;
  /** Another seed gives other ids and other noise. */
  readonly seed?: string;
  /** The timeline waits for {@link World.startTimeline} instead of beginning with the world. */
  readonly holdTimeline?: boolean;
  /** Every account and region that is up gives a sign of life so often, from the timeline's start; never where absent. */
  readonly canaryEveryMs?: number;
}

/**
 * The simulated company. It moves only in `advance`, up to the clock's now; everything that happens carries the time
 * at which it was due, so calling often and calling once come to the same.
 */
export function makeWorld(
  scenario: Scenario,
  { clock, seed = 'deckhand', holdTimeline = false, canaryEveryMs }: WorldOptions,
): World {
  const startMs = clock.now();
  const { accounts, states } = buildWorld(scenario, startMs, seed);
  let timelineFromMs: number | undefined;
  const throttles = throttlesOf(scenario, () => timelineFromMs);
  const isSilent = silenceOf(scenario, throttles);
  const stage = makeStage(states, new Emitter(seed, isSilent));
  const startTimeline = (atMs: number) => {
    if (timelineFromMs !== undefined) return;
    timelineFromMs = atMs;
    if (canaryEveryMs !== undefined) scheduleCanaries(stage, accounts, canaryEveryMs, atMs);
    scheduleTimeline(stage, scenario, atMs);
  };
  if (!holdTimeline) startTimeline(startMs);
  for (const state of states) {
    if (state.failing) expectFailure(stage, state, state.failing.nextAtMs);
  }
  const metrics = new Metrics(states.map((state) => ({ state, series: makeServiceSeries(state, startMs) })));
  const within = indexRegions(states);
  const advance = () => {
    stage.agenda.runUntil(clock.now());
    for (const state of states) forgetStopped(state, clock.now());
  };

  return {
    clock,
    accounts,
    latencyMs: scenario.latencyMs,
    region: (accountId, region) =>
      accounts.find(({ id }) => id === accountId)?.regions.find(({ name }) => name === region),
    taskDefinition: (reference, accountId, region) =>
      findTaskDefinition(within(accountId, region), reference),
    metric: (query) => metrics.query(query, clock.now()),
    metrics: (accountId, region) => metrics.list(accountId, region),
    putMetric: (accountId, region, namespace, metric, dimensions, value, atMs) =>
      metrics.put({ accountId, region, namespace, metric, dimensions }, value, atMs),
    logGroups: (accountId, region) => logGroups(within(accountId, region).states),
    logs: (accountId, region, group, fromMs, untilMs) =>
      logEvents(within(accountId, region).states, group, fromMs, Math.min(untilMs, clock.now() + 1), startMs),
    ...changesOf(stage, states, clock, advance),
    isSilent: (accountId, region) => isSilent(accountId, region, clock.now()),
    throttledUntil: (accountId, region, action) => throttles({ accountId, region }, action, clock.now()),
    onEvent: (listener) => stage.emitter.listen(listener),
    startTimeline,
    advance,
    nextDueMs: () => stage.agenda.nextDueMs(),
  };
}

/** What people and pipelines do through ECS's API. */
function changesOf(
  stage: Stage,
  states: readonly ServiceState[],
  clock: Clock,
  advance: () => void,
): Pick<World, 'updateService' | 'stopTask' | 'continueDeployment'> {
  const stateOf = new Map(states.map((state) => [state.service, state]));
  return {
    updateService: (service, change) => {
      advance();
      updateService(stage, known(stateOf, service), change, clock.now());
    },
    stopTask: (service, task, reason) => {
      advance();
      stopByPerson(stage, known(stateOf, service), task, reason, clock.now());
    },
    continueDeployment: (service, deployment, action) => {
      advance();
      const status = action === 'CONTINUE' ? 'SUCCEEDED' : 'FAILED';
      endHook(stage, known(stateOf, service), deployment, status, clock.now());
    },
  };
}

function makeStage(states: readonly ServiceState[], emitter: Emitter): Stage {
  const stage: Stage = {
    agenda: new Agenda(),
    emitter,
    states,
    instanceVersions: new Map(),
    look: (state, atMs) => {
      if (state.lookDue) return;
      state.lookDue = true;
      stage.agenda.add(atMs + PACE.lookMs, (due) => {
        state.lookDue = false;
        look(stage, state, due);
      });
    },
  };
  return stage;
}

function known(states: ReadonlyMap<WorldService, ServiceState>, service: WorldService): ServiceState {
  const state = states.get(service);
  if (!state) throw new Error(`The service ${service.arn} is not of this world`);
  return state;
}

function forgetStopped(state: ServiceState, nowMs: number): void {
  const { service } = state;
  const kept = service.tasks.filter((task) => (task.stoppedAtMs ?? nowMs) >= nowMs - STOPPED_KEPT_MS);
  if (kept.length < service.tasks.length) service.tasks = kept;
}
