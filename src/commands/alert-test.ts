import { type AlertTestHop, alertTestCard } from '../cards/alert-test-card.ts';
import { BadRequest, NotFound, sentenceFor, Throttled, Unreachable } from '../domain/errors.ts';
import type { Incident, IncidentTarget, Severity } from '../domain/incident.ts';
import type { Intent } from '../domain/intent.ts';
import { personKey } from '../domain/person.ts';
import type { Clock } from '../domain/time.ts';
import { rootKey } from '../incidents/messages.ts';
import { type TestPlace, testCluster, testEventBody } from '../incidents/test-event.ts';
import type { DeliveryState, ReadDeliveryState } from '../messaging/delivery-state.ts';
import { type Destination, destinationKey } from '../messaging/messenger.ts';
import { channelName } from '../messaging/routes.ts';
import type { Answer, Asking, Handler } from './command.ts';

export interface AlertTestDeps {
  /** Puts a body on the alert queue. @throws DeckhandError */
  readonly send: (body: string) => Promise<void>;
  readonly incidents: {
    ofService(target: IncidentTarget): Promise<Incident | undefined>;
    byId(id: string): Promise<Incident | undefined>;
  };
  /** Where an incident is told, by the routes of this moment. */
  readonly destinations: (
    target: IncidentTarget,
    severity: Severity,
  ) => Promise<{ readonly now: readonly Destination[]; readonly heldUntilMs?: number }>;
  readonly delivery: ReadDeliveryState;
  /** The accounts that a test may pretend to come from, by the names that people use; at least one. */
  readonly places: () => readonly {
    readonly account: string;
    readonly accountId?: string;
    readonly region: string;
  }[];
  /** That of the events. */
  readonly clock: Clock;
  /** The machine's, for how long things take. */
  readonly systemClock: Clock;
  readonly wait: (ms: number) => Promise<void>;
  /** A new unique id. */
  readonly mint: () => string;
}

/** One test a minute and person. */
const EVERY_MS = 60_000;
const POLL_MS = 250;
/** Together with what a read takes, an answer comes within half a minute. */
const LONGEST = { send: 3_000, stored: 8_000, posted: 9_000, resolved: 5_000 } as const;

/**
 * `alerts test`: a labelled event on the real path, from the queue to the channels and back to well. Reports each hop,
 * and where it failed what to do. `deps` is undefined where no alert queue is configured.
 */
export function makeAlertTest(deps: AlertTestDeps | undefined): Handler {
  const lastMs = new Map<string, number>();
  return async (intent, asking) => {
    if (deps === undefined) {
      throw new BadRequest(
        'There is no alert queue to test: set ALERT_QUEUE_URL to the queue that your EventBridge rule sends to, and start me again.',
      );
    }
    const place = placeFor(intent, deps);
    oneAMinute(lastMs, asking, deps.systemClock.now());
    return new Test(deps, place, asking).run();
  };
}

function oneAMinute(lastMs: Map<string, number>, { person }: Asking, nowMs: number): void {
  for (const [key, atMs] of lastMs) if (nowMs - atMs >= EVERY_MS) lastMs.delete(key);
  const key = personKey(person);
  const before = lastMs.get(key);
  if (before !== undefined) {
    const waitMs = EVERY_MS - (nowMs - before);
    const seconds = Math.max(1, Math.ceil(waitMs / 1000));
    throw new Throttled(`One test a minute is enough: please try again in ${seconds} s.`, {
      retryAfterMs: waitMs,
    });
  }
  lastMs.set(key, nowMs);
}

interface Place {
  readonly event: TestPlace;
  readonly target: IncidentTarget;
}

/** An account that is said counts, so that its routes can be tried. */
function placeFor(intent: Intent, deps: AlertTestDeps): (id: string) => Place {
  const fits = deps
    .places()
    .find(
      ({ account, region }) =>
        (intent.account ?? account) === account && (intent.region ?? region) === region,
    );
  if (fits === undefined)
    throw new NotFound('I watch no such account and region. `accounts list` shows which.');
  const { account, region, accountId = account } = fits;
  return (id) => {
    const cluster = testCluster(id);
    return { event: { accountId, region, cluster }, target: { account, region, cluster } };
  };
}

/** One test under way. */
class Test {
  readonly #deps: AlertTestDeps;
  readonly #place: Place;
  readonly #by: string;
  readonly #id: string;
  readonly #hops: AlertTestHop[] = [];
  #atMs = 0;

  constructor(deps: AlertTestDeps, placeOf: (id: string) => Place, { person }: Asking) {
    this.#deps = deps;
    this.#id = deps.mint();
    this.#place = placeOf(this.#id);
    this.#by = person.name;
  }

