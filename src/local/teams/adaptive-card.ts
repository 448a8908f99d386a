import { isObject, type JsonObject, objectsOf } from '../json.ts';

/** Teams shows cards up to this version: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference */
const MAX_VERSION = 1.5;
/** Primary actions of one card or action set (the same page). */
const MAX_PRIMARY_ACTIONS = 6;

/**
 * What is wrong with an Adaptive Card, each with its place; empty when Teams would show it. An element that is not
 * known is fine where it has a `fallback`, as https://learn.microsoft.com/adaptive-cards/schema-explorer says.
 */
export function checkAdaptiveCard(card: unknown): readonly string[] {
  const problems: string[] = [];
  if (!isObject(card) || card.type !== 'AdaptiveCard') return ['the card is not of type AdaptiveCard'];
  const version = Number(card.version);
  if (typeof card.version !== 'string' || !Number.isFinite(version)) problems.push('version is missing');
  else if (version > MAX_VERSION)
    problems.push(`version ${card.version} is not supported; at most ${MAX_VERSION}`);
  checkMembers(card, 'card', CARD_MEMBERS, problems);
  return problems;
}

/** Which members of an element must be there, and which hold further elements. */
interface ElementRule {
  readonly needs?: readonly string[];
  /** Members that hold a list of elements, or one. */
  readonly holds?: Readonly<
    Record<string, 'elements' | 'actions' | 'action' | 'columns' | 'rows' | 'cells' | 'card'>
  >;
  /** Shown by newer clients only: it must say what the others show. */
  readonly needsFallback?: true;
}

const CARD_MEMBERS: ElementRule = { holds: { body: 'elements', actions: 'actions', selectAction: 'action' } };
const CHART: ElementRule = { needs: ['data'], needsFallback: true };
const INPUT: ElementRule = { needs: ['id'] };

/** https://learn.microsoft.com/adaptive-cards/schema-explorer; then what Teams adds to version 1.5. */
const ELEMENTS: Readonly<Record<string, ElementRule>> = {
  TextBlock: { needs: ['text'] },
  RichTextBlock: { needs: ['inlines'] },
  Image: { needs: ['url'], holds: { selectAction: 'action' } },
  Media: { needs: ['sources'] },
  Container: { needs: ['items'], holds: { items: 'elements', selectAction: 'action' } },
  ColumnSet: { holds: { columns: 'columns', selectAction: 'action' } },
  FactSet: { needs: ['facts'] },
  ImageSet: { needs: ['images'], holds: { images: 'elements' } },
  ActionSet: { needs: ['actions'], holds: { actions: 'actions' } },
  Table: { holds: { rows: 'rows' } },
  'Input.Text': INPUT,
  'Input.Number': INPUT,
  'Input.Date': INPUT,
  'Input.Time': INPUT,
  'Input.Toggle': { needs: ['id', 'title'] },
  'Input.ChoiceSet': INPUT,
  'Input.Rating': INPUT,
  Badge: {},
  Carousel: { needs: ['pages'] },
  CodeBlock: { needs: ['codeSnippet'] },
  CompoundButton: {},
  Component: { needs: ['name'] },
  Icon: { needs: ['name'] },
  ProgressBar: {},
  ProgressRing: {},
  Rating: {},
  'Chart.Line': CHART,
  'Chart.Donut': CHART,
  'Chart.Pie': CHART,
  'Chart.VerticalBar': CHART,
  'Chart.VerticalBar.Grouped': CHART,
  'Chart.HorizontalBar': CHART,
  'Chart.HorizontalBar.Stacked': CHART,
  'Chart.Gauge': { needsFallback: true },
};

const ACTIONS: Readonly<Record<string, ElementRule>> = {
  'Action.OpenUrl': { needs: ['url'] },
  'Action.Submit': {},
  'Action.Execute': {},
  'Action.ShowCard': { needs: ['card'], holds: { card: 'card' } },
  'Action.ToggleVisibility': { needs: ['targetElements'] },
};

const COLUMN: ElementRule = { holds: { items: 'elements', selectAction: 'action' } };
const ROW: ElementRule = { needs: ['cells'], holds: { cells: 'cells' } };
const CELL: ElementRule = { needs: ['items'], holds: { items: 'elements' } };

function checkMembers(element: JsonObject, at: string, rule: ElementRule, problems: string[]): void {
  for (const name of rule.needs ?? []) {
    if (element[name] === undefined) problems.push(`${at}: ${name} is missing`);
  }
  for (const [name, kind] of Object.entries(rule.holds ?? {})) {
    const held = element[name];
    if (held === undefined) continue;
    const place = `${at}.${name}`;
    if (kind === 'action') checkKnown(held, place, ACTIONS, problems);
    else if (kind === 'card') checkShowCard(held, place, problems);
    else if (!Array.isArray(held)) problems.push(`${place}: must be a list`);
    else checkList(held, place, kind, problems);
  }
}

function checkList(
  held: readonly unknown[],
  place: string,
  kind: 'elements' | 'actions' | 'columns' | 'rows' | 'cells',
  problems: string[],
): void {
  if (kind === 'actions') checkPrimaryActions(held, place, problems);
  for (const [index, each] of held.entries()) {
    const at = `${place}[${index}]`;
    if (kind === 'elements') checkKnown(each, at, ELEMENTS, problems);
    else if (kind === 'actions') checkKnown(each, at, ACTIONS, problems);
    else if (!isObject(each)) problems.push(`${at}: must be an object`);
    else checkMembers(each, at, kind === 'columns' ? COLUMN : kind === 'rows' ? ROW : CELL, problems);
  }
}

function checkPrimaryActions(actions: readonly unknown[], place: string, problems: string[]): void {
  const primary = objectsOf(actions).filter((action) => action.mode !== 'secondary').length;
  if (primary > MAX_PRIMARY_ACTIONS) {
    problems.push(`${place}: ${primary} primary actions; at most ${MAX_PRIMARY_ACTIONS}`);
  }
}

function checkKnown(
  element: unknown,
  at: string,
  rules: Readonly<Record<string, ElementRule>>,
  problems: string[],
): void {
  if (!isObject(element) || typeof element.type !== 'string')
    return void problems.push(`${at}: type is missing`);
  const rule = Object.hasOwn(rules, element.type) ? rules[element.type] : undefined;
  const { fallback } = element;
  if (isObject(fallback)) checkKnown(fallback, `${at}.fallback`, rules, problems);
  if (rule === undefined) {
    if (fallback === undefined) problems.push(`${at}: unknown element ${element.type} without a fallback`);
    return;
  }
  if (rule.needsFallback && fallback === undefined)
    problems.push(`${at}: ${element.type} without a fallback`);
  checkMembers(element, at, rule, problems);
}

function checkShowCard(card: unknown, at: string, problems: string[]): void {
  if (isObject(card)) checkMembers(card, at, CARD_MEMBERS, problems);
  else problems.push(`${at}: must be a card`);
}
