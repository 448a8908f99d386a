import { type Dispatch, useEffect, useReducer } from 'react';
import type { PageEvent } from '../../page-api.ts';
import { api } from './api.ts';
import { EMPTY, type Live, type LiveAction, reduce } from './store.ts';

const RETRY_MS = 1_500;

/** The server's state, kept true by its events; loaded anew after every reconnect. */
export function useLive(): Live {
  const [live, dispatch] = useReducer(reduce, EMPTY);
  useEffect(() => follow(dispatch), []);
  return live;
}

/** Follows until the returned function is called. The stream opens first, then the state is read: nothing is missed. */
function follow(dispatch: Dispatch<LiveAction>): () => void {
  let stopped = false;
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const again = (): void => {
    source?.close();
    if (stopped) return;
    dispatch({ type: 'connection', connection: 'lost' });
    clearTimeout(retry);
    retry = setTimeout(connect, RETRY_MS);
  };
  const connect = (): void => {
    const stream = new EventSource('/page/events');
    source = stream;
    const waiting: PageEvent[] = [];
    let loaded = false;
    const load = async (): Promise<void> => {
      const page = await api.state();
      if (stopped || source !== stream) return;
      loaded = true;
      dispatch({ type: 'loaded', page, atMs: performance.now() });
      for (const event of waiting) dispatch({ type: 'event', event });
    };
    stream.addEventListener('message', (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as PageEvent; // the contract of page-api.ts
      if (loaded) dispatch({ type: 'event', event });
      else waiting.push(event);
    });
    stream.addEventListener('error', again);
    stream.addEventListener('open', () => {
      load().catch(again);
    });
  };

  connect();
  return () => {
    stopped = true;
    clearTimeout(retry);
    source?.close();
  };
}
