import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import { Spinner, useBusy } from './busy.tsx';

interface ComposerProps {
  readonly label: string;
  readonly placeholder: string;
  readonly testId: string;
  /** What is offered while somebody types something that begins like it: whole lines. */
  readonly suggestions: readonly string[];
  /** Shown as chips above the box, to fill it. */
  readonly chips?: readonly string[];
  readonly autoFocus?: boolean;
  /** Resolves to whether it was sent; if not, the words stay in the box. */
  readonly onSend: (text: string) => Promise<boolean>;
}

/** Where a person writes. Enter sends, Shift+Enter breaks the line, ArrowUp brings back what was sent before. */
export function Composer(props: ComposerProps): ReactNode {
  const { label, placeholder, testId, suggestions, chips = [], autoFocus = false } = props;
  const [text, setText] = useState('');
  const history = useHistory();
  const [busy, once] = useBusy();
  const box = useRef<HTMLTextAreaElement>(null);
  const hintId = useId();
  const offered = matching(suggestions, text);

  const fill = (value: string): void => {
    setText(value);
    box.current?.focus();
  };
  const send = (): void => {
    const words = text.trim();
    if (words === '') return;
    once(async () => {
      setText('');
      history.add(words);
      if (!(await props.onSend(words))) setText((now) => now || words);
    });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.nativeEvent.isComposing) return;
    const first = offered[0];
    if (event.key === 'Enter' && !event.shiftKey) send();
    else if (event.key === 'Tab' && !event.shiftKey && first !== undefined) setText(`${first} `);
    else if (event.key === 'ArrowUp' && history.browses(text)) setText(history.older() ?? text);
    else if (event.key === 'ArrowDown' && history.browses(text)) setText(history.newer());
    else return;
    event.preventDefault();
  };

  return (
    <div className="composer">
      {chips.length > 0 ? <Chips lines={chips} onPick={fill} /> : null}
      {offered.length > 0 ? <Suggestions id={hintId} lines={offered} onPick={fill} /> : null}
      <div className="composer-box">
        <textarea
          ref={box}
          rows={1}
          value={text}
          aria-label={label}
          aria-describedby={offered.length > 0 ? hintId : undefined}
          placeholder={placeholder}
          data-testid={testId}
          autoFocus={autoFocus}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <SendButton busy={busy} disabled={text.trim() === ''} onSend={send} />
      </div>
    </div>
  );
}

interface LinesProps {
  readonly lines: readonly string[];
  readonly onPick: (line: string) => void;
}

function Chips({ lines, onPick }: LinesProps): ReactNode {
  return (
    <div className="chips" role="group" aria-label="Try this">
      <span className="chips-label">Try</span>
      {lines.map((line) => (
        <button key={line} type="button" className="chip" onClick={() => onPick(line)}>
          {line}
        </button>
      ))}
    </div>
  );
}

function Suggestions(props: LinesProps & { readonly id: string }): ReactNode {
  return (
    <div className="suggestions" id={props.id} data-testid="suggestions">
      {props.lines.map((line, index) => (
        <button key={line} type="button" onClick={() => props.onPick(line)}>
          <span>{line}</span>
          {index === 0 ? <kbd>Tab</kbd> : null}
        </button>
      ))}
    </div>
  );
}

interface SendButtonProps {
  readonly busy: boolean;
  readonly disabled: boolean;
  readonly onSend: () => void;
}

function SendButton({ busy, disabled, onSend }: SendButtonProps): ReactNode {
  const icon = (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M2 2l12.5 6L2 14l1.6-5L9 8 3.6 7z" fill="currentColor" />
    </svg>
  );
  return (
    <button
      type="button"
      className="send"
      aria-label="Send"
      aria-busy={busy}
      disabled={disabled}
      onClick={onSend}
    >
      {busy ? <Spinner /> : icon}
    </button>
  );
}

/** Suggestions only for a command or a mention that is being typed, and not once it is complete. */
function matching(suggestions: readonly string[], text: string): readonly string[] {
  if (!/^[/@]/.test(text)) return [];
  const typed = text.toLowerCase();
  return suggestions
    .filter((line) => line.toLowerCase().startsWith(typed) && line !== text.trim())
    .slice(0, 6);
}

/** What was sent from one composer, to walk through with the arrow keys. */
function useHistory(): {
  readonly add: (text: string) => void;
  readonly browses: (text: string) => boolean;
  readonly older: () => string | undefined;
  readonly newer: () => string;
} {
  const sent = useRef<string[]>([]);
  const at = useRef(0);
  return {
    add: (text) => {
      if (sent.current.at(-1) !== text) sent.current.push(text);
      at.current = sent.current.length;
    },
    browses: (text) => text === '' || text === sent.current[at.current],
    older: () => {
      at.current = Math.max(0, at.current - 1);
      return sent.current[at.current];
    },
    newer: () => {
      at.current = Math.min(sent.current.length, at.current + 1);
      return sent.current[at.current] ?? '';
    },
  };
}
