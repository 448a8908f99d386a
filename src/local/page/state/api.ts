import type {
  PageState,
  SlackAction,
  SlackClose,
  SlackSend,
  SlackSubmit,
  TeamsAction,
  TeamsActionResult,
  TeamsSend,
} from '../../page-api.ts';
import { object, optional } from '../json.ts';

/** What a person does on the page, as calls to the server. Each rejects with a sentence that can be shown. */
export const api = {
  state: (): Promise<PageState> => request('state'),
  slackSend: (body: SlackSend): Promise<unknown> => request('slack/send', body),
  slackAction: (body: SlackAction): Promise<unknown> => request('slack/action', body),
  slackSubmit: (body: SlackSubmit): Promise<{ errors?: Record<string, string> }> =>
    request('slack/submit', body),
  slackClose: (body: SlackClose): Promise<unknown> => request('slack/close', body),
  teamsSend: (body: TeamsSend): Promise<unknown> => request('teams/send', body),
  teamsAction: (body: TeamsAction): Promise<TeamsActionResult> => request('teams/action', body),
};

/** The sentence of a caught error. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The server's answers are taken at their word: the type is the contract of page-api.ts. */
async function request<T>(path: string, body?: unknown): Promise<T> {
  const response = await fetch(`/page/${path}`, body === undefined ? {} : post(body)).catch(() => undefined);
  if (!response) throw new Error('The playground does not answer. Is `npm start` still running?');
  const answer: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    throw new Error(optional(object(answer).error) ?? `The playground answered ${response.status}.`);
  }
  return answer as T;
}

function post(body: unknown): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
