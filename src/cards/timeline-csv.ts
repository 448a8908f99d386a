import type { Incident } from '../domain/incident.ts';
import type { Card } from './card.ts';
import { toCsv } from './csv.ts';
import { numberedTitle } from './incident-words.ts';
import type { TimelineEntry } from './timeline-card.ts';

/** A timeline as comma-separated values, oldest first. */
export function timelineCsv(entries: readonly TimelineEntry[]): string {
  const rows = entries.map(({ atMs, kind, text, detail }) => [
    new Date(atMs).toISOString(),
    kind,
    text,
    detail ?? '',
  ]);
  return toCsv([['at', 'kind', 'text', 'detail'], ...rows]);
}

/** The same, to be copied. */
export function timelineCsvCard(csv: string, incident: Incident, lines: number): Card {
  return {
    title: `Timeline of ${numberedTitle(incident)} as CSV`,
    tone: 'info',
    summary: `Timeline of #${incident.number}: ${lines} lines of CSV.`,
    blocks: [{ kind: 'code', text: csv }],
  };
}
