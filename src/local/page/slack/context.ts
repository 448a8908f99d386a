import { createContext, use } from 'react';
import type { PagePerson, PageState } from '../../page-api.ts';
import type { Json } from '../json.ts';

/** What everything drawn inside a Slack message or modal may need. */
export interface SlackScope {
  readonly page: PageState;
  readonly person: PagePerson;
  /** The page's simulated now, coarse. */
  readonly nowMs: number;
  /** Sends a click or a choice: the element as the message holds it, with what was chosen. Never rejects. */
  readonly act: (action: Json) => Promise<void>;
}

export const SlackContext = createContext<SlackScope | undefined>(undefined);

/** The scope of the message that is being drawn. */
export function useSlack(): SlackScope {
  const scope = use(SlackContext);
  if (!scope) throw new Error('Slack blocks are drawn inside a SlackContext.');
  return scope;
}
