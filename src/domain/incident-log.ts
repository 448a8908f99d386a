import type {
  Findings,
  GroupMember,
  IncidentFact,
  IncidentTarget,
  Severity,
  WaitingHook,
} from './incident.ts';
import type { Person } from './person.ts';

/**
 * What happened to one service, as a set: adding an entry twice or in another order gives the same set. Incidents
 * are computed from it.
 */
export type LogEntry = EventEntry | DeedEntry;

/** What an event says, without when: many events of a storm share one. */
export interface Happening {
  /** The same for two that say the same to the letter. */
  readonly id: string;
  readonly name: string;
  /**
   * `failure` begins or worsens an incident, `recovery` ends it, `stop` is a task that failed (several in a short
   * time begin one), `context` is told within one.
   */
  readonly effect: 'failure' | 'recovery' | 'stop' | 'context';
  readonly title: string;
  readonly severity: Severity;
  /** AWS's own words. Untrusted. */
  readonly reason?: string;
  /** What is told in the thread. */
  readonly text: string;
  readonly detail?: string;
  readonly kind: IncidentFact['kind'];
  /** Two happenings with one signature are the same fact, told once. */
  readonly signature: string;
  /** Names a cause that several services can share; absent where it says nothing about others. */
  readonly shared?: string;
  /** What ends by itself: an alarm's name, a hook's id. */
  readonly subject?: string;
  readonly ends?: true;
  readonly hook?: WaitingHook;
  /** The trouble began then, before anybody could know. */
  readonly sinceMs?: number;
  readonly isTest?: true;
}

export interface EventEntry {
  /** The event's fingerprint. */
  readonly key: string;
  readonly atMs: number;
  /** Of two entries with one key the higher version counts. */
  readonly version?: number;
  /** The task that a `stop` is about. */
  readonly task?: string;
  readonly what: Happening;
}

/** Something that a person did to the incident with this number. */
export interface DeedEntry {
  readonly key: string;
  readonly atMs: number;
  readonly deed: 'ack' | 'release' | 'assign' | 'note' | 'resolve' | 'reopen';
  readonly incident: number;
  readonly by: Person;
  /** Who has it after `assign`. */
  readonly to?: Person;
  readonly text?: string;
}

/** An incident's number and what is known about it besides its events. */
export interface Numbered {
  readonly number: number;
  /** The key of the entry that opened it when it got its number. */
  readonly anchor: string;
  /** The record's version at its last visible change. */
  readonly rev: number;
  /** Destination keys in which it has been told: what stands there is edited until the end. */
  readonly told: readonly string[];
  /** Nothing is told before this moment, because of quiet hours or a mute. */
  readonly heldUntilMs?: number;
  /** Somebody muted its place, or it is planned work, until then. */
  readonly mutedUntilMs?: number;
  /** Where its route says to read what to do. */
  readonly runbookUrl?: string;
  readonly findings?: Findings;
  /** The group it belongs to, and the incident that tells the story of all. */
  readonly group?: { readonly key: string; readonly leader: string; readonly leaderNumber: number };
  /** All services of the group; only where this incident is the leader. */
  readonly members?: readonly GroupMember[];
}

/** One stretch of trouble of a service: what an incident is made of. */
export interface Episode {
  /** The keys of entries that could be its anchor: the opening one first. */
  readonly opening: string;
  readonly numbers: readonly number[];
  readonly cause: string;
  readonly title: string;
  readonly severity: Severity;
  readonly reason?: string;
  readonly openedAtMs: number;
  readonly sinceMs?: number;
  readonly lastSeenAtMs: number;
  readonly count: number;
  /** Rises with each reopening; a fact may be told anew in each. */
  readonly phase: number;
  /** What has not ended: subjects, and `''` for the service itself. */
  readonly outstanding: readonly Outstanding[];
  readonly facts: readonly IncidentFact[];
  readonly acknowledged?: { readonly by: Person; readonly atMs: number; readonly assignedBy?: Person };
  readonly resolved?: { readonly atMs: number; readonly how: string; readonly by?: Person };
  /** When the present phase began, if it is not the first. */
  readonly reopenedAtMs?: number;
  readonly hook?: WaitingHook;
  /** Shared causes with the moment each was first seen. */
  readonly shared: readonly { readonly key: string; readonly atMs: number }[];
  readonly isTest?: true;
}

export interface Outstanding {
  readonly subject: string;
  readonly cause: string;
  readonly title: string;
  readonly severity: Severity;
  readonly reason?: string;
}

/** What the entries up to a moment come to. */
export interface LogState {
  /** Oldest first. */
  readonly episodes: readonly Episode[];
  /** Failing stops and context that a following failure may need. */
  readonly recent: readonly EventEntry[];
}

/** Everything kept about one service: the set, and what is no part of it. */
export interface IncidentRecord {
  readonly target: IncidentTarget;
  /** Sorted by time. */
  readonly log: readonly LogEntry[];
  /** What older entries came to; they are no longer in the log. */
  readonly base?: { readonly untilMs: number; readonly state: LogState };
  readonly numbered: readonly Numbered[];
}
