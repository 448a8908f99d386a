import * as AC from 'adaptivecards/dist/adaptivecards.js';
import { type ReactNode, useEffect, useRef } from 'react';
import type { TeamsAction } from '../../page-api.ts';
import { type Json, object, string } from '../json.ts';
import { safeHref } from '../slack/inline.ts';
import { drawMarks } from '../ui/tone-marks.tsx';
import { cardHtml, markMentions } from './card-text.ts';
import { HOST_CONFIG } from './host-config.ts';
import { LineChart } from './line-chart.ts';

interface CardProps {
  readonly card: Json;
  /** Runs an Action.Execute or Action.Submit; resolves when the answer is there, never rejects. */
  readonly onAction: (action: TeamsAction['action']) => Promise<void>;
}

/** One Adaptive Card in a frame. */
export function AdaptiveCard({ card, onAction }: CardProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const handler = useRef(onAction);
  const source = JSON.stringify(card);
  useEffect(() => {
    handler.current = onAction;
  });
  useEffect(() => {
    const parsed: unknown = JSON.parse(source);
    const drawn = draw(object(parsed), (action) => handler.current(action));
    box.current?.replaceChildren(drawn);
  }, [source]);
  const full = string(object(card.msteams).width).toLowerCase() === 'full';
  return <div className={`card-frame ${full ? 'full' : ''}`} ref={box} data-testid="adaptive-card" />;
}

/** Below this a table scrolls sideways instead of breaking words into letters. */
const NARROWEST_COLUMN_PX = 84;

type Run = (action: TeamsAction['action']) => Promise<void>;

function draw(json: Json, run: Run): HTMLElement {
  AC.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = cardHtml(text);
    result.didProcess = true;
  };
  const card = new AC.AdaptiveCard();
  card.hostConfig = new AC.HostConfig(HOST_CONFIG);
  card.onExecuteAction = executor(run);
  try {
    card.parse(markMentions(json), context());
    const element = card.render();
    if (element) return finished(element);
  } catch {
    // Falls through: what cannot be drawn is said to be so.
  }
  return fallback(json);
}

/** The library's elements, and what Teams adds to them. */
function context(): AC.SerializationContext {
  const own = new AC.SerializationContext();
  const elements = new AC.CardObjectRegistry<AC.CardElement>();
  AC.GlobalRegistry.populateWithDefaultElements(elements);
  elements.register('Chart.Line', LineChart);
  own.setElementRegistry(elements);
  return own;
}

/** One action at a time per card: a double click is one click. */
function executor(run: Run): (action: AC.Action) => void {
  let busy = false;
  return (action) => {
    if (action instanceof AC.OpenUrlAction) {
      const href = safeHref(action.url ?? '');
      if (href) window.open(href, '_blank', 'noopener,noreferrer');
      return;
    }
    if (busy || !(action instanceof AC.ExecuteAction || action instanceof AC.SubmitAction)) return;
    busy = true;
    const button = action.renderedElement;
    button?.setAttribute('aria-busy', 'true');
    void run(asSent(action)).finally(() => {
      busy = false;
      button?.removeAttribute('aria-busy');
    });
  };
}

function asSent(action: AC.ExecuteAction | AC.SubmitAction): TeamsAction['action'] {
  if (action instanceof AC.SubmitAction) return { type: 'Action.Submit', data: action.data };
  const verb = action.verb ? { verb: action.verb } : {};
  return { type: 'Action.Execute', ...verb, data: action.data };
}

/** Marks drawn; tables scroll inside their own box, by keyboard as well. */
function finished(element: HTMLElement): HTMLElement {
  for (const table of element.querySelectorAll<HTMLElement>('.ac-table')) {
    table.tabIndex = 0;
    for (const row of table.children) {
      if (row instanceof HTMLElement) row.style.minWidth = `${row.childElementCount * NARROWEST_COLUMN_PX}px`;
    }
  }
  drawMarks(element);
  return element;
}

function fallback(json: Json): HTMLElement {
  const box = document.createElement('pre');
  box.className = 'raw';
  box.textContent = string(json.fallbackText) || JSON.stringify(json, null, 2);
  return box;
}
