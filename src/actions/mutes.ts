import type { Access } from '../access/access.ts';
import type { Audit } from '../access/audit.ts';
import { requireNoted } from '../access/require-noted.ts';
import { mutedCard, mutedPlace, unmutedCard } from '../cards/mute-cards.ts';
import { typed } from '../cards/typed.ts';
import { type GrantTarget, grantCovers } from '../domain/access.ts';
import { BadRequest } from '../domain/errors.ts';
import type { Person } from '../domain/person.ts';
import type { Mute } from '../domain/route.ts';
import { type Clock, formatDuration } from '../domain/time.ts';
import type { MuteStore } from '../store/mute-store.ts';
import type { Performed } from './performed.ts';

/** Holds back what would be told about a place, for a while. Its own consent, with Undo. */
export interface MuteAction {
  readonly kind: 'mute';
  readonly place: GrantTarget;
  /** How long from now, or until when. */
  readonly end: { readonly forMs: number } | { readonly untilMs: number };
  readonly prefix: string;
}

/** Lets alerts about a place through again. */
export interface UnmuteAction {
  readonly kind: 'unmute';
  readonly place: GrantTarget;
  readonly prefix: string;
}

export interface MuteDeps {
  /** Undefined where nothing keeps mutes (the command line without a table). */
  readonly mutes: MuteStore | undefined;
  readonly access: Access;
  readonly audit: Audit;
  readonly clock: Clock;
}

/** Who forgets a mute for longer than this has changed a route. */
const LONGEST_MS = 30 * 86_400_000;

/** @throws Denied, BadRequest */
export async function mute(deps: MuteDeps, action: MuteAction, person: Person): Promise<Performed> {
  const { store, on } = await prepare(deps, action, person);
  const { clock, audit } = deps;
  const nowMs = clock.now();
  const untilMs = 'forMs' in action.end ? nowMs + action.end.forMs : action.end.untilMs;
  if (untilMs <= nowMs) throw new BadRequest('That moment is over already. Nothing changed.');
  if (untilMs - nowMs > LONGEST_MS) {
    throw new BadRequest(
      `A mute lasts at most ${formatDuration(LONGEST_MS)}. For longer, change the route. Nothing changed.`,
    );
  }
  const before = (await store.list()).find((each) => each.id === on && each.untilMs > nowMs);
  const { standing: _standing, ...by } = person;
  const next: Mute = { id: on, on, fromMs: before?.fromMs ?? nowMs, untilMs, by };
  await store.put(next);
  await audit.note({
    by: person,
    atMs: nowMs,
    action: 'mute',
    target: on,
    result: 'done',
    after: `until ${iso(untilMs)}`,
    ...(before === undefined ? {} : { before: `until ${iso(before.untilMs)}` }),
  });
  return { done: true, isPublic: true, card: mutedCard(next, { before, nowMs }) };
}

/** @throws Denied, BadRequest when the place is not muted, or only as part of a larger one. */
export async function unmute(deps: MuteDeps, action: UnmuteAction, person: Person): Promise<Performed> {
  const { store, on } = await prepare(deps, action, person);
  const { clock, audit } = deps;
  const nowMs = clock.now();
  const valid = (await store.list()).filter(({ untilMs }) => untilMs > nowMs);
  const found = valid.find((each) => each.id === on);
  if (found === undefined) throw new BadRequest(notMuted(action, on, valid));
  await store.remove(found.id);
  const line = { by: person, atMs: nowMs, action: 'unmute', target: on } as const;
  await audit.note({ ...line, result: 'done', before: `until ${iso(found.untilMs)}` });
  return { done: true, isPublic: true, card: unmutedCard(found) };
}

async function prepare(
  deps: MuteDeps,
  { kind, place, prefix }: MuteAction | UnmuteAction,
  person: Person,
): Promise<{ readonly store: MuteStore; readonly on: string }> {
  const { account, cluster, service } = place;
  if (account === undefined && cluster === undefined && service === undefined) {
    throw new BadRequest(
      `What? \`${typed(prefix, kind === 'mute' ? 'mute NAME 2h' : 'unmute NAME')}\` takes the name of a service, cluster or account. Nothing changed.`,
    );
  }
  const on = patternOf(place);
  // The command line speaks for whoever runs it on the machine, which holds the keys to the table itself.
  if (person.platform !== 'cli')
    await requireNoted(deps, person, { action: kind, target: place, prefix }, { action: kind, target: on });
  if (deps.mutes === undefined) throw new BadRequest('There are no mutes here. Nothing changed.');
  return { store: deps.mutes, on };
}

/** `production/shop/orders-api`; what was not said is `*`. */
export function patternOf({ account = '*', cluster = '*', service = '*' }: GrantTarget): string {
  return `${account}/${cluster}/${service}`;
}

function notMuted({ place, prefix }: UnmuteAction, on: string, mutes: readonly Mute[]): string {
  const larger = mutes.find((each) => grantCovers(each.on, place));
  const list = `\`${typed(prefix, 'mute list')}\` shows what is.`;
  if (larger === undefined) return `${mutedPlace(on)} is not muted. ${list} Nothing changed.`;
  return `${mutedPlace(on)} is not muted by itself, but ${mutedPlace(larger.on)} is, and it is part of that. ${list} Nothing changed.`;
}

function iso(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16)}Z`;
}
