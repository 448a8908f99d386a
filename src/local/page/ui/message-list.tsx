import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';

interface MessageListProps {
  readonly label: string;
  readonly testId: string;
  /** Changes when something new comes at the end; an edit keeps it. */
  readonly newest: string | undefined;
  /** Whether the reader wrote the newest themselves: then it is always brought into view. */
  readonly newestIsMine: boolean;
  readonly empty: ReactNode;
  readonly children: ReactNode;
}

const NEAR_BOTTOM_PX = 48;
/** What stays visible above a tall message. */
const ABOVE_PX = 6;

/** Messages, the newest at the bottom. A reader who follows them is kept there; one who went up is told. */
export function MessageList(props: MessageListProps): ReactNode {
  const { label, testId, newest, newestIsMine, empty, children } = props;
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [missed, setMissed] = useState(false);

  const newestNow = useRef(newest);
  const toNewest = (behavior: ScrollBehavior = 'auto'): void => {
    const el = box.current;
    if (el) el.scrollTo({ top: placeOf(el, newestNow.current), behavior });
  };
  useLayoutEffect(() => {
    newestNow.current = newest;
    if (newest === undefined) return;
    if (newestIsMine) following.current = true;
    if (following.current) toNewest();
    else setMissed(true);
  }, [newest, newestIsMine]);
  useLayoutEffect(() => {
    if (!content.current) return;
    const observer = new ResizeObserver(() => {
      if (following.current) toNewest();
    });
    observer.observe(content.current);
    if (box.current) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  const lastTop = useRef(0);
  const onScroll = (): void => {
    const el = box.current;
    if (!el) return;
    const movedUp = el.scrollTop < lastTop.current;
    lastTop.current = el.scrollTop;
    if (el.scrollHeight - el.scrollTop - el.clientHeight < NEAR_BOTTOM_PX) {
      following.current = true;
      setMissed(false);
    } else if (movedUp) {
      // Only a reader goes up; a distance alone may come from a message that grew since.
      following.current = false;
    }
  };

  return (
    <div className="list-frame">
      <div className="list" ref={box} onScroll={onScroll} tabIndex={0} role="region" aria-label={label}>
        <div ref={content} className="list-content" role="log" aria-live="polite" data-testid={testId}>
          {newest === undefined ? empty : children}
        </div>
      </div>
      {missed ? (
        <button type="button" className="pill" data-testid="new-messages" onClick={() => toNewest('smooth')}>
          ↓ New messages
        </button>
      ) : null}
    </div>
  );
}

/** The bottom; or, for a newest message that is taller than the list, its beginning, where what matters stands. */
function placeOf(list: HTMLElement, newest: string | undefined): number {
  const bottom = list.scrollHeight - list.clientHeight;
  const id = CSS.escape(newest ?? '');
  const message = [...list.querySelectorAll<HTMLElement>(`[data-ts="${id}"], [data-id="${id}"]`)].at(-1);
  if (!message || message.offsetHeight < list.clientHeight) return bottom;
  const top = message.getBoundingClientRect().top - list.getBoundingClientRect().top + list.scrollTop;
  return Math.min(bottom, top - ABOVE_PX);
}
