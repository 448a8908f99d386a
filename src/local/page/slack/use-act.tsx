import type { ReactNode } from 'react';
import type { Json } from '../json.ts';
import { useBusy } from '../ui/busy.tsx';
import { useConfirm } from './confirm.tsx';
import { useSlack } from './context.ts';

/** An interactive element and the block it stands in. */
export interface ElementProps {
  readonly element: Json;
  readonly blockId: string | undefined;
}

/** Sends an element with what was chosen; asks first where it has a confirm object. A second click waits its turn. */
export function useAct({ element, blockId }: ElementProps): {
  readonly busy: boolean;
  /** The confirm dialog, to be drawn beside the element. */
  readonly dialog: ReactNode;
  readonly send: (chosen?: Json) => void;
} {
  const { act } = useSlack();
  const [busy, once] = useBusy();
  const [dialog, ask] = useConfirm();
  const place = blockId ? { block_id: blockId } : {};
  const send = (chosen: Json = {}): void =>
    ask(element.confirm, () => once(() => act({ ...element, ...place, ...chosen })));
  return { busy, dialog, send };
}
