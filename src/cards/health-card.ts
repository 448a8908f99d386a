import type { Health, MissingPart, Scope, ServiceRef } from '../domain/fleet.ts';
import type { Intent } from '../domain/intent.ts';
import { formatDuration } from '../domain/time.ts';
import type { Block, Button, Card, ListItem, Tone } from './card.ts';
import { missingBlocks } from './missing-parts.ts';
import { intentAbout, placeOf } from './place.ts';
import { plural } from './quantity.ts';
import { typed } from './typed.ts';

export interface HealthLine {
  readonly ref: ServiceRef;
  readonly health: Health;
  /** Plain sentences, the weightiest first. */
  readonly reasons: readonly string[];
  readonly running: number;
  readonly desired: number;
  readonly dataAgeMs: number;
}

export interface HealthCardInput {
  /** What was asked about: `all accounts`, `cluster prod-core`, `checkout-api`. */
  readonly scopeLabel: string;
  /** The same for the buttons, so that "show all critical" stays within it. */
  readonly scope?: Scope;
  /** Over the whole scope, whatever `services` holds. */
  readonly counts: Readonly<Record<Health, number>>;
  /** In any order. */
  readonly services: readonly HealthLine[];
  readonly missing: readonly MissingPart[];
  /** `--only`: `services` holds this health alone. */
  readonly only?: Health;
  /** How the reader addresses Deckhand: `/ecs`, `@Deckhand`. */
  readonly command: string;
  /** Something about reading that explains the data's age: a budget that slows it. */
  readonly notice?: string;
}

/** How the services in a scope are: the counts, the worst with their reasons, how old the data is, what is missing. */
export function healthCard(input: HealthCardInput): Card {
  const total = HEALTH_ORDER.reduce((sum, health) => sum + input.counts[health], 0);
  if (total === 0) return nothingWatched(input);
  const listed = worthListing(input);
  const shown = listed.slice(0, input.only ? SHOWN_OF_ONE_KIND : SHOWN);
  return {
    title: title(input, total),
    tone: tone(input),
    summary: summary(input, total, listed),
    blocks: [
      ...(total > 1 ? [{ kind: 'text' as const, text: countsLine(input.counts) }] : []),
      ...(shown.length > 0 ? [{ kind: 'list' as const, items: shown.map(healthItem) }] : []),
      ...remainder(input, listed.slice(shown.length)),
      ...missingBlocks(input.missing),
      ...smallPrint(input.services),
      ...(input.notice === undefined ? [] : [{ kind: 'context' as const, text: input.notice }]),
      ...buttons(input, listed, shown.length),
    ],
  };
}

const HEALTH_ORDER: readonly Health[] = ['critical', 'warning', 'unknown', 'good'];
const SHOWN = 12;
const SHOWN_OF_ONE_KIND = 50;
/** So few services are all shown, the good ones too. */
const FEW = 3;

function worthListing({ services, only }: HealthCardInput): readonly HealthLine[] {
  const all = only !== undefined || services.length <= FEW;
  return services
    .filter((line) => all || line.health !== 'good')
    .toSorted(
      (a, b) =>
        HEALTH_ORDER.indexOf(a.health) - HEALTH_ORDER.indexOf(b.health) ||
        a.ref.service.localeCompare(b.ref.service) ||
        placeOf(a.ref).localeCompare(placeOf(b.ref)),
    );
}

function title({ counts, scopeLabel, services, only }: HealthCardInput, total: number): string {
  const first = services[0];
  if (total === 1 && first) return `${first.ref.service} is ${HEALTH_WORD[first.health]}`;
  if (only && counts[only] === 0) return `No service is ${HEALTH_WORD[only]}: ${scopeLabel}`;
  if (only) return `${counts[only]} ${only} of ${plural(total, 'service')}: ${scopeLabel}`;
  if (counts.good === total) return `All ${total} services are good: ${scopeLabel}`;
  const troubled = counts.critical + counts.warning;
  if (troubled === 0) return `${plural(counts.unknown, 'service')} without data: ${scopeLabel}`;
  return `${troubled} of ${plural(total, 'service')} ${troubled === 1 ? 'needs' : 'need'} attention: ${scopeLabel}`;
}

function tone({ counts, missing, only }: HealthCardInput): Tone {
  if (only) return counts[only] === 0 ? 'info' : only;
  const worst = HEALTH_ORDER.find((health) => counts[health] > 0) ?? 'unknown';
  return worst === 'good' && missing.length > 0 ? 'unknown' : worst;
}

