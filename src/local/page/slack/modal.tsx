import { type FormEvent, type ReactNode, useState } from 'react';
import type { PagePerson, PageState } from '../../page-api.ts';
import { objects, textOf } from '../json.ts';
import { api, sentence } from '../state/api.ts';
import type { OpenModal } from '../state/store.ts';
import { Spinner, useBusy } from '../ui/busy.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useToast } from '../ui/toast.tsx';
import { Blocks } from './blocks.tsx';
import { SlackContext, type SlackScope } from './context.ts';
import { FormContext, type FormScope } from './inputs.tsx';
import { missingInputs, viewValues } from './view-values.ts';

interface ModalProps {
  readonly modal: OpenModal;
  readonly page: PageState;
  readonly person: PagePerson;
  readonly nowMs: number;
  /** Takes the modal off this page; the server is told by the modal itself. */
  readonly onGone: () => void;
}

/** A Slack view of type modal (https://docs.slack.dev/surfaces/modals). */
export function Modal(props: ModalProps): ReactNode {
  const { modal, page, person, nowMs } = props;
  const { view } = modal;
  const { busy, form, submit, close, act } = useModal(props);

  return (
    <SlackContext value={{ page, person, nowMs, act }}>
      <FormContext value={form}>
        <Dialog
          title={textOf(view.title) || 'Deckhand'}
          testId="modal"
          className="slack-dialog"
          onClose={close}
        >
          <form
            noValidate
            onSubmit={(event: FormEvent) => {
              event.preventDefault();
              submit();
            }}
          >
            <div className="dialog-content">
              <Blocks blocks={objects(view.blocks)} />
            </div>
            <footer className="dialog-foot">
              <button type="button" className="sk-button" onClick={close}>
                {textOf(view.close) || 'Close'}
              </button>
              {view.submit ? (
                <button type="submit" className="sk-button primary" aria-busy={busy}>
                  {busy ? <Spinner /> : null}
                  {textOf(view.submit)}
                </button>
              ) : null}
            </footer>
          </form>
        </Dialog>
      </FormContext>
    </SlackContext>
  );
}

interface ModalActs {
  readonly busy: boolean;
  readonly form: FormScope;
  readonly submit: () => void;
  readonly close: () => void;
  readonly act: SlackScope['act'];
}

function useModal({ modal, page, person, onGone }: ModalProps): ModalActs {
  const { view, viewId } = modal;
  const toast = useToast();
  const [busy, once] = useBusy();
  const [values, setValues] = useState<Readonly<Record<string, readonly string[]>>>({});
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});

  const submit = async (): Promise<void> => {
    const missing = missingInputs(view, values);
    setErrors(missing);
    if (Object.keys(missing).length > 0) return;
    try {
      const filled = viewValues(view, values, page, person);
      const answer = await api.slackSubmit({ person: person.name, viewId, values: filled });
      if (answer.errors && Object.keys(answer.errors).length > 0) setErrors(answer.errors);
      else onGone();
    } catch (error) {
      toast.error(sentence(error));
    }
  };
  const close = (): void => {
    onGone();
    api.slackClose({ person: person.name, viewId }).catch((error) => toast.error(sentence(error)));
  };
  const act = (action: Record<string, unknown>): Promise<void> =>
    api.slackAction({ person: person.name, channel: '', messageTs: '', viewId, action }).then(
      () => undefined,
      (error) => toast.error(sentence(error)),
    );
  const set = (blockId: string, next: readonly string[]): void => setValues({ ...values, [blockId]: next });
  return { busy, form: { values, errors, set }, submit: () => once(submit), close, act };
}
