import { type Answer, type Asked, FaultyPlatform } from './faulty-platform.ts';

/** As much of Slack as a sender needs. */
export class FaultySlack extends FaultyPlatform {
  /** A search is answered and never finds anything. */
  forgetful = false;
  #lastTs = 0;

  protected isEdit(asked: Asked): boolean {
    return asked.path.endsWith('/chat.update');
  }

  protected apply({ path, body }: Asked): Answer {
    const method = path.split('/').at(-1) ?? '';
    const form = new URLSearchParams(body);
    const channel = form.get('channel') ?? '';
    const ts = form.get('ts') ?? '';
    const gone = { body: { ok: false, error: 'message_not_found' } };
    switch (method) {
      case 'chat.postMessage':
        return this.#post(channel, form);
      case 'chat.update':
        return this.change(channel, ts, form.get('text') ?? '') ? { body: { ok: true, channel, ts } } : gone;
      case 'chat.delete':
        return this.remove(channel, ts) ? { body: { ok: true, channel, ts } } : gone;
      case 'conversations.history':
      case 'conversations.replies':
        return this.#list(
          channel,
          method === 'conversations.replies' ? ts : undefined,
          form.get('oldest') ?? '0',
        );
      default:
        return { body: { ok: false, error: 'unknown_method' } };
    }
  }

  #post(channel: string, form: URLSearchParams): Answer {
    this.#lastTs = Math.max(this.#lastTs + 1, Date.now() * 1_000);
    const ts = (this.#lastTs / 1_000_000).toFixed(6);
    const metadata = JSON.parse(form.get('metadata') ?? '{}') as { event_payload?: { k?: string } };
    const key = metadata.event_payload?.k ?? '';
    const thread = form.get('thread_ts') ?? undefined;
    this.show(channel, { id: ts, thread, key, text: form.get('text') ?? '' });
    return { body: { ok: true, channel, ts } };
  }

  #list(channel: string, root: string | undefined, oldest: string): Answer {
    if (this.forgetful) return { body: { ok: true, messages: [] } };
    const listed = this.messages(channel).filter(
      (m) =>
        (root === undefined ? m.thread === undefined : m.thread === root) && Number(m.id) >= Number(oldest),
    );
    const messages = listed.map((m) => ({
      ts: m.id,
      text: m.text,
      metadata: { event_type: 'deckhand_message', event_payload: { k: m.key } },
    }));
    return { body: { ok: true, messages } };
  }
}
