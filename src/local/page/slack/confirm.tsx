import { type ReactNode, useState } from 'react';
import { isObject, type Json, textOf } from '../json.ts';
import { Dialog } from '../ui/dialog.tsx';
import { SlackText } from './inline-view.tsx';

interface ConfirmState {
  readonly confirm: Json;
  readonly yes: () => void;
}

/**
 * Asks before a click counts, when the element has a confirm object
 * (https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object). Returns what to draw
 * and the function that asks; without a confirm object it goes ahead at once.
 */
export function useConfirm(): readonly [ReactNode, (confirm: unknown, yes: () => void) => void] {
  const [asked, setAsked] = useState<ConfirmState>();
  const ask = (confirm: unknown, yes: () => void): void => {
    if (isObject(confirm)) setAsked({ confirm, yes });
    else yes();
  };
  const close = (): void => setAsked(undefined);
  const dialog = asked ? (
    <ConfirmDialog
      confirm={asked.confirm}
      onNo={close}
      onYes={() => {
        close();
        asked.yes();
      }}
    />
  ) : null;
  return [dialog, ask];
}

interface ConfirmDialogProps {
  readonly confirm: Json;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

function ConfirmDialog({ confirm, onYes, onNo }: ConfirmDialogProps): ReactNode {
  const danger = confirm.style === 'danger';
  return (
    <Dialog
      title={<SlackText text={confirm.title ?? 'Are you sure?'} />}
      testId="confirm"
      className="slack-dialog small"
      onClose={onNo}
    >
      <div className="dialog-content mrkdwn">
        <SlackText text={confirm.text} />
      </div>
      <footer className="dialog-foot">
        <button type="button" className="sk-button" onClick={onNo}>
          {textOf(confirm.deny) || 'Cancel'}
        </button>
        <button
          type="button"
          className={`sk-button ${danger ? 'danger' : 'primary'}`}
          onClick={onYes}
          autoFocus
        >
          {textOf(confirm.confirm) || 'Yes'}
        </button>
      </footer>
    </Dialog>
  );
}
