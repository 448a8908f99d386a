import type { PageEvent, PageState, SlackMessage, TeamsMessage } from '../../page-api.ts';

/** Everything that the page shows, as far as the server told it. */
export interface Live {
  /** Absent until the first answer of the server. */
  readonly page?: PageState;
  readonly connection: 'connecting' | 'live' | 'lost';
  /** `performance.now()` when `page.now` was true; the page's clock runs on from there. */
  readonly loadedAtMs: number;
  /** Open Slack modals, the newest last. */
  readonly modals: readonly OpenModal[];
}

/** A Slack view that somebody has in front of them. */
export interface OpenModal {
  readonly person: string;
  readonly viewId: string;
  readonly view: Record<string, unknown>;
}

export type LiveAction =
  | { readonly type: 'loaded'; readonly page: PageState; readonly atMs: number }
  | { readonly type: 'connection'; readonly connection: Live['connection'] }
  | { readonly type: 'event'; readonly event: PageEvent };

export const EMPTY: Live = { connection: 'connecting', loadedAtMs: 0, modals: [] };

/** The next state. Events that come before the first load are dropped: the load holds what they said. */
export function reduce(live: Live, action: LiveAction): Live {
  if (action.type === 'loaded')
    return { ...live, page: action.page, loadedAtMs: action.atMs, connection: 'live' };
  if (action.type === 'connection') return { ...live, connection: action.connection };
  return apply(live, action.event);
}

function apply(live: Live, event: PageEvent): Live {
  if (event.type === 'slack.modal') return { ...live, modals: withModal(live.modals, event) };
  if (event.type === 'slack.modal_closed') {
    return { ...live, modals: live.modals.filter((modal) => modal.viewId !== event.viewId) };
  }
  if (!live.page) return live;
  return { ...live, page: applyToPage(live.page, event) };
}

type ContentEvent = Exclude<PageEvent, { type: 'slack.modal' | 'slack.modal_closed' }>;

function applyToPage(page: PageState, event: ContentEvent): PageState {
  const { slack, teams } = page;
  switch (event.type) {
    case 'slack.message':
      return { ...page, slack: { ...slack, messages: withSlack(slack.messages, event.message) } };
    case 'slack.deleted': {
      const messages = slack.messages.filter((m) => m.channel !== event.channel || m.ts !== event.ts);
      return { ...page, slack: { ...slack, messages } };
    }
    case 'teams.message':
      return { ...page, teams: { ...teams, messages: withTeams(teams.messages, event.message) } };
    case 'teams.deleted': {
      const messages = teams.messages.filter(
        (m) => m.conversation !== event.conversation || m.id !== event.id,
      );
      return { ...page, teams: { ...teams, messages } };
    }
    case 'bot':
      return { ...page, botReady: event.ready };
    default:
      return unknownEvent(event, page);
  }
}

/** A newer server may tell more than this page knows: it goes on as if nothing was said. */
function unknownEvent(_event: never, page: PageState): PageState {
  return page;
}

function withModal(modals: readonly OpenModal[], modal: OpenModal): readonly OpenModal[] {
  const next = { person: modal.person, viewId: modal.viewId, view: modal.view };
  return [...modals.filter((m) => m.viewId !== modal.viewId), next];
}

function withSlack(messages: readonly SlackMessage[], message: SlackMessage): readonly SlackMessage[] {
  return upsert(
    messages,
    message,
    (m) => `${m.channel} ${m.ts}`,
    (m) => Number(m.ts),
  );
}

function withTeams(messages: readonly TeamsMessage[], message: TeamsMessage): readonly TeamsMessage[] {
  return upsert(
    messages,
    message,
    (m) => `${m.conversation} ${m.id}`,
    (m) => Date.parse(m.at),
  );
}

/** Replaces the item with the same key, else inserts it in order of time; equals keep the order they came in. */
function upsert<T>(
  items: readonly T[],
  item: T,
  key: (item: T) => string,
  time: (item: T) => number,
): readonly T[] {
  const at = items.findIndex((other) => key(other) === key(item));
  if (at >= 0) return items.with(at, item);
  const after = items.findLastIndex((other) => time(other) <= time(item));
  return items.toSpliced(after + 1, 0, item);
}
