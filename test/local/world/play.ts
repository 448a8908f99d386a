import { parseScenario } from '../../../src/local/scenario/load.ts';
import type { World, WorldService } from '../../../src/local/world/model.ts';
import { makeWorld } from '../../../src/local/world/world.ts';

export const START_MS = Date.parse('2026-11-20T09:00:00Z');
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** An event as a listener gets it. */
export interface Told {
  readonly id: string;
  readonly 'detail-type': string;
  readonly time: string;
  readonly resources: readonly string[];
  readonly account: string;
  readonly region: string;
  readonly source: string;
  readonly version: string;
  readonly detail: Readonly<Record<string, unknown>> & {
    readonly eventName?: string;
    readonly lastStatus?: string;
  };
}

export interface Play {
  readonly world: World;
  readonly events: Told[];
  service(name: string): WorldService;
  /** Lets time pass in one step and moves the world. */
  pass(ms: number): void;
  /** Lets time pass without moving the world. */
  wait(ms: number): void;
  now(): number;
}

/** A world of services of one cluster `core`; `services` and `timeline` are YAML, the services indented by nothing. */
export function play(services: string, timeline = '[]', more = ''): Play {
  const indented = services
    .trim()
    .split('\n')
    .map((line) => `              ${line}`)
    .join('\n');
  return playFile(`
accounts:
  - name: main
    id: "111122223333"
    regions:
      us-east-1:
        clusters:
          core:
            ${more}
            services:
${indented}
timeline: ${timeline}
`);
}

export function playFile(yaml: string, seed = 'test', canaryEveryMs?: number): Play {
  let now = START_MS;
  const world = makeWorld(parseScenario(yaml, 'test.yaml'), {
    clock: { now: () => now },
    seed,
    ...(canaryEveryMs === undefined ? {} : { canaryEveryMs }),
  });
  const events: Told[] = [];
  // The listener's type is open; every event of the world has these fields.
  world.onEvent((event) => events.push(event as unknown as Told));
  return {
    world,
    events,
    service: (name) => {
      const all = world.accounts.flatMap(({ regions }) =>
        regions.flatMap(({ clusters }) => clusters.flatMap(({ services: own }) => own)),
      );
      const found = all.find((service) => service.name === name);
      if (!found) throw new Error(`no service ${name}`);
      return found;
    },
    pass: (ms) => {
      now += ms;
      world.advance();
    },
    wait: (ms) => {
      now += ms;
    },
    now: () => now,
  };
}

/** The values of a metric of a service of `core`, oldest first. */
export function points(
  { world }: Play,
  query: {
    readonly metric: string;
    readonly dimensions: Readonly<Record<string, string>>;
    readonly namespace?: string;
    readonly stat?: string;
    readonly periodMs?: number;
    readonly startMs: number;
    readonly endMs: number;
  },
) {
  return world.metric({
    accountId: '111122223333',
    region: 'us-east-1',
    namespace: 'AWS/ECS',
    stat: 'Average',
    periodMs: 5 * MINUTE,
    ...query,
  });
}

export function names(events: readonly Told[]): string[] {
  return events.map(({ detail }) => detail.eventName ?? detail.lastStatus ?? '');
}

export function ofType(events: readonly Told[], type: string): Told[] {
  return events.filter((event) => event['detail-type'] === type);
}
