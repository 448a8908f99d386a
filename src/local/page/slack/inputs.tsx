import { createContext, type ReactNode, use, useId } from 'react';
import { type Json, object, optional, string, textOf } from '../json.ts';
import { Select, Ticks } from './choice.tsx';
import { useSlack } from './context.ts';
import { SlackText } from './inline-view.tsx';
import { chosenKey, initialValues, optionGroups } from './options.ts';
import { Raw } from './raw.tsx';

/** What the inputs of a message or an open modal hold so far, by block id. */
export interface FormScope {
  readonly values: Readonly<Record<string, readonly string[]>>;
  readonly errors: Readonly<Record<string, string>>;
  readonly set: (blockId: string, values: readonly string[]) => void;
}

export const FormContext = createContext<FormScope | undefined>(undefined);

/** An `input` block (https://docs.slack.dev/reference/block-kit/blocks/input-block). */
export function InputBlock({ block }: { readonly block: Json }): ReactNode {
  const form = use(FormContext);
  const id = useId();
  const element = object(block.element);
  if (!form) return <Raw what="input" json={block} />;
  const blockId = inputBlockId(block);
  const error = form.errors[blockId];
  return (
    <div className={`sk-field ${error ? 'wrong' : ''}`}>
      <label htmlFor={id}>
        <SlackText text={block.label} />
        {block.optional === true ? <small> (optional)</small> : null}
      </label>
      <Control
        id={id}
        element={element}
        label={textOf(block.label)}
        values={form.values[blockId] ?? initialInput(element)}
        describedBy={error ? `${id}-error` : undefined}
        onChange={(values) => form.set(blockId, values)}
      />
      {error ? (
        <p className="sk-error" id={`${id}-error`} role="alert" data-testid={`error-${blockId}`}>
          {error}
        </p>
      ) : null}
      {block.hint ? (
        <p className="sk-hint">
          <SlackText text={block.hint} />
        </p>
      ) : null}
    </div>
  );
}

/** A block's id, or one made of its action where the bot gave none. */
export function inputBlockId(block: Json): string {
  return optional(block.block_id) ?? `block-${string(object(block.element).action_id)}`;
}

/** What an input holds before anybody typed. */
export function initialInput(element: Json): readonly string[] {
  if (chosenKey(element)) return initialValues(element);
  const value = element.initial_value ?? element.initial_date ?? element.initial_time;
  return typeof value === 'string' && value !== '' ? [value] : [];
}

interface ControlProps {
  readonly id: string;
  readonly element: Json;
  readonly label: string;
  readonly values: readonly string[];
  readonly describedBy: string | undefined;
  readonly onChange: (values: readonly string[]) => void;
}

const INPUT_TYPES: Readonly<Record<string, string>> = {
  plain_text_input: 'text',
  email_text_input: 'email',
  url_text_input: 'url',
  number_input: 'text',
  datepicker: 'date',
  timepicker: 'time',
};

function Control({ id, element, label, values, describedBy, onChange }: ControlProps): ReactNode {
  const { page, person } = useSlack();
  const type = string(element.type);
  if (chosenKey(element)) {
    const groups = optionGroups(element, page, person);
    const several = type === 'checkboxes' || type.startsWith('multi_');
    if (!several && type !== 'radio_buttons') {
      const hint = textOf(element.placeholder) || 'Choose';
      return <Select id={id} groups={groups} chosen={values[0] ?? ''} label={hint} onChange={onChange} />;
    }
    const options = groups.flatMap((group) => group.options);
    return <Ticks options={options} chosen={values} several={several} label={label} onChange={onChange} />;
  }
  const inputType = INPUT_TYPES[type];
  if (!inputType) return <Raw what="input" json={element} />;
  const shared = {
    id,
    className: 'sk-input',
    value: values[0] ?? '',
    placeholder: textOf(element.placeholder),
    'aria-describedby': describedBy,
    'aria-invalid': describedBy !== undefined,
    onChange: (event: { target: { value: string } }) => onChange([event.target.value]),
  };
  if (element.multiline === true) return <textarea {...shared} rows={4} />;
  return <input {...shared} type={inputType} inputMode={type === 'number_input' ? 'decimal' : undefined} />;
}
