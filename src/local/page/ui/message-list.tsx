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

/** Messages, the newest at the bottom. A reader who is there stays there; one who reads further up is told. */
export function MessageList(props: MessageListProps): ReactNode {
  const { label, testId, newest, newestIsMine, empty, children } = props;
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const [missed, setMissed] = useState(false);

  const toBottom = (behavior: ScrollBehavior = 'auto'): void => {
    box.current?.scrollTo({ top: box.current.scrollHeight, behavior });
  };
  useLayoutEffect(() => {
    if (newest === undefined) return;
    if (newestIsMine) following.current = true;
    if (following.current) toBottom();
    else setMissed(true);
  }, [newest, newestIsMine]);
  useLayoutEffect(() => {
    if (!content.current) return;
    const observer = new ResizeObserver(() => {
      if (following.current) toBottom();
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
        <button type="button" className="pill" data-testid="new-messages" onClick={() => toBottom('smooth')}>
          ↓ New messages
        </button>
      ) : null}
    </div>
  );
}
