import type { AccountConfig } from '../../src/domain/accounts.ts';
import type { Incident } from '../../src/domain/incident.ts';
import { FOLD_DEFAULTS } from '../../src/incidents/fold.ts';
import { GROUP_DEFAULTS } from '../../src/incidents/groups.ts';
import { type Incidents, type IncidentsOptions, makeIncidents } from '../../src/incidents/incidents.ts';
import type { WantedMessage } from '../../src/messaging/messenger.ts';
import { makeGroupStore } from '../../src/store/group-store.ts';
import { type IncidentStore, makeIncidentStore } from '../../src/store/incident-store.ts';
import type { Table } from '../../src/store/table.ts';
import { keepLog } from '../kept-log.ts';
import { makeMemoryTable } from '../store/memory-table.ts';
import { ACCOUNT, type RawEvent, understood } from './events.ts';

export const SLACK = { platform: 'slack', tenant: '-', channel: 'C1' } as const;
export const TEAMS = { platform: 'teams', tenant: '-', channel: '19:x' } as const;

export const PRODUCTION: AccountConfig = {
  name: 'production',
  id: ACCOUNT,
  regions: ['eu-west-1'],
  auth: { kind: 'default' },
  include: [],
  exclude: ['core/tmp-*'],
};

/** Incidents over a table in memory, with what they want to be sent. */
export interface IncidentWorld {
  readonly clock: { nowMs: number };
  readonly table: Table;
  readonly store: IncidentStore;
  readonly wanted: WantedMessage[];
  readonly logLines: readonly string[];
  readonly incidents: Incidents;
  /** Another process over the same table. */
  replica(change?: Partial<IncidentsOptions>): Incidents;
  /** Takes raw events in, one after the other, and lets their messages go out. */
  absorb(...events: readonly RawEvent[]): Promise<void>;
}

export function openWorld(change: Partial<IncidentsOptions> = {}): IncidentWorld {
  const clock = { nowMs: Date.parse('2026-11-20T09:00:30Z') };
  const now = () => clock.nowMs;
  const table = makeMemoryTable({ now });
  const store = makeIncidentStore(table, now);
  const wanted: WantedMessage[] = [];
  const kept = keepLog();
  const replica = (own: Partial<IncidentsOptions> = {}) =>
    makeIncidents({
      store,
      groups: makeGroupStore(table, now),
      groupSettings: GROUP_DEFAULTS,
      settings: FOLD_DEFAULTS,
      want: async (messages) => void wanted.push(...messages),
      destinations: async () => ({ now: [SLACK, TEAMS] }),
      accounts: () => [PRODUCTION],
      clock: { now },
      log: kept.log,
      ...change,
      ...own,
    });
  const incidents = replica();
  return {
    clock,
    table,
    store,
    wanted,
    logLines: kept.lines,
    incidents,
    replica,
    async absorb(...events) {
      for (const event of events) {
        const results = await incidents.absorb([understood(event)]);
        for (const result of results) if (!result.done) throw result.error;
      }
      await incidents.idle();
    },
  };
}

/** Of an incident what may not depend on the order in which its events came. */
export function settled({
  id: _id,
  number: _number,
  version: _version,
  toldIn: _toldIn,
  members,
  merged,
  ...rest
}: Incident) {
  const { resolved } = rest;
  return {
    ...rest,
    resolved: resolved && { ...resolved, how: resolved.how.replace(/#\d+/, '#') },
    facts: rest.facts.map(({ key: _key, ...fact }) => fact),
    isMerged: merged !== undefined,
    members: members?.map(({ target, count, isOver }) => `${target.service} ${count} ${isOver}`).toSorted(),
  };
}
