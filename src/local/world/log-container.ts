import type { LogSpec } from '../scenario/service-schema.ts';
import type { ContainerPlan, ServiceState } from './service-state.ts';

/** The container that the entry names, else the first that logs. */
export function containerOf(state: ServiceState, entry: LogSpec): ContainerPlan | undefined {
  if (entry.container !== undefined) return state.containers.find(({ name }) => name === entry.container);
  const logging = state.containers.filter((container) => container.logGroup !== undefined);
  return logging.find((container) => container.essential) ?? logging[0];
}
