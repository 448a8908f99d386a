import type { MissingPart } from '../domain/fleet.ts';
import { formatDuration } from '../domain/time.ts';
import type { Block, Card, ListItem, Tone } from './card.ts';
import { missingBlocks } from './missing-parts.ts';
import { plural } from './quantity.ts';

export interface AccountOverview {
  readonly account: string;
  readonly regions: readonly string[];
  readonly services: number;
  /** Of these, how many somebody watches. */
  readonly watched: number;
  /** Ages of the oldest part; undefined when nothing was read. */
  readonly inventoryAgeMs: number | undefined;
  readonly metricsAgeMs: number | undefined;
  /** In how many of its regions events keep the inventory true. */
  readonly listening: number;
  /** What regular reading costs a day as configured. */
  readonly dollarsPerDay: number;
  readonly missing: readonly MissingPart[];
}

export interface AccountsCardInput {
  readonly accounts: readonly AccountOverview[];
  readonly refreshMinutes: number;
  readonly unwatchedMinutes: number;
  readonly todayDollars: number;
  readonly budgetDollars: number | undefined;
  /** Reading is slowed, and why. */
  readonly notice: string | undefined;
}

/** `accounts list`: what is watched where, how old what is known of it is, what is missing, and what it costs. */
export function accountsCard(input: AccountsCardInput): Card {
  const { accounts, notice } = input;
  const services = accounts.reduce((sum, each) => sum + each.services, 0);
  const missing = accounts.flatMap((each) => each.missing);
  const title = `${plural(accounts.length, 'account')}, ${plural(services, 'service')}`;
  const budget = input.budgetDollars === undefined ? '' : ` of ${dollars(input.budgetDollars)}`;
  const pace = `Metrics of watched services are read every ${input.refreshMinutes} min, of the others every ${input.unwatchedMinutes} min`;
  return {
    title,
    tone: missing.length > 0 || notice !== undefined ? 'warning' : 'good',
    summary: `${title}${missing.length > 0 ? `, ${plural(missing.length, 'part')} could not be read` : ''}`,
    blocks: [
      { kind: 'list', items: accounts.map(item) },
      ...(notice === undefined ? [] : [{ kind: 'text' as const, text: notice }]),
      ...missingBlocks(missing),
      { kind: 'context', text: `${pace} · ${dollars(input.todayDollars)}${budget} spent today (UTC)` },
    ],
  };
}

function item(of: AccountOverview): ListItem {
  const where = `${of.regions.join(', ')} · ${plural(of.services, 'service')}, ${of.watched} watched`;
  const kept =
    of.listening === of.regions.length
      ? 'kept true by events'
      : of.listening === 0
        ? 'no events heard'
        : `events heard in ${of.listening} of ${plural(of.regions.length, 'region')}`;
  return {
    mark: of.missing.length > 0 ? 'warning' : 'good',
    text: [{ kind: 'bold', text: of.account }, ` ${where} · ${dollars(of.dollarsPerDay)} a day`],
    detail: `Inventory ${age(of.inventoryAgeMs)}, ${kept} · metrics ${age(of.metricsAgeMs)}`,
  };
}

function age(ageMs: number | undefined): string {
  return ageMs === undefined ? 'not read yet' : `at most ${formatDuration(ageMs)} old`;
}

function dollars(amount: number): string {
  return amount > 0 && amount < 0.01 ? 'under $0.01' : `$${amount.toFixed(2)}`;
}

export interface AccountTestResult {
  readonly account: string;
  readonly id: string | undefined;
  readonly credentials?: string;
  readonly actions: readonly {
    readonly region: string;
    readonly capability: string;
    readonly action: string;
    readonly outcome: 'allowed' | 'denied' | 'failed' | 'not_tried';
    readonly why?: string;
  }[];
}

/** `accounts test NAME`: which action is missing for what, in which region. */
export function accountTestCard(tests: readonly AccountTestResult[]): Card {
  const problems = tests.reduce((sum, each) => sum + problemsOf(each).length, 0);
  const names = tests.map((each) => each.account).join(', ');
  const title =
    problems === 0 ? `${names}: everything can be read` : `${names}: ${plural(problems, 'problem')}`;
  return {
    title,
    tone: problems === 0 ? 'good' : 'critical',
    summary: title,
    blocks: tests.flatMap(testBlocks),
  };
}

function testBlocks(test: AccountTestResult): Block[] {
  const identity = test.id === undefined ? 'its id is not known' : `account ${test.id}`;
  const problems = problemsOf(test);
  const tried = new Set(
    test.actions.filter((each) => each.outcome !== 'not_tried').map((each) => each.action),
  );
  const untried = test.actions.map((each) => each.action).filter((action) => !tried.has(action));
  const allowed = test.actions.filter((each) => each.outcome === 'allowed').length;
  return [
    { kind: 'heading', text: test.account },
    { kind: 'text', text: `Credentials: ${test.credentials ?? `they work (${identity})`}` },
    ...(problems.length > 0 ? [{ kind: 'list' as const, items: problems }] : []),
    {
      kind: 'context',
      text: `${plural(allowed, 'action')} allowed${untried.length === 0 ? '' : ` · not tried: ${[...new Set(untried)].join(', ')}`}`,
    },
  ];
}

function problemsOf(test: AccountTestResult): readonly ListItem[] {
  if (test.credentials !== undefined) return [{ mark: 'critical', text: test.credentials }];
  return test.actions
    .filter((each) => each.outcome === 'denied' || each.outcome === 'failed')
    .map(({ region, action, capability, outcome, why }) => ({
      mark: MARKS[outcome],
      text: [{ kind: 'code' as const, text: action }, ` in ${region}, needed for ${capability}`],
      detail: why ?? outcome,
    }));
}

const MARKS: Readonly<Record<AccountTestResult['actions'][number]['outcome'], Tone>> = {
  allowed: 'good',
  denied: 'critical',
  failed: 'warning',
  not_tried: 'unknown',
};
