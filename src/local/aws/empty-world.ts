import type { World } from '../world/model.ts';

/** A world in which there is nothing: for the store and the queue alone. */
export function emptyWorld(now: () => number): World {
  return {
    clock: { now },
    accounts: [],
    latencyMs: 0,
    region: () => undefined,
    taskDefinition: () => undefined,
    metric: () => [],
    metrics: () => [],
    putMetric: () => {},
    logGroups: () => [],
    logs: () => [],
    updateService: () => {},
    stopTask: () => {},
    continueDeployment: () => {},
    isSilent: () => false,
    throttledUntil: () => undefined,
    onEvent: () => {},
    advance: () => {},
    nextDueMs: () => undefined,
  };
}
