import type { ReactNode } from 'react';
import { type Json, optional, string, textOf } from '../json.ts';
import { Spinner } from '../ui/busy.tsx';
import { ChoiceElement } from './choice.tsx';
import { safeHref } from './inline.ts';
import { elementLabel, SlackText } from './inline-view.tsx';
import { chosenKey } from './options.ts';
import { Raw } from './raw.tsx';
import { type ElementProps, useAct } from './use-act.tsx';

/** Any interactive element in a message (https://docs.slack.dev/reference/block-kit/block-elements). */
export function Element({ element, blockId }: ElementProps): ReactNode {
  if (element.type === 'button' || element.type === 'workflow_button') {
    return <PressButton element={element} blockId={blockId} />;
  }
  if (element.type === 'icon_button') return <PressButton element={element} blockId={blockId} />;
  if (element.type === 'feedback_buttons') return <FeedbackButtons element={element} blockId={blockId} />;
  if (element.type === 'image') return <ImageElement element={element} />;
  if (chosenKey(element)) return <ChoiceElement element={element} blockId={blockId} />;
  if (element.type === 'datepicker' || element.type === 'timepicker') {
    return <WhenElement element={element} blockId={blockId} />;
  }
  return <Raw what="element" json={element} />;
}

function PressButton(props: ElementProps): ReactNode {
  const { element } = props;
  const { busy, dialog, send } = useAct(props);
  const href = safeHref(string(element.url));
  const style = element.style === 'primary' || element.style === 'danger' ? element.style : '';
  const label = elementLabel(element, 'Button');
  const accessible = optional(element.accessibility_label);
  const inside = (
    <>
      {busy ? <Spinner /> : null}
      <span className="label">{element.text ? <SlackText text={element.text} /> : label}</span>
    </>
  );
  if (href) {
    return (
      <a
        className={`sk-button ${style}`}
        href={href}
        target="_blank"
        rel="noopener noreferrer"
        aria-label={accessible}
        onClick={() => send()}
      >
        {inside}
        <span aria-hidden="true"> ↗</span>
      </a>
    );
  }
  return (
    <>
      <button
        type="button"
        className={`sk-button ${style}`}
        aria-label={accessible}
        aria-busy={busy}
        data-action-id={optional(element.action_id)}
        onClick={() => send()}
      >
        {inside}
      </button>
      {dialog}
    </>
  );
}

function FeedbackButtons(props: ElementProps): ReactNode {
  const { busy, send } = useAct(props);
  const sides = [
    { json: props.element.positive_button, mark: '👍' },
    { json: props.element.negative_button, mark: '👎' },
  ];
  return sides.map(({ json, mark }) => {
    const side = (json ?? {}) as Json; // read through textOf and string below, whatever it is
    return (
      <button
        key={mark}
        type="button"
        className="sk-button quiet"
        aria-busy={busy}
        aria-label={optional(side.accessibility_label) ?? textOf(side.text)}
        onClick={() => send({ value: string(side.value), text: side.text })}
      >
        {mark} {textOf(side.text)}
      </button>
    );
  });
}

function WhenElement(props: ElementProps): ReactNode {
  const { element } = props;
  const { dialog, send } = useAct(props);
  const isDate = element.type === 'datepicker';
  const label = textOf(element.placeholder) || (isDate ? 'Pick a date' : 'Pick a time');
  const key = isDate ? 'selected_date' : 'selected_time';
  return (
    <>
      <input
        className="sk-input inline"
        type={isDate ? 'date' : 'time'}
        aria-label={label}
        defaultValue={string(isDate ? element.initial_date : element.initial_time)}
        onChange={(event) => send({ [key]: event.target.value })}
      />
      {dialog}
    </>
  );
}

/** An image of an accessory or a context; its words where it cannot be loaded. */
export function ImageElement({ element }: { readonly element: Json }): ReactNode {
  return <img className="sk-image" src={string(element.image_url)} alt={string(element.alt_text)} />;
}
