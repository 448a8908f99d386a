import type { Person } from '../domain/person.ts';
import { formatDuration } from '../domain/time.ts';
import { CONFIRM_FIELD, confirmWord, isServiceOrder, type Order, type WriteRecord } from '../domain/write.ts';
import type { Block, Button, Card, FactsBlock, Inline, Span, Tone } from './card.ts';
import { routeFacts, severityWords } from './route-words.ts';
import { withCode } from './with-code.ts';

/**
 * A write as it is proposed: what from, what to, where, what it costs, and two buttons. Edited in place once somebody
 * has decided.
 */
export function proposalCard(record: WriteRecord): Card {
  const what = orderTitle(record);
  return {
    title: record.state === 'proposed' ? `${what}?` : what,
    tone: record.state === 'closed' ? 'unknown' : 'info',
    summary: `${what}${summaryTail(record)}`,
    blocks: [
      { kind: 'facts', facts: facts(record) },
      ...(record.evidence.length > 0
        ? [{ kind: 'text' as const, text: `Because: ${record.evidence.join('; ')}.` }]
        : []),
      ...record.notes.map((text): Block => ({ kind: 'context', text: withCode(text) })),
      ...standing(record),
    ],
  };
}

export interface WriteProgress {
  readonly elapsedMs: number;
  /** `3 of 6 tasks running` */
  readonly text: string;
}

/** What became of a write, in its thread: how far it is, then how it ended, with Undo where there is one. */
export function writeReportCard(
  record: WriteRecord,
  { progress, nowMs }: { readonly progress?: WriteProgress; readonly nowMs: number },
): Card {
  const { result } = record;
  if (result === undefined) return underWay(record, progress);
  const undo = undoButton(record, nowMs);
  return {
    title: `${RESULT_WORD[result.outcome]}: ${lowerFirst(orderTitle(record))}`,
    tone: RESULT_TONE[result.outcome],
    summary: `${orderTitle(record)}: ${result.text}`,
    blocks: [
      { kind: 'text', text: withCode(result.text) },
      { kind: 'context', text: [...people(record), ...place(record)] },
      ...(undo === undefined ? [] : [{ kind: 'actions' as const, buttons: [undo] }]),
    ],
  };
}

/** `Scale orders-api: 4 → 6`, `Roll back orders-api: revision 42 → 41`. */
export function orderTitle({ order, from, to }: Pick<WriteRecord, 'order' | 'from' | 'to'>): string {
  switch (order.kind) {
    case 'scale':
      return `Scale ${order.ref.service}: ${from} → ${to}`;
    case 'redeploy':
      return `Redeploy ${order.ref.service}`;
    case 'rollback':
      return `Roll back ${order.ref.service}: ${from} → ${to}`;
    case 'stop':
      return `Stop task ${order.task.slice(0, 8)} of ${order.ref.service}`;
    case 'hook':
      return order.answer === 'CONTINUE'
        ? `Continue the deployment of ${order.ref.service}`
        : `Roll the waiting deployment of ${order.ref.service} back`;
    case 'grant_add':
      return `Let ${order.who} do ${order.actions.join(', ')} on ${order.on}`;
    case 'grant_remove':
      return `Take away: ${order.was}`;
    case 'route_add':
      return `Tell ${order.route.to} of ${order.route.match}, ${severityWords(order.route.severity)}`;
    case 'route_remove':
      return `Remove the route ${order.route}: ${order.was}`;
  }
}

function underWay(record: WriteRecord, progress: WriteProgress | undefined): Card {
  const text = progress?.text ?? 'handing it to AWS';
  return {
    title: `${orderTitle(record)} …`,
    tone: 'info',
    summary: `${orderTitle(record)}: ${text}`,
    blocks: [
      { kind: 'text', text: capital(text) },
      {
        kind: 'context',
        text: [
          ...people(record),
          ...(progress === undefined ? [] : [` · ${formatDuration(progress.elapsedMs)} so far`]),
        ],
      },
    ],
    compact: true,
  };
}

function facts({ order, from, to, costDelta }: WriteRecord): FactsBlock['facts'] {
  if (!isServiceOrder(order)) return settingFacts(order);
  const { ref } = order;
  return [
    { label: 'Now', value: from },
    { label: 'Then', value: to },
    { label: 'Account', value: `${ref.account} · ${ref.region}` },
    { label: 'Cluster', value: ref.cluster },
    ...(costDelta === undefined ? [] : [{ label: 'Cost', value: costWords(costDelta) }]),
  ];
}

function settingFacts(order: Exclude<Order, { ref: unknown }>): FactsBlock['facts'] {
  if (order.kind === 'route_add') return routeFacts(order.route);
  if (order.kind === 'route_remove') return [{ label: 'Route', value: order.route }];
  if (order.kind === 'grant_remove') return [{ label: 'Grant', value: order.grant }];
  return [
    { label: 'Who', value: order.who },
    { label: 'May', value: order.actions.join(', ') },
    { label: 'Where', value: order.on },
    ...(order.untilMs === undefined
      ? []
      : [
          {
            label: 'Until',
            value: [{ kind: 'time', atMs: order.untilMs, style: 'date_time' } as const] satisfies Inline,
          },
        ]),
  ];
}

