import {
  type Block,
  type Button,
  type Card,
  type ChartBlock,
  type ListItem,
  type Tone,
} from '../../cards/card.ts';
import { drawnChart, sparkline } from '../../cards/chart.ts';
import { linesOf } from '../../cards/inline.ts';
import { cleanLine, cleanText, safeUrl } from '../../cards/literal.ts';
import type { ButtonPayload } from '../../cards/payload.ts';
import { tableText } from '../../cards/table-text.ts';
import type { Intent } from '../../domain/intent.ts';
import { TEXT_LIMITS } from './limits.ts';
import { lineText } from './spans.ts';
import { wrap } from './wrap.ts';

export interface TextOptions {
  /** Columns of the terminal. Without it no line is broken: another program may read them. */
  readonly width?: number;
  /** ANSI colours. The words say the same without them. */
  readonly color?: boolean;
  /** How a person would type an intent, for the buttons that run one. Without it a button is only named. */
  readonly commandOf?: (intent: Intent) => string;
}

/**
 * Draws a card as plain text for a terminal: no control sequence comes out of the card's own text, times are UTC,
 * a button is shown as what to type or open instead. Nothing is left out. Ends without a line break.
 */
export function toText(card: Card, options: TextOptions = {}): string {
  const width = Math.max(TEXT_LIMITS.narrowest, options.width ?? Number.POSITIVE_INFINITY);
  const paint: Paint = options.color ? colour : (text) => text;
  const pen: Pen = { width, paint, ...(options.commandOf && { commandOf: options.commandOf }) };
  const mark = card.tone === 'info' ? '' : `${paint(TONE_TEXT[card.tone], card.tone)}  `;
  const title = mark + paint(cleanLine(card.title).trim() || 'Deckhand', 'bold');
  const blocks = card.blocks.map((block) => drawBlock(block, pen)).filter((lines) => lines.length > 0);
  return [[title], ...blocks].map((lines) => lines.join('\n')).join('\n\n');
}

type Style = Tone | 'bold';
type Paint = (text: string, style: Style) => string;

interface Pen {
  readonly width: number;
  readonly paint: Paint;
  readonly commandOf?: (intent: Intent) => string;
}

function drawBlock(block: Block, pen: Pen): string[] {
  const { width, paint } = pen;
  switch (block.kind) {
    case 'text':
      return linesOf(block.text).flatMap((line) => wrap(lineText(line), width, ''));
    case 'heading':
      return wrap(cleanLine(block.text), width, '').map((line) => paint(line, 'bold'));
    case 'facts':
      return facts(
        block.facts.map(({ label, value }) => [cleanLine(label), lineText(value)]),
        width,
      );
    case 'list':
      return list(block.items, pen);
    case 'table': {
      const { head, rows } = tableText(block, width);
      return [cleanLine(block.caption), ...head, ...rows].filter((line) => line !== '');
    }
    case 'code':
      return cleanText(block.text)
        .replace(/\n+$/, '')
        .split('\n')
        .map((line) => `    ${line}`.trimEnd());
    case 'chart':
      return chart(block, width);
    case 'context':
      return wrap(lineText(block.text), width, '');
    case 'divider':
      return ['─'.repeat(Math.min(width, 40))];
    case 'actions':
      return block.buttons.flatMap((button) => wrap(buttonText(button, pen), width, '  '));
    case 'input':
      return wrap(`${cleanLine(block.label)} (in chat)`, width, '');
    default:
      return block satisfies never;
  }
}

/** One line as high as a letter, and the same in words. */
function chart(block: ChartBlock, width: number): string[] {
  const drawn = drawnChart(block, {
    series: TEXT_LIMITS.chartSeries,
    points: TEXT_LIMITS.chartPoints,
    labelChars: 20,
  });
  const title = cleanLine(block.title).trim();
  const words = [title, cleanLine(block.summary).trim()].filter((each) => each !== '').join(': ');
  const lines = (drawn?.series ?? []).map(({ name, values }) =>
    [sparkline(values), ...(name === title ? [] : [name])].join('  '),
  );
  return [...lines, ...wrap(words, width, '')];
}

function facts(pairs: readonly (readonly [label: string, value: string])[], width: number): string[] {
  const longest = Math.min(TEXT_LIMITS.labelWidth, Math.max(0, ...pairs.map(([label]) => label.length)));
  const indent = ' '.repeat(longest + 2);
  return pairs.flatMap(([label, value]) => wrap(`${label.padEnd(longest)}  ${value || '–'}`, width, indent));
}

function list(items: readonly ListItem[], pen: Pen): string[] {
  const { width, paint } = pen;
  const widest = Math.max(1, ...items.map((item) => (item.mark ? TONE_TEXT[item.mark].length : 1)));
  const indent = ' '.repeat(widest + 2);
  return items.flatMap((item) => {
    const word = item.mark ? TONE_TEXT[item.mark] : '-';
    const [first = '', ...rest] = wrap(indent + lineText(item.text), width, indent);
    const mark = item.mark ? paint(word, item.mark) : word;
    const lines = [`${mark}${' '.repeat(widest - word.length)}  ${first.slice(indent.length)}`, ...rest];
    if (item.detail !== undefined) lines.push(...wrap(indent + lineText(item.detail), width, indent));
    if (item.button) lines.push(...wrap(indent + buttonText(item.button, pen), width, `${indent}  `));
    return lines.map((line) => line.trimEnd());
  });
}

/** A terminal has no buttons: what to type, what to open, or where the button is. */
function buttonText(button: Button, pen: Pen): string {
  const label = cleanLine(button.label).trim() || '–';
  if (button.kind === 'link')
    return `→ ${label}: ${safeUrl(button.url, TEXT_LIMITS.urlChars) ?? 'no address that can be opened'}`;
  const intent = intentOf(button.payload);
  const words = intent && pen.commandOf?.(intent);
  return words === undefined ? `→ ${label} (in chat)` : `→ ${label}: ${cleanLine(words)}`;
}

/** What a button means, where a person could type the same. */
function intentOf(payload: ButtonPayload): Intent | undefined {
  switch (payload.do) {
    case 'run':
      return payload.intent;
    case 'deed': {
      const { kind, incident, to } = payload;
      const number = Number(incident.slice(incident.lastIndexOf('#') + 1));
      if (kind === 'reopen' || !Number.isInteger(number)) return undefined;
      return { command: kind, incident: number, ...(to === undefined ? {} : { user: to }) };
    }
    case 'unmute': {
      const [account = '*', cluster = '*', service = '*'] = payload.on.split('/');
      return {
        command: 'unmute',
        ...(account === '*' ? {} : { account }),
        ...(cluster === '*' ? {} : { cluster }),
        ...(service === '*' ? {} : { service }),
      };
    }
    case 'ack':
    case 'confirm':
    case 'cancel':
    case 'approve':
    case 'undo':
    case 'mute':
    case 'remute':
    case 'hook':
      return undefined;
  }
}

function colour(text: string, style: Style): string {
  return `\u001B[${SGR[style]}m${text}\u001B[0m`;
}

const TONE_TEXT: Readonly<Record<Tone, string>> = {
  critical: 'CRITICAL',
  warning: 'WARNING',
  good: 'ok',
  unknown: 'unknown',
  info: 'info',
};
const SGR: Readonly<Record<Style, number>> = {
  critical: 31,
  warning: 33,
  good: 32,
  unknown: 35,
  info: 36,
  bold: 1,
};
