import type { World } from './world/model.ts';

/** The world is looked at least so often: a write to it may have made something due. */
const LONGEST_MS = 500;
const SHORTEST_MS = 20;

/** Moves a world along its clock and hands its events on, in order. */
export class Timeline {
  private readonly world: World;
  private readonly report: (error: unknown) => void;
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<void> = Promise.resolve();

  /** `putEvent` is awaited before the next event goes. What it or the world throws is reported, and it goes on. */
  constructor(world: World, putEvent: (event: object) => Promise<void>, report: (error: unknown) => void) {
    this.world = world;
    this.report = report;
    world.onEvent((event) => {
      this.sending = this.sending.then(() => putEvent(event)).catch(report);
    });
  }

  /** From now on the timeline's `+10s` count. Calling it again changes nothing. */
  start(): void {
    if (this.timer !== undefined) return;
    this.world.startTimeline?.(this.world.clock.now());
    this.step();
  }

  /** Resolves when every event so far was handed on. */
  settled(): Promise<void> {
    return this.sending;
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private step(): void {
    try {
      this.world.advance();
    } catch (error) {
      this.report(error);
    }
    const dueInMs = (this.world.nextDueMs() ?? Number.POSITIVE_INFINITY) - this.world.clock.now();
    this.timer = setTimeout(() => this.step(), Math.min(Math.max(dueInMs, SHORTEST_MS), LONGEST_MS));
  }
}