/** Fargate's list prices differ by region, so it is about. */
function costWords(delta: number): string {
  if (Math.abs(delta) < 0.5) return 'about the same';
  const sign = delta > 0 ? '+' : '−';
  return `about ${sign}$${Math.abs(delta).toFixed(Math.abs(delta) < 10 ? 2 : 0)} a month`;
}

/** Who has decided what so far, and what is left to decide. */
function standing(record: WriteRecord): Block[] {
  const { state, id, isProtected, confirmedBy, closed } = record;
  if (state === 'proposed') {
    return [
      ...(isProtected
        ? [
            {
              kind: 'context' as const,
              text: 'This service is protected: a second person approves after the first has confirmed.',
            },
          ]
        : []),
      ...wordField(record.order, 'confirm'),
      actions([
        {
          kind: 'press',
          label: 'Confirm',
          style: styleFor(record.order),
          payload: { do: 'confirm', write: id },
        },
        { kind: 'press', label: 'Cancel', payload: { do: 'cancel', write: id } },
      ]),
    ];
  }
  if (state === 'approving') {
    return [
      {
        kind: 'text',
        text: [
          ...by('Confirmed by ', confirmedBy),
          '. This service is protected: somebody else has to approve within 15 minutes.',
        ],
      },
      ...wordField(record.order, 'approve'),
      actions([
        {
          kind: 'press',
          label: 'Approve',
          style: styleFor(record.order),
          payload: { do: 'approve', write: id },
        },
        { kind: 'press', label: 'Cancel', payload: { do: 'cancel', write: id } },
      ]),
    ];
  }
  if (state === 'closed') return [{ kind: 'text', text: closed ?? 'It will not happen.' }];
  const { result } = record;
  return [
    ...(result === undefined ? [] : [{ kind: 'text' as const, text: withCode(result.text) }]),
    { kind: 'context', text: people(record) },
  ];
}

/** What nobody should do by a slip of the thumb takes a name, typed. */
function wordField(order: Order, verb: string): readonly Block[] {
  const word = confirmWord(order);
  if (word === undefined) return [];
  return [{ kind: 'input', id: CONFIRM_FIELD, label: `Type ${word} to ${verb}`, placeholder: word }];
}

function styleFor(order: Order): 'primary' | 'danger' {
  return confirmWord(order) === undefined ? 'primary' : 'danger';
}

function actions(buttons: readonly Button[]): Block {
  return { kind: 'actions', buttons };
}

function undoButton(record: WriteRecord, nowMs: number): Button | undefined {
  const { undoUntilMs, id, from, order } = record;
  if (undoUntilMs === undefined || undoUntilMs <= nowMs) return undefined;
  // Taking a rollback back brings the revision that somebody had a reason to leave.
  const isRisky = order.kind === 'rollback';
  return {
    kind: 'press',
    label: `Undo (back to ${from})`.slice(0, 60),
    ...(isRisky ? { style: 'danger' as const } : {}),
    payload: { do: 'undo', write: id },
    confirm: {
      title: 'Take it back?',
      text: isRisky
        ? `This deploys ${from} again, the one that was rolled back. If it failed, it will fail again.`
        : `This sets it back to ${from}.`,
      yes: 'Undo',
      no: 'Leave it',
    },
  };
}

function people({ confirmedBy, approvedBy }: WriteRecord): readonly Span[] {
  return [
    ...by('Confirmed by ', confirmedBy),
    ...(approvedBy === undefined ? [] : by(', approved by ', approvedBy)),
  ];
}

function by(words: string, person: Person | undefined): readonly Span[] {
  return person === undefined ? [] : [words, { kind: 'person', person }];
}

function place({ order }: WriteRecord): readonly Span[] {
  if (!isServiceOrder(order)) return [];
  const { account, region, cluster } = order.ref;
  return [` · ${cluster} · ${account} · ${region}`];
}

function summaryTail(record: WriteRecord): string {
  if (record.state === 'proposed') {
    const word = confirmWord(record.order);
    return word === undefined ? '? Confirm or cancel.' : `? Type ${word} and confirm, or cancel.`;
  }
  if (record.state === 'approving') return ': a second person has to approve.';
  if (record.state === 'closed') return `: ${record.closed ?? 'it will not happen'}`;
  return `: confirmed by ${record.confirmedBy?.name ?? 'somebody'}.`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

const RESULT_WORD = {
  done: 'Done',
  not_done: 'Not done',
  failed: 'It did not work',
  unsure: 'Not certain',
} as const satisfies Record<NonNullable<WriteRecord['result']>['outcome'], string>;

const RESULT_TONE = {
  done: 'good',
  not_done: 'warning',
  failed: 'critical',
  unsure: 'warning',
} as const satisfies Record<NonNullable<WriteRecord['result']>['outcome'], Tone>;
