import type { Mute } from '../domain/route.ts';
import type { Card, ListItem, Span } from './card.ts';
import { plural } from './quantity.ts';

/** Alerts about a place are held back from now on: until when, and how to take that back. */
export function mutedCard(
  mute: Mute,
  { before, nowMs }: { readonly before: Mute | undefined; readonly nowMs: number },
): Card {
  const back =
    before === undefined || before.untilMs <= nowMs
      ? ({ do: 'unmute', on: mute.on } as const)
      : ({ do: 'remute', on: before.on, untilMs: before.untilMs } as const);
  return {
    title: `Muted: ${mutedPlace(mute.on)}`,
    tone: 'info',
    summary: `${mute.by.name} muted ${mutedPlace(mute.on)}.`,
    blocks: [
      {
        kind: 'text',
        text: [
          'Until ',
          { kind: 'time', atMs: mute.untilMs, style: 'date_time' },
          ' nothing is told about it; everything is still recorded. Muted by ',
          { kind: 'person', person: mute.by },
          '.',
        ],
      },
      { kind: 'actions', buttons: [{ kind: 'press', label: 'Undo', payload: back }] },
    ],
    compact: true,
  };
}

/** Alerts about a place come again. */
export function unmutedCard(mute: Mute): Card {
  return {
    title: `No longer muted: ${mutedPlace(mute.on)}`,
    tone: 'good',
    summary: `Alerts about ${mutedPlace(mute.on)} come again.`,
    blocks: [
      {
        kind: 'actions',
        buttons: [
          { kind: 'press', label: 'Undo', payload: { do: 'remute', on: mute.on, untilMs: mute.untilMs } },
        ],
      },
    ],
    compact: true,
  };
}

/** What is muted now, the first to end first. */
export function mutesCard(mutes: readonly Mute[]): Card {
  const title = mutes.length === 0 ? 'Nothing is muted' : `${plural(mutes.length, 'mute')} now`;
  return {
    title,
    tone: mutes.length === 0 ? 'good' : 'info',
    summary: mutes.length === 0 ? title : `${title}: ${mutes.map(({ on }) => mutedPlace(on)).join(', ')}.`,
    blocks:
      mutes.length === 0
        ? []
        : [{ kind: 'list', items: mutes.toSorted((a, b) => a.untilMs - b.untilMs).map(toItem) }],
  };
}

function toItem({ on, untilMs, by, why }: Mute): ListItem {
  const text: Span[] = [
    { kind: 'bold', text: mutedPlace(on) },
    ' until ',
    { kind: 'time', atMs: untilMs, style: 'date_time' },
  ];
  return {
    text,
    detail: ['by ', { kind: 'person', person: by }, ...(why === undefined ? [] : [`: ${why}`])],
    button: { kind: 'press', label: 'Unmute', payload: { do: 'unmute', on } },
  };
}

/** `production/shop/web` → `web in shop, production`; a pattern of a cluster alone → `cluster shop`. */
export function mutedPlace(on: string): string {
  const [account = '*', cluster = '*', service = '*'] = on.split('/');
  const where = [cluster, account].filter((part) => part !== '*');
  if (service !== '*') return where.length === 0 ? service : `${service} in ${where.join(', ')}`;
  if (cluster !== '*') return account === '*' ? `cluster ${cluster}` : `cluster ${cluster} in ${account}`;
  return account === '*' ? 'everything' : `account ${account}`;
}