function summary(input: HealthCardInput, total: number, listed: readonly HealthLine[]): string {
  const worst = listed[0];
  const first = `${input.scopeLabel}: ${countsLine(input.counts)} of ${plural(total, 'service')}.`;
  const missing =
    input.missing.length > 0 ? ` ${plural(input.missing.length, 'part')} could not be read.` : '';
  if (!worst || worst.health === 'good') return first + missing;
  const reason = worst.reasons[0] ? `, ${worst.reasons[0]}` : '';
  return `${first} Worst: ${worst.ref.service} is ${HEALTH_WORD[worst.health]}${reason}.${missing}`;
}

function countsLine(counts: HealthCardInput['counts']): string {
  return HEALTH_ORDER.filter((health) => counts[health] > 0)
    .map((health) => `${counts[health]} ${health}`)
    .join(' · ');
}

function healthItem({ ref, health, reasons, running, desired }: HealthLine): ListItem {
  const why = reasons.length > 0 ? reasons.join('; ') : NO_REASON[health];
  return {
    mark: health,
    text: [{ kind: 'bold', text: ref.service }, ` ${health === 'unknown' ? 'no data' : health}: ${why}`],
    detail: `${running} of ${desired} running · ${placeOf(ref)}`,
  };
}

function remainder(input: HealthCardInput, hidden: readonly HealthLine[]): Block[] {
  if (hidden.length === 0) return [];
  const narrow = input.only ? `; name a cluster to see fewer: ${typed(input.command, 'health CLUSTER')}` : '';
  return [{ kind: 'context', text: `and ${hidden.length} more (${kindsOf(hidden)})${narrow}` }];
}

function kindsOf(lines: readonly HealthLine[]): string {
  return HEALTH_ORDER.map((health) => ({
    health,
    count: lines.filter((line) => line.health === health).length,
  }))
    .filter(({ count }) => count > 0)
    .map(({ health, count }) => `${count} ${health}`)
    .join(', ');
}

function smallPrint(services: readonly HealthLine[]): Block[] {
  if (services.length === 0) return [];
  const places = [...new Set(services.map(({ ref }) => `${ref.account} ${ref.region}`))].toSorted();
  const oldest = Math.max(...services.map(({ dataAgeMs }) => dataAgeMs));
  const shownPlaces = places.length > MANY_PLACES ? `${places.length} account regions` : places.join(', ');
  return [{ kind: 'context', text: `Data up to ${formatDuration(oldest)} old · ${shownPlaces}` }];
}

const MANY_PLACES = 6;

function buttons(input: HealthCardInput, listed: readonly HealthLine[], shown: number): Block[] {
  const worst = listed[0];
  const details: Button[] =
    worst && worst.health !== 'good'
      ? [press(`Details: ${worst.ref.service}`, intentAbout('service', worst.ref))]
      : [];
  const rest = input.only
    ? []
    : HEALTH_ORDER.filter((health) => listed.slice(shown).some((line) => line.health === health)).map(
        (health) =>
          press(`All ${input.counts[health]} ${health}`, { command: 'health', ...input.scope, only: health }),
      );
  const all = [...rest, ...details];
  return all.length === 0 ? [] : [{ kind: 'actions', buttons: all }];
}

function press(label: string, intent: Intent): Button {
  return { kind: 'press', label, payload: { do: 'run', intent } };
}

function nothingWatched(input: HealthCardInput): Card {
  const blocked = input.missing.length > 0;
  const heading = blocked
    ? `Nothing could be read: ${input.scopeLabel}`
    : `No services are watched: ${input.scopeLabel}`;
  const refused = input.missing.some(({ kind }) => kind === 'denied');
  const todo = blocked
    ? `What was refused or failed is below. ${refused ? 'Give the role that right, then ask again.' : 'Ask again in a moment; I try anew each time.'}`
    : `Check that the account and its regions are configured and that no exclude pattern hides them; ${typed(input.command, 'accounts list')} shows what is watched.`;
  return {
    title: heading,
    tone: 'unknown',
    summary: `${heading}.`,
    blocks: [{ kind: 'text', text: todo }, ...missingBlocks(input.missing)],
  };
}

const HEALTH_WORD: Readonly<Record<Health, string>> = {
  good: 'good',
  warning: 'in warning',
  critical: 'critical',
  unknown: 'unknown',
};
const NO_REASON: Readonly<Record<Health, string>> = {
  good: 'nothing stands out',
  warning: 'no reason given',
  critical: 'no reason given',
  unknown: 'no reason given',
};
