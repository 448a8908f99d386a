import type { Severity } from './incident.ts';
import type { Person } from './person.ts';
import type { Weekday } from './zone-time.ts';

/** Which channel hears of what, when it is left in peace, and who is called when nobody takes an incident. */
export interface Route {
  /** Its name in `routes remove`; those of the configuration file are `file-1`, `file-2` … and stay there. */
  readonly id?: string;
  /** `account/cluster/service`, each part with `*` for anything; parts left out mean anything. */
  readonly match: string;
  /** Incidents of this severity and worse. */
  readonly severity: Severity;
  /** `slack:C012AB3CD` or `teams:<conversation id>`. */
  readonly to: string;
  /** Where to read what to do. */
  readonly runbook?: string;
  readonly quiet?: QuietHours;
  /** How long an incident stands untaken before the channel is reminded, again and again; 0: never. */
  readonly remindMinutes?: number;
  /** What happens while nobody takes an incident. Absent: as the settings say. Empty: nothing. */
  readonly escalate?: readonly EscalationStep[];
}

/** When a channel is left in peace. By the wall clock of the zone; a window may cross midnight. */
export interface QuietHours {
  /** `22:00` */
  readonly from: string;
  /** `07:00`; `24:00` is the end of the day. */
  readonly to: string;
  readonly zone: string;
  /** The days on which a window begins; absent: every day. */
  readonly days?: readonly Weekday[];
  /** This severity and worse are told all the same. */
  readonly letThrough: Severity | 'none';
}

/** One thing to do when nobody has taken an incident. */
export interface EscalationStep {
  readonly afterMinutes: number;
  /** Another channel that is told as well. */
  readonly to?: string;
  /** Who is called: `slack:U…`, `slack:S…` (a user group), `teams:<object id>`. */
  readonly mention?: readonly string[];
  /** The environment variable that holds the routing key of a PagerDuty service (Events API v2). */
  readonly pagerDuty?: { readonly keyEnv: string };
  /** Any other program; what it gets is signed with the secret in the environment variable `secretEnv`. */
  readonly webhook?: { readonly url: string; readonly secretEnv?: string };
}

/** Holds back what would be told about some place for a while; it is still recorded. */
export interface Mute {
  readonly id: string;
  /** `account/cluster/service`, each part with `*` for anything; parts left out mean anything. */
  readonly on: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly by: Person;
  readonly why?: string;
}

/** Work that is planned: a mute out of the configuration, once or again and again. */
export type Maintenance = {
  readonly match: string;
  readonly why?: string;
} & (
  | { readonly fromMs: number; readonly untilMs: number }
  | {
      /** `02:00` */
      readonly at: string;
      readonly minutes: number;
      readonly zone: string;
      /** Absent: every day. */
      readonly days?: readonly Weekday[];
    }
);

/** What holds where a route says nothing else. */
export interface ReminderSettings {
  readonly remindMinutes: number;
  readonly escalateMinutes: number;
  /** Reminders of one incident. */
  readonly atMost: number;
  /** Incidents of this severity and worse are reminded of and escalated. */
  readonly severity: Severity;
}

export const REMINDER_DEFAULTS: ReminderSettings = {
  remindMinutes: 10,
  escalateMinutes: 20,
  atMost: 3,
  severity: 'high',
};
