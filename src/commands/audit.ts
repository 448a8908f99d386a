import type { Access } from '../access/access.ts';
import { type AuditDeed, auditCard, auditCsv, auditCsvCard } from '../cards/audit-card.ts';
import type { Collector } from '../collector/collector.ts';
import { BadRequest } from '../domain/errors.ts';
import { inScope, serviceKey } from '../domain/fleet.ts';
import type { Intent } from '../domain/intent.ts';
import { type Person, personKey } from '../domain/person.ts';
import type { Clock } from '../domain/time.ts';
import type { AuditEntry, AuditStore } from '../store/audit-store.ts';
import type { Asking, Handler } from './command.ts';
import { scopeOf } from './health.ts';

export interface AuditDeps {
  /** Undefined where nothing keeps an audit. */
  readonly store: AuditStore | undefined;
  readonly access: Access;
  readonly collector: Pick<Collector, 'inventory'>;
  readonly clock: Clock;
}

const DAY_MS = 24 * 3_600_000;
const DEFAULT_SINCE_MS = 7 * DAY_MS;
const MOST_DAYS = 400;
const READ_MOST = 1000;
const DEFAULT_LIMIT = 100;
/** What the button under an audit adds. */
const CSV = 'csv';

/** `audit [service|@user] [--since 7d] [--limit 100]`, and the same as CSV. */
export function makeAuditCommand(deps: AuditDeps): Handler {
  return async (intent, asking) => {
    const { store, clock } = deps;
    if (store === undefined)
      throw new BadRequest('There is no audit here: it is kept in the table of a running Deckhand.');
    await mayRead(deps, asking);
    const nowMs = clock.now();
    const sinceMs = nowMs - Math.min(intent.sinceMs ?? DEFAULT_SINCE_MS, MOST_DAYS * DAY_MS);
    const entries = (await entriesFor(deps, store, intent, sinceMs, nowMs, asking.person)).filter(
      ({ atMs }) => atMs >= sinceMs,
    );
    const all = deedsOf(entries);
    const deeds = all.slice(0, intent.limit ?? DEFAULT_LIMIT);
    const about = intent.user ?? intent.service ?? intent.cluster ?? intent.account ?? 'everything';
    const csv = auditCsv(deeds);
    const card =
      intent.text === CSV
        ? auditCsvCard(csv, about, deeds.length)
        : auditCard({
            deeds,
            about,
            sinceMs,
            isCut: all.length > deeds.length,
            csv: { ...intent, text: CSV },
          });
    return { card, data: { entries: deeds, csv }, verdict: 'ok' };
  };
}

/** Everybody may read it until somebody is granted it; then those alone and the administrators. */
async function mayRead({ access }: AuditDeps, { person, prefix }: Asking): Promise<void> {
  const isLimited = (await access.grants()).some(({ actions }) => actions.includes('audit'));
  if (isLimited) await access.require(person, { action: 'audit', target: {}, prefix });
}

async function entriesFor(
  { collector }: AuditDeps,
  store: AuditStore,
  intent: Intent,
  sinceMs: number,
  nowMs: number,
  asker: Person,
): Promise<readonly AuditEntry[]> {
  if (intent.user !== undefined) {
    const key = intent.user === 'me' ? personKey(asker) : keyOfUser(intent.user);
    if (key !== undefined) return store.ofPerson(key, READ_MOST);
    const named = intent.user.replace(/^@/, '').toLowerCase();
    const entries = await ofDays(store, sinceMs, nowMs);
    return entries.filter(({ name, who }) => `${name} ${who}`.toLowerCase().includes(named));
  }
  if (intent.service !== undefined) {
    const refs = (await collector.inventory()).filter((ref) => inScope(ref, scopeOf(intent)));
    const lists = await Promise.all(refs.map((ref) => store.ofService(serviceKey(ref), READ_MOST)));
    return lists.flat();
  }
  const { account, region, cluster } = intent;
  const entries = await ofDays(store, sinceMs, nowMs);
  const wanted = [account, region, cluster];
  return entries.filter(({ target }) => {
    const parts = target.split('/');
    return wanted.every((name, at) => name === undefined || parts[at] === name);
  });
}

async function ofDays(store: AuditStore, sinceMs: number, nowMs: number): Promise<readonly AuditEntry[]> {
  const found: AuditEntry[] = [];
  for (let atMs = nowMs; found.length < READ_MOST; atMs -= DAY_MS) {
    const day = new Date(atMs).toISOString().slice(0, 10);
    found.push(...(await store.ofDay(day, READ_MOST)));
    if (day <= new Date(sinceMs).toISOString().slice(0, 10)) break;
  }
  return found;
}

/** `U012AB3CD` (a mention in Slack), `slack:U…`, `teams:…`; undefined for a name. */
function keyOfUser(user: string): string | undefined {
  if (/^[UW][A-Z0-9]{7,}$/.test(user)) return `slack:${user}`;
  return /^(slack|teams|cli):[^\s:]+$/.test(user) ? user : undefined;
}

/** Intent and outcome of one write become one line. */
function deedsOf(entries: readonly AuditEntry[]): readonly AuditDeed[] {
  const byId = new Map<string, AuditEntry[]>();
  for (const entry of entries) byId.set(entry.id, [...(byId.get(entry.id) ?? []), entry]);
  return [...byId.values()]
    .map((parts): AuditDeed => {
      const sorted = parts.toSorted((a, b) => a.part - b.part);
      const { id: _id, part: _part, ...deed } = Object.assign({}, ...sorted) as AuditEntry;
      return { ...deed, atMs: sorted[0]?.atMs ?? deed.atMs };
    })
    .toSorted((a, b) => b.atMs - a.atMs);
}
