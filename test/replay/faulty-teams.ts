import { type Answer, type Asked, FaultyPlatform } from './faulty-platform.ts';

interface Activity {
  readonly summary?: string;
}

/** As much of the Bot Connector as a sender needs; what stands in a channel cannot be searched. */
export class FaultyTeams extends FaultyPlatform {
  #ids = 1_700_000_000_000;

  protected isEdit(asked: Asked): boolean {
    return asked.method === 'PUT';
  }

  protected apply({ method, path, body }: Asked): Answer {
    const [, , , conversation = '', , id = ''] = path.split('/');
    const [channel = '', thread] = conversation.split(';messageid=');
    if (method === 'DELETE') return this.remove(channel, id) ? {} : { status: 404 };
    const sent = JSON.parse(body) as Activity & {
      readonly activity?: Activity;
      readonly channelData?: { readonly channel?: { readonly id?: string } };
    };
    if (method === 'PUT')
      return this.change(channel, id, sent.summary ?? '') ? { body: { id } } : { status: 404 };
    if (conversation !== '') return { body: { id: this.#post(channel, thread, sent.summary) } };
    const to = sent.channelData?.channel?.id ?? '';
    const posted = this.#post(to, undefined, sent.activity?.summary);
    return { status: 201, body: { id: `${to};messageid=${posted}`, activityId: posted } };
  }

  /** The senders of the test write `<key> r<revision>` as summary. */
  #post(channel: string, thread: string | undefined, summary = ''): string {
    this.#ids += 1;
    const id = String(this.#ids);
    this.show(channel, { id, thread, key: summary.split(' ')[0] ?? '', text: summary });
    return id;
  }
}
