/** What came back; the body is of no interest, and may be long or hostile. */
export type Posted =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfterMs: number | undefined }
  /** `isUnsure`: the request may have arrived all the same. */
  | { readonly kind: 'no_answer'; readonly why: string; readonly isUnsure: boolean };

export interface Post {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const TIMEOUT_MS = 8000;
const LONGEST_WAIT_MS = 3_600_000;
/** No connection was made, so nothing can have arrived. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Posts JSON once: eight seconds at most, and no redirect is followed. Never rejects. */
export async function postJson(request: typeof fetch, { url, body, headers }: Post): Promise<Posted> {
  try {
    const answer = await request(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'user-agent': 'Deckhand', ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    return {
      kind: 'answer',
      status: answer.status,
      retryAfterMs: retryAfter(answer.headers.get('retry-after')),
    };
  } catch (error) {
    const code = codeOf(error);
    return {
      kind: 'no_answer',
      why: code ?? 'time-out',
      isUnsure: code === undefined || !NEVER_SENT.has(code),
    };
  }
}

/** Seconds; the form with a date is rare and left alone. */
function retryAfter(header: string | null): number | undefined {
  if (header === null || !/^\d+$/.test(header.trim())) return undefined;
  return Math.min(Number(header) * 1000, LONGEST_WAIT_MS);
}

/** The network's own word, `ECONNREFUSED`: fetch hides it in the cause. */
function codeOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
