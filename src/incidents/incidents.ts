import type { AccountConfig } from '../domain/accounts.ts';
import type { Deed, DeedOutcome, Findings, Incident, IncidentTarget } from '../domain/incident.ts';
import type { EventEntry, LogEntry } from '../domain/incident-log.ts';
import type { Person } from '../domain/person.ts';
import { parseDestination, type WantedMessage } from '../messaging/messenger.ts';
import type { GroupStore } from '../store/group-store.ts';
import type { Log } from '../telemetry/log.ts';
import { deedEntry, judgeDeed } from './deeds.ts';
import { entryOf } from './entry.ts';
import { GROUP_DEFAULTS, type GroupSettings, type Groups, makeGroups, memberOf } from './groups.ts';
import type { IncidentEvent } from './incident-event.ts';
import { isToBeLookedAt, type Looks, makeLooks } from './looks.ts';
import { wantedMessages } from './messages.ts';
import { type IncidentReader, makeReader } from './reader.ts';
import { addEntries, episodeNumbered, incidentNumbered, incidentsOf, type Told, tell } from './record.ts';
import { numberOfIncident, slotOf } from './slot-name.ts';
import { makeSlots, type SlotOptions, type Slots, type Written } from './slots.ts';
import { type FindPlace, targetOf } from './target.ts';

export type { IncidentReader } from './reader.ts';

export interface IncidentsOptions extends SlotOptions {
  readonly groups: GroupStore;
  readonly groupSettings?: GroupSettings;
  /** Asked anew for each event: an account's id may be learnt late. */
  readonly accounts: () => readonly AccountConfig[];
  /** The service that an event means, where it does not name it whole. */
  readonly findPlace?: FindPlace;
  /** Undefined where another process sends: what changes stays marked, and its sweep finds it. */
  readonly want: ((messages: readonly WantedMessage[]) => Promise<void>) | undefined;
  /** What a look at AWS adds; may be slow, may fail. */
  readonly enrich?: (incident: Incident) => Promise<Findings | undefined>;
  /** Failures that became durable, for the metric. */
  readonly onFailures?: (failures: readonly (IncidentTarget & { readonly atMs: number })[]) => void;
  readonly log: Log;
}

/** What became of an event. */
export type Absorbed = { readonly done: true } | { readonly done: false; readonly error: unknown };

export interface Acted {
  readonly outcome: DeedOutcome;
  /** As it is now. */
  readonly incident?: Incident;
  /** As it was before, for what takes the deed back. */
  readonly before?: Incident;
}

export interface Incidents extends IncidentReader {
  /**
   * Takes events in, each service's with one write. What is done when it resolves is durable, and its messages go
   * out even if this process ends now; what is not must be delivered again.
   */
  absorb(events: readonly IncidentEvent[]): Promise<readonly Absorbed[]>;
  /** Does what a person wants with an incident; with a merged one to the incident that tells its story. */
  act(id: string, deed: Deed, person: Person): Promise<Acted>;
  /** Hands on whatever was stored but not handed on, after a crash. */
  sweep(): Promise<void>;
  /** Looks after what is open: tells what was held back and no longer is, and looks at the service once more. */
  attend(): Promise<void>;
  /** Brings messages up to date whose counts alone have changed; to be run every second. */
  refresh(): Promise<void>;
  /** Resolves when nothing is under way here. */
  idle(): Promise<void>;
}

const SWEPT = 200;
const OPEN = 1000;

/** Incidents over the store. */
export function makeIncidents(options: IncidentsOptions): Incidents {
  return new StoredIncidents(options);
}

class StoredIncidents implements Incidents {
  readonly #o: IncidentsOptions;
  readonly #slots: Slots;
  readonly #groups: Groups;
  readonly #reader: IncidentReader;
  /** The latest of what was written and not handed on, by slot. */
  readonly #waiting = new Map<string, Written>();
  readonly #running = new Set<Promise<void>>();
  readonly #looks: Looks;

