import { z } from 'zod';
import { Denied, Unreachable } from '../domain/errors.ts';

/** Which of these groups (`teams:<object id>`) a person is in. Rejects when Microsoft does not say. */
export type TeamsGroupsOf = (
  person: { readonly platform: string; readonly id: string },
  among: readonly string[],
) => Promise<readonly string[]>;

export interface EntraSettings {
  /** `https://graph.microsoft.com`, or another cloud's. */
  readonly graphUrl: string;
  /** `https://login.microsoftonline.com`, or another cloud's. */
  readonly loginUrl: string;
}

export interface TeamsGroupsOptions extends EntraSettings {
  /** Empty only towards an emulator. */
  readonly appId: string;
  readonly appPassword: string;
  readonly tenantId: string | undefined;
  /** The machine's clock. */
  readonly now: () => number;
  readonly request?: typeof fetch;
}

/** Who has left a group keeps its rights so long at most. */
const KEEP_MS = 30_000;
/** People whose groups are kept. */
const MOST = 5000;
/** Ids in one question, at most. */
const BATCH = 20;
const TIMEOUT_MS = 5000;
/** A token is renewed while it still has so long. */
const SPARE_MS = 60_000;

const OBJECT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const membersSchema = z.object({ value: z.array(z.string()) });
const tokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number() });

/**
 * Asks Microsoft Graph, with a token of the app itself, and keeps the answer for half a minute. The app needs the
 * application permissions GroupMember.Read.All and User.ReadBasic.All. Groups within groups count.
 * Source: https://learn.microsoft.com/graph/api/directoryobject-checkmembergroups
 */
export function makeTeamsGroups(options: TeamsGroupsOptions): TeamsGroupsOf {
  const kept = new Map<
    string,
    { untilMs: number; asked: ReadonlySet<string>; inside: ReadonlySet<string> }
  >();
  const ask = makeGraphQuestion(options);
  return async ({ platform, id }, among) => {
    const groups = [...new Set(among.map(objectIdOf))].filter((each) => OBJECT_ID.test(each));
    // Accounts that Entra does not know are in no group of its.
    if (platform !== 'teams' || !OBJECT_ID.test(id) || groups.length === 0) return [];
    const known = kept.get(id);
    const isFresh = known !== undefined && known.untilMs > options.now();
    if (isFresh && groups.every((each) => known.asked.has(each))) return named(among, known.inside);
    const answers = await Promise.all(batches(groups).map((batch) => ask(id, batch)));
    const inside = new Set(answers.flat().map((each) => each.toLowerCase()));
    if (kept.size >= MOST) kept.clear();
    kept.set(id, { untilMs: options.now() + KEEP_MS, asked: new Set(groups), inside });
    return named(among, inside);
  };
}

/** As the grants write them. */
function named(among: readonly string[], inside: ReadonlySet<string>): readonly string[] {
  return among.filter((who) => inside.has(objectIdOf(who)));
}

/** People copy ids in either case; Entra does not mind. */
function objectIdOf(who: string): string {
  return who.replace(/^teams:/, '').toLowerCase();
}

function batches(groups: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(groups.length / BATCH) }, (_, at) =>
    groups.slice(at * BATCH, (at + 1) * BATCH),
  );
}

function makeGraphQuestion(options: TeamsGroupsOptions) {
  const token = makeToken(options);
  const { request = fetch, graphUrl } = options;
  return async (id: string, groupIds: readonly string[]): Promise<readonly string[]> => {
    const authorization = `Bearer ${await token.get()}`;
    const url = `${graphUrl.replace(/\/+$/, '')}/v1.0/users/${encodeURIComponent(id)}/checkMemberGroups`;
    const answer = await send(request, url, 'Microsoft Graph', {
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ groupIds }),
    });
    // Nobody of this tenant: in no group of it.
    if (answer.status === 404) return [];
    if (answer.status === 401) token.forget();
    if (answer.status === 401 || answer.status === 403) {
      throw new Denied(
        `Microsoft Graph does not tell me groups (HTTP ${answer.status}): give the app GroupMember.Read.All and User.ReadBasic.All, with an administrator’s consent.`,
      );
    }
    const read = membersSchema.safeParse(answer.body);
    if (answer.status === 200 && read.success) return read.data.value;
    throw new Unreachable(`Microsoft Graph answered a question about groups with HTTP ${answer.status}.`);
  };
}

/**
 * The app's own token, got once for many questions.
 * Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 */
function makeToken({ appId, appPassword, tenantId, now, request = fetch, ...urls }: TeamsGroupsOptions) {
  let current: { readonly token: Promise<string>; untilMs: number } | undefined;
  const fetched = async (): Promise<{ readonly token: string; readonly forMs: number }> => {
    const url = `${urls.loginUrl.replace(/\/+$/, '')}/${encodeURIComponent(tenantId ?? 'common')}/oauth2/v2.0/token`;
    const { status, body } = await send(request, url, 'Microsoft’s login', {
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: appId,
        client_secret: appPassword,
        scope: scopeOf(urls.graphUrl),
      }),
    });
    const read = tokenSchema.safeParse(body);
    if (status === 200 && read.success)
      return { token: read.data.access_token, forMs: read.data.expires_in * 1000 };
    throw new Denied(`Microsoft gives the app no token for Graph (HTTP ${status}).`);
  };
  const renew = (): Promise<string> => {
    const mine = { token: Promise.resolve(''), untilMs: Number.POSITIVE_INFINITY };
    mine.token = fetched().then(
      ({ token, forMs }) => {
        mine.untilMs = now() + Math.max(0, forMs - SPARE_MS);
        return token;
      },
      (error: unknown) => {
        mine.untilMs = 0;
        throw error;
      },
    );
    current = mine;
    return mine.token;
  };
  return {
    get: () => (current !== undefined && current.untilMs > now() ? current.token : renew()),
    forget: () => {
      current = undefined;
    },
  };
}

/** Each cloud's Graph is a resource of its own; an emulator of Graph stands for the public one. */
function scopeOf(graphUrl: string): string {
  return `${graphUrl.startsWith('https:') ? new URL(graphUrl).origin : 'https://graph.microsoft.com'}/.default`;
}

/** One POST; what is not JSON is no answer. @throws Unreachable */
async function send(
  request: typeof fetch,
  url: string,
  who: string,
  init: { readonly headers?: Record<string, string>; readonly body: string | URLSearchParams },
): Promise<{ readonly status: number; readonly body: unknown }> {
  try {
    // A redirect could carry the secret to another host.
    const options = { method: 'POST', redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) } as const;
    const answer = await request(url, { ...init, ...options });
    return { status: answer.status, body: await answer.json().catch(() => undefined) };
  } catch (error) {
    throw new Unreachable(`${who} does not answer.`, { cause: error });
  }
}
