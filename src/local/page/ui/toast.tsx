import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useRef, useState } from 'react';

interface Toasts {
  /** Something went well, or a short answer. */
  readonly info: (text: string) => void;
  /** Something went wrong; stays longer. */
  readonly error: (text: string) => void;
}

interface Toast {
  readonly id: number;
  readonly kind: 'info' | 'error';
  readonly text: string;
}

const ToastContext = createContext<Toasts | undefined>(undefined);

/** Short messages at the edge of the window. */
export function useToast(): Toasts {
  const toasts = use(ToastContext);
  if (!toasts) throw new Error('Toasts are shown inside a ToastProvider.');
  return toasts;
}

/** Holds and draws the toasts of the page. */
export function ToastProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const lastId = useRef(0);
  const drop = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const show = useCallback(
    (kind: Toast['kind'], text: string) => {
      lastId.current += 1;
      const id = lastId.current;
      setToasts((all) => [...all.filter((toast) => toast.text !== text).slice(-3), { id, kind, text }]);
      setTimeout(() => drop(id), kind === 'error' ? 9_000 : 5_000);
    },
    [drop],
  );
  const value = useMemo(
    () => ({ info: (text: string) => show('info', text), error: (text: string) => show('error', text) }),
    [show],
  );
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => raise(box.current, toasts.length > 0), [toasts]);
  return (
    <ToastContext value={value}>
      {children}
      <div ref={box} className="toasts" popover="manual" role="status" aria-live="polite">
        {toasts.map((toast) => (
          <div key={toast.id} className={`toast ${toast.kind}`} data-testid="toast">
            <span>{toast.text}</span>
            <button type="button" className="icon-button" aria-label="Dismiss" onClick={() => drop(toast.id)}>
              ✕
            </button>
          </div>
        ))}
      </div>
    </ToastContext>
  );
}

/** Puts the toasts above everything, open dialogs included, by opening them anew. */
function raise(box: HTMLElement | null, wanted: boolean): void {
  if (!box?.isConnected) return;
  if (box.matches(':popover-open')) box.hidePopover();
  if (wanted) box.showPopover();
}