  async run(): Promise<Answer> {
    const incident = (await this.#sent('begins', 'Event on the queue')) ? await this.#stored() : undefined;
    if (incident !== undefined) {
      await this.#posted(incident);
      // Also where no channel took it: a test leaves nothing open behind.
      if (await this.#sent('ends', 'Second event on the queue')) await this.#resolved(incident);
    }
    const hops = this.#hops;
    const number = incident?.number;
    return {
      card: alertTestCard({ hops, ...(number === undefined ? {} : { number }) }),
      data: { hops, ...(number === undefined ? {} : { number }) },
      verdict: hops.every(({ state }) => state === 'ok') ? 'ok' : 'incomplete',
    };
  }

  async #sent(what: 'begins' | 'ends', name: string): Promise<boolean> {
    const { send, clock, systemClock, wait } = this.#deps;
    const startedMs = systemClock.now();
    this.#atMs = Math.max(clock.now(), this.#atMs + 1);
    const event = {
      place: this.#place.event,
      id: `${this.#id}-${what}`,
      atMs: this.#atMs,
      what,
      by: this.#by,
    };
    try {
      const tooLong = wait(LONGEST.send).then(() => {
        throw new Unreachable('The queue does not answer.');
      });
      await Promise.race([send(testEventBody(event)), tooLong]);
    } catch (error) {
      const { message } = sentenceFor(error);
      return this.#failed(
        name,
        `${message} Check ALERT_QUEUE_URL, and that I may call sqs:SendMessage on it.`,
      );
    }
    return this.#passed(name, startedMs);
  }

  async #stored(): Promise<Incident | undefined> {
    const name = 'Incident stored';
    const startedMs = this.#deps.systemClock.now();
    const found = await this.#until(LONGEST.stored, () => this.#deps.incidents.ofService(this.#place.target));
    if (found.value !== undefined) this.#passed(name, startedMs);
    else {
      this.#failed(
        name,
        `${found.why ?? `Nothing was taken from the queue within ${LONGEST.stored / 1000} s.`} The event stays in the queue: see that a bot runs that reads this queue, and what \`/ready\` and the log say.`,
      );
    }
    return found.value;
  }

  async #posted(incident: Incident): Promise<void> {
    const startedMs = this.#deps.systemClock.now();
    const planned = await this.#until(LONGEST.posted, () =>
      this.#deps.destinations(incident.target, incident.severity),
    );
    if (planned.value === undefined) {
      this.#failed('Message in a channel', planned.why ?? 'The routes cannot be read.');
      return;
    }
    const { now, heldUntilMs } = planned.value;
    if (heldUntilMs !== undefined) {
      const until = new Date(heldUntilMs).toISOString().slice(11, 16);
      this.#hops.push({
        name: 'Message held back',
        state: 'waiting',
        why: `Quiet hours or a mute hold it back until ${until} UTC. The incident itself is recorded.`,
      });
    } else if (now.length === 0) {
      this.#failed(
        'Message in a channel',
        'No channel hears of it: set SLACK_DEFAULT_CHANNEL or TEAMS_DEFAULT_CHANNEL, or add a route.',
      );
    }
    const names = new Map(now.map((dest) => [destinationKey(dest), `Message in ${channelName(dest)}`]));
    await Promise.all(now.map((dest) => this.#postedIn(dest, incident, startedMs)));
    // In the order of the routes, whichever was first.
    const order = [...names.values()];
    this.#hops.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  }

  async #postedIn(dest: Destination, { id }: Incident, startedMs: number): Promise<void> {
    const name = `Message in ${channelName(dest)}`;
    let last: DeliveryState = { state: 'unwanted' };
    const ended = await this.#until(LONGEST.posted, async () => {
      last = await this.#deps.delivery(dest, rootKey(id));
      return last.state === 'sent' || last.state === 'parked' ? last : undefined;
    });
    if (ended.value?.state === 'sent') this.#passed(name, startedMs);
    else this.#failed(name, ended.why ?? whyNotSent(last));
  }

  async #resolved({ id, number }: Incident): Promise<void> {
    const name = 'Incident resolved';
    const startedMs = this.#deps.systemClock.now();
    const ended = await this.#until(LONGEST.resolved, async () => {
      const incident = await this.#deps.incidents.byId(id);
      return incident?.state === 'resolved' ? incident : undefined;
    });
    if (ended.value !== undefined) this.#passed(name, startedMs);
    else
      this.#failed(
        name,
        `${ended.why ?? 'The second event has not been taken from the queue yet.'} It ends as soon as it is; \`resolve #${number}\` ends it at once.`,
      );
  }

  /** Looks until there is something; a look that fails is no answer, and the last failure says why there was none. */
  async #until<T>(
    longestMs: number,
    look: () => Promise<T | undefined>,
  ): Promise<{ readonly value: T | undefined; readonly why?: string }> {
    const { systemClock, wait } = this.#deps;
    const endMs = systemClock.now() + longestMs;
    for (;;) {
      let why: string | undefined;
      try {
        const value = await look();
        if (value !== undefined) return { value };
      } catch (error) {
        why = sentenceFor(error).message;
      }
      if (systemClock.now() >= endMs) return { value: undefined, ...(why === undefined ? {} : { why }) };
      await wait(POLL_MS);
    }
  }

  #passed(name: string, startedMs: number): true {
    this.#hops.push({ name, state: 'ok', ms: this.#deps.systemClock.now() - startedMs });
    return true;
  }

  #failed(name: string, why: string): false {
    this.#hops.push({ name, state: 'failed', why });
    return false;
  }
}

function whyNotSent(last: DeliveryState): string {
  const seconds = LONGEST.posted / 1000;
  const again = '`outbox list` shows what waits and why.';
  if (last.state === 'unwanted') return `It was not handed to the outbox within ${seconds} s. ${again}`;
  if (last.state === 'sent') return again;
  const why = last.why ?? `It was not sent within ${seconds} s.`;
  return last.state === 'parked' ? `${why} It was refused for good. ${again}` : `${why} ${again}`;
}