  constructor(options: IncidentsOptions) {
    this.#o = options;
    this.#slots = makeSlots(options);
    this.#reader = makeReader({ ...options, slots: this.#slots });
    this.#groups = makeGroups({
      store: options.groups,
      slots: this.#slots,
      settings: options.groupSettings ?? GROUP_DEFAULTS,
      onWritten: (written) => this.#handOn(written),
    });
    this.#looks = makeLooks({
      ...options,
      slots: this.#slots,
      onWritten: (written) => void this.#waiting.set(written.slot, written),
    });
  }

  byId: IncidentReader['byId'] = (id) => this.#reader.byId(id);
  byNumber: IncidentReader['byNumber'] = (number) => this.#reader.byNumber(number);
  ofService: IncidentReader['ofService'] = (target) => this.#reader.ofService(target);
  open: IncidentReader['open'] = () => this.#reader.open();
  recentlyClosed: IncidentReader['recentlyClosed'] = () => this.#reader.recentlyClosed();

  async absorb(events: readonly IncidentEvent[]): Promise<readonly Absorbed[]> {
    const bySlot = new Map<string, { readonly target: IncidentTarget; readonly entries: EventEntry[] }>();
    const slots = events.map((event) => {
      const target = targetOf(event, this.#o.accounts(), this.#o.findPlace);
      const entry = target && entryOf(event, this.#o.clock.now());
      if (target === undefined || entry === undefined) return undefined;
      const slot = slotOf(target);
      const known = bySlot.get(slot) ?? { target, entries: [] };
      known.entries.push(entry);
      bySlot.set(slot, known);
      return slot;
    });
    const results = new Map<string, Absorbed>();
    await Promise.all(
      [...bySlot].map(async ([slot, { target, entries }]) => {
        results.set(slot, await this.#absorbInto(target, entries));
      }),
    );
    return slots.map((slot) => (slot === undefined ? undefined : results.get(slot)) ?? { done: true });
  }

  async #absorbInto(target: IncidentTarget, entries: readonly EventEntry[]): Promise<Absorbed> {
    const { settings, onFailures } = this.#o;
    let added: readonly LogEntry[] = [];
    try {
      const written = await this.#slots.update(
        target,
        (told, gone) => {
          const result = addEntries(
            told,
            gone.size === 0 ? entries : entries.filter(({ key }) => !gone.has(key)),
            settings,
          );
          added = result?.added ?? [];
          return result?.told;
        },
        Math.min(...entries.map(({ atMs }) => atMs)),
      );
      if (written === undefined) return { done: true };
      const failures = added.filter(isFailure).map(({ atMs }) => ({ ...target, atMs }));
      if (failures.length > 0) onFailures?.(failures);
      this.#handOn(written);
      return { done: true };
    } catch (error) {
      return { done: false, error };
    }
  }

  async act(id: string, deed: Deed, person: Person): Promise<Acted> {
    const found = await this.#reader.byId(id);
    if (found === undefined) return { outcome: 'gone' };
    // What another incident tells is decided there.
    if (found.merged !== undefined && deed.kind !== 'note') return this.act(found.merged.into, deed, person);
    const number = numberOfIncident(id);
    let outcome: DeedOutcome = 'gone';
    let before: Incident | undefined;
    const written = await this.#slots.update(found.target, (told) => {
      const episode = episodeNumbered(told, number);
      before = incidentNumbered(told, number);
      outcome = episode === undefined || before === undefined ? 'gone' : judgeDeed(before, deed, person);
      if (outcome !== 'done') return undefined;
      const entry = deedEntry(told.record.log, number, { deed, person, nowMs: this.#o.clock.now() });
      return addEntries(told, [entry], this.#o.settings)?.told;
    });
    if (written !== undefined) this.#handOn(written);
    // Too old for its slot: it stands in the archive alone, and nothing can be done about it.
    if (outcome === 'gone') return { outcome: 'resolved', incident: found };
    const now = written === undefined ? before : incidentNumbered(written.told, number);
    return {
      outcome,
      ...(now === undefined ? {} : { incident: now }),
      ...(before === undefined ? {} : { before }),
    };
  }

  async sweep(): Promise<void> {
    const { store, settings, log } = this.#o;
    for (const { value, version } of await store.dirty(SWEPT)) {
      const told = tell(value, settings);
      // One that cannot be handed on must not keep the others waiting.
      await this.#derive({ slot: slotOf(value.target), version, told }).catch((error: unknown) => {
        log.warn(
          { err: error, slot: slotOf(value.target) },
          'an incident could not be handed on; it is tried again',
        );
      });
    }
    await this.#groups.sweep();
  }

  async attend(): Promise<void> {
    const { store, settings } = this.#o;
    for (const { value } of await store.open(OPEN)) {
      const written = await this.#slots.replan(value);
      if (written !== undefined) this.#handOn(written);
      for (const incident of incidentsOf(tell(value, settings))) {
        if (isToBeLookedAt(incident, this.#o.clock.now())) this.#look(incident);
      }
    }
  }

  async refresh(): Promise<void> {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    await Promise.all(waiting.map((written) => this.#tracked(written)));
  }

  async idle(): Promise<void> {
    while (this.#running.size > 0 || this.#waiting.size > 0) {
      await this.refresh();
      await Promise.all(this.#running);
    }
  }

  /** Never awaited by the queue: the record is durable and marked, so a sweep finds what a crash leaves. */
  #handOn(written: Written): void {
    if (incidentsOf(written.told).length === 0) return;
    if (!written.isUrgent) {
      this.#waiting.set(written.slot, written);
      return;
    }
    this.#waiting.delete(written.slot);
    void this.#tracked(written);
    for (const incident of written.news) this.#look(incident);
  }

  #look(incident: Incident): void {
    void this.#track(this.#looks.look(incident));
  }

  #tracked(written: Written): Promise<void> {
    return this.#track(
      this.#derive(written).catch((error: unknown) => {
        this.#o.log.warn(
          { err: error, slot: written.slot },
          'an incident could not be handed on; it is tried again',
        );
      }),
    );
  }

  #track(work: Promise<void>): Promise<void> {
    const tracked = work.finally(() => this.#running.delete(tracked));
    this.#running.add(tracked);
    return tracked;
  }

  async #derive({ slot, version, told }: Pick<Written, 'slot' | 'version' | 'told'>): Promise<void> {
    const { want, store, clock } = this.#o;
    if (want === undefined) return;
    for (const incident of incidentsOf(told)) {
      const destinations = (incident.toldIn ?? []).flatMap((key) => parseDestination(key) ?? []);
      await want(wantedMessages(incident, destinations, clock.now()));
      if (incident.state === 'resolved') await store.archive(incident);
      await this.#joinGroup(told, incident, version);
    }
    await store.markDerived(slot, version);
  }

  /** It belongs where its first shared cause is; one that was taken for the first before must be left. */
  async #joinGroup(told: Told, incident: Incident, version: number): Promise<void> {
    const episode = episodeNumbered(told, incident.number);
    if (episode === undefined || incident.isTest || incident.target.service === undefined) return;
    const member = memberOf(incident, episode, version);
    // All must be left by an incident that turned out to be part of an earlier one of its service.
    const isOwn = episode.numbers[0] === incident.number;
    for (const [at, { key, atMs }] of episode.shared.entries()) {
      const here = { ...member, atMs };
      await this.#groups.join(key, at === 0 && isOwn ? here : { ...here, hasLeft: true });
    }
  }
}

/** Nobody's own alarms on the metric may ring because of a test. */
function isFailure(entry: LogEntry): boolean {
  return 'what' in entry && entry.what.effect === 'failure' && entry.what.isTest === undefined;
}
