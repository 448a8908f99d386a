import type { Intent } from '../domain/intent.ts';
import type { Card, ListItem, Tone } from './card.ts';
import { toCsv } from './csv.ts';

/** One thing that somebody did, its intent and outcome together. */
export interface AuditDeed {
  readonly atMs: number;
  readonly who: string;
  readonly name: string;
  readonly place?: string | undefined;
  readonly action: string;
  readonly target: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  readonly evidence?: readonly string[] | undefined;
  readonly approvedBy?: string | undefined;
  /** `asked`: its end is not known yet. */
  readonly result: 'asked' | 'done' | 'not_done' | 'failed' | 'unsure' | 'refused';
  readonly why?: string | undefined;
}

export interface AuditCardInput {
  readonly deeds: readonly AuditDeed[];
  /** `orders-api`, `Olivia`, `everything` */
  readonly about: string;
  readonly sinceMs: number;
  /** More there are than shown. */
  readonly isCut: boolean;
  /** Asks for the same as text. */
  readonly csv: Intent;
}

/** Who did what, newest first. */
export function auditCard({ deeds, about, sinceMs, isCut, csv }: AuditCardInput): Card {
  const count = deeds.length === 1 ? '1 entry' : `${deeds.length} entries`;
  return {
    title: deeds.length === 0 ? `Nothing was done: ${about}` : `Audit of ${about}: ${count}`,
    tone: 'info',
    summary: `Audit of ${about}: ${count}.`,
    blocks: [
      ...(deeds.length === 0 ? [] : [{ kind: 'list' as const, items: deeds.slice(0, SHOWN).map(toItem) }]),
      {
        kind: 'context',
        text: [
          'Since ',
          { kind: 'time', atMs: sinceMs, style: 'date_time' },
          ...(isCut || deeds.length > SHOWN
            ? [' · older ones are left out; --since and --limit show others']
            : []),
        ],
      },
      ...(deeds.length === 0
        ? []
        : [
            {
              kind: 'actions' as const,
              buttons: [
                { kind: 'press' as const, label: 'As CSV', payload: { do: 'run' as const, intent: csv } },
              ],
            },
          ]),
    ],
  };
}

/** The same as comma-separated values, to be copied. */
export function auditCsvCard(text: string, about: string, lines: number): Card {
  return {
    title: `Audit of ${about} as CSV`,
    tone: 'info',
    summary: `Audit of ${about}: ${lines} lines of CSV.`,
    blocks: [{ kind: 'code', text }],
  };
}

/** What was done, as comma-separated values. */
export function auditCsv(deeds: readonly AuditDeed[]): string {
  const rows = deeds.map((deed) => [
    new Date(deed.atMs).toISOString(),
    deed.who,
    deed.name,
    deed.action,
    deed.target,
    deed.before ?? '',
    deed.after ?? '',
    deed.result,
    deed.approvedBy ?? '',
    (deed.evidence ?? []).join('; '),
    deed.why ?? '',
    deed.place ?? '',
  ]);
  return toCsv([CSV_COLUMNS, ...rows]);
}

const SHOWN = 20;
const CSV_COLUMNS = [
  'at',
  'who',
  'name',
  'action',
  'target',
  'before',
  'after',
  'result',
  'approved_by',
  'evidence',
  'why',
  'place',
];

function toItem(deed: AuditDeed): ListItem {
  const change = [deed.before, deed.after].filter((part) => part !== undefined).join(' → ');
  const detail = [
    firstSentence(deed.why),
    deed.approvedBy === undefined ? undefined : `approved by ${deed.approvedBy}`,
    deed.who,
  ].filter((part) => part !== undefined);
  return {
    mark: TONES[deed.result],
    text: [
      { kind: 'bold', text: `${deed.name}: ${deed.action}` },
      ` ${shortTarget(deed.target)}${change === '' ? '' : ` (${change})`} · ${WORDS[deed.result]} · `,
      { kind: 'time', atMs: deed.atMs, style: 'date_time' },
    ],
    detail: detail.join(' · '),
  };
}

/** The rest of a refusal is for the person who was refused. */
function firstSentence(text: string | undefined): string | undefined {
  return text === undefined ? undefined : (/^.*?[.!?](?=\s|$)/s.exec(text)?.[0] ?? text);
}

/** `production/us-east-1/shop/orders-api` → `orders-api (production)` */
function shortTarget(target: string): string {
  const parts = target.split('/');
  return parts.length === 4 ? `${parts[3] ?? ''} in ${parts[2] ?? ''}, ${parts[0] ?? ''}` : target;
}

const WORDS: Readonly<Record<AuditDeed['result'], string>> = {
  asked: 'under way',
  done: 'done',
  not_done: 'not done',
  failed: 'failed',
  unsure: 'not certain',
  refused: 'refused',
};

const TONES: Readonly<Record<AuditDeed['result'], Tone>> = {
  asked: 'info',
  done: 'good',
  not_done: 'unknown',
  failed: 'critical',
  unsure: 'warning',
  refused: 'warning',
};
