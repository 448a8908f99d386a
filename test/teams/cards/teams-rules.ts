import { createRequire } from 'node:module';

/**
 * What Teams accepts, independently of the renderer: Microsoft's own parser for the schema, and the limits of its
 * pages. Answers one sentence for each problem.
 */
export function teamsProblems(card: unknown): string[] {
  const problems = [...parserProblems(card)];
  const bytes = new TextEncoder().encode(JSON.stringify(card)).length;
  if (bytes > 28 * 1024) problems.push(`${bytes} bytes`);
  problems.push(...mentionProblems(card));
  walk(card, (node) => {
    if (String(node.type).startsWith('Chart.') && typeof node.fallback !== 'object')
      problems.push('a chart without a fallback');
    if (Array.isArray(node.actions) && (node.actions.length < 1 || node.actions.length > 6)) {
      problems.push(`${node.actions.length} actions in one set`);
    }
    if (node.type === 'TextBlock' && (typeof node.text !== 'string' || node.text.trim() === ''))
      problems.push('empty TextBlock');
    if (node.type === 'TextRun' && (typeof node.text !== 'string' || node.text === ''))
      problems.push('empty TextRun');
    if (node.type === 'TextRun' && /\{\{(DATE|TIME)\(/.test(String(node.text)))
      problems.push('a date function in rich text');
    if (node.type === 'Action.OpenUrl' && !/^https?:\/\//.test(String(node.url)))
      problems.push('link without http');
  });
  return problems;
}

/** Teams shows a mark raw that no entity repeats, and refuses an entity that stands nowhere. */
function mentionProblems(card: unknown): string[] {
  const { msteams, body } = Object(card) as { msteams?: { entities?: { text: string }[] }; body: unknown };
  const backed = new Set((msteams?.entities ?? []).map(({ text }) => text));
  const read = JSON.stringify(body, (key, value: unknown) => (key === 'data' ? undefined : value));
  const shown = new Set(read.match(/<at>[^<]*<\/at>/g) ?? []);
  return [
    ...[...shown].filter((mark) => !backed.has(mark)).map((mark) => `${mark} is nobody`),
    ...[...backed].filter((mark) => !shown.has(mark)).map((mark) => `${mark} stands nowhere`),
    ...(backed.size === (msteams?.entities ?? []).length ? [] : ['one name for two people']),
  ];
}

/** Visits every object in a card. */
export function walk(value: unknown, visit: (node: Record<string, unknown>) => void): void {
  if (Array.isArray(value)) {
    for (const each of value) walk(each, visit);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const node: Record<string, unknown> = { ...value };
  visit(node);
  for (const each of Object.values(node)) walk(each, visit);
}

/** The parts of `adaptivecards` that are used; it does not import on Node by its package name. */
interface AdaptiveCardsLibrary {
  readonly AdaptiveCard: new () => { parse(json: unknown, context: unknown): void };
  readonly SerializationContext: new () => {
    readonly eventCount: number;
    getEventAt(index: number): { readonly message: string };
  };
}

const require = createRequire(import.meta.url);
// The library's own types need the DOM; the interface above is what is used of it.
const library = require('adaptivecards/dist/adaptivecards.js') as AdaptiveCardsLibrary;

function parserProblems(json: unknown): string[] {
  const context = new library.SerializationContext();
  new library.AdaptiveCard().parse(JSON.parse(JSON.stringify(json)), context);
  return Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index).message).filter(
    // Teams adds charts to the schema that the library knows; each has a fallback, which is checked.
    (message) => !message.startsWith('Unknown element type "Chart.'),
  );
}
