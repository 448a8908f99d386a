import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { type Json, optional, string, textOf } from '../json.ts';
import { Spinner } from '../ui/busy.tsx';
import { useSlack } from './context.ts';
import { chosenKey, initialValues, type Option, type OptionGroup, optionGroups } from './options.ts';
import { type ElementProps, useAct } from './use-act.tsx';

/** A select, overflow menu, radio group or checkboxes in a message: every change is sent at once. */
export function ChoiceElement(props: ElementProps): ReactNode {
  const { element } = props;
  const { page, person } = useSlack();
  const groups = optionGroups(element, page, person);
  const all = groups.flatMap((group) => group.options);
  const type = string(element.type);
  const { busy, dialog, send } = useAct(props);
  const [chosen, setChosen] = useState(() => initialValues(element));
  const several = type === 'checkboxes' || type.startsWith('multi_');

  const choose = (values: readonly string[]): void => {
    setChosen(values);
    const sent = values.map((value) => all.find((option) => option.value === value)?.sent ?? value);
    send({ [chosenKey(element) ?? 'selected_option']: several ? sent : sent[0] });
  };

  return (
    <>
      {type === 'overflow' ? (
        <Overflow options={all} busy={busy} onPick={(value) => choose([value])} />
      ) : several || type === 'radio_buttons' ? (
        <Ticks
          options={all}
          chosen={chosen}
          several={several}
          label={placeholder(element)}
          onChange={choose}
        />
      ) : (
        <Select groups={groups} chosen={chosen[0] ?? ''} label={placeholder(element)} onChange={choose} />
      )}
      {dialog}
    </>
  );
}

function placeholder(element: Json): string {
  return textOf(element.placeholder) || optional(element.accessibility_label) || 'Choose';
}

interface SelectProps {
  readonly groups: readonly OptionGroup[];
  readonly chosen: string;
  readonly label: string;
  readonly id?: string;
  readonly onChange: (values: readonly string[]) => void;
}

/** One of many. */
export function Select({ groups, chosen, label, id, onChange }: SelectProps): ReactNode {
  return (
    <select
      id={id}
      className="sk-select"
      aria-label={id ? undefined : label}
      value={chosen}
      onChange={(event) => onChange(event.target.value === '' ? [] : [event.target.value])}
    >
      <option value="">{label}</option>
      {groups.map((group, index) =>
        group.label === undefined ? (
          <Options key={index} options={group.options} />
        ) : (
          <optgroup key={index} label={group.label}>
            <Options options={group.options} />
          </optgroup>
        ),
      )}
    </select>
  );
}

function Options({ options }: { readonly options: readonly Option[] }): ReactNode {
  return options.map((option) => (
    <option key={option.value} value={option.value}>
      {option.label}
    </option>
  ));
}

interface TicksProps {
  readonly options: readonly Option[];
  readonly chosen: readonly string[];
  readonly several: boolean;
  readonly label: string;
  readonly onChange: (values: readonly string[]) => void;
}

/** Radio buttons, or checkboxes where several may be chosen. */
export function Ticks({ options, chosen, several, label, onChange }: TicksProps): ReactNode {
  const name = useId();
  const change = (value: string, on: boolean): void => {
    if (!several) return onChange([value]);
    onChange(on ? [...chosen, value] : chosen.filter((other) => other !== value));
  };
  return (
    <fieldset className="sk-ticks" aria-label={label}>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type={several ? 'checkbox' : 'radio'}
            name={name}
            checked={chosen.includes(option.value)}
            onChange={(event) => change(option.value, event.target.checked)}
          />
          <span>
            {option.label}
            {option.description ? <small>{option.description}</small> : null}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface OverflowProps {
  readonly options: readonly Option[];
  readonly busy: boolean;
  readonly onPick: (value: string) => void;
}

function Overflow({ options, busy, onPick }: OverflowProps): ReactNode {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event): void => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);
  const pick = (value: string): void => {
    setOpen(false);
    onPick(value);
  };
  return (
    <span className="sk-overflow" ref={box} onKeyDown={(event) => event.key === 'Escape' && setOpen(false)}>
      <button
        type="button"
        className="sk-button"
        aria-label="More actions"
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {busy ? <Spinner /> : '⋯'}
      </button>
      {open ? (
        <span className="sk-menu" role="menu">
          {options.map((option) => (
            <button key={option.value} type="button" role="menuitem" onClick={() => pick(option.value)}>
              {option.label}
            </button>
          ))}
        </span>
      ) : null}
    </span>
  );
}
