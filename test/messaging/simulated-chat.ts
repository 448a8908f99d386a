import type { Card } from '../../src/cards/card.ts';
import { Denied, NotFound, NotSent, Throttled, Unreachable } from '../../src/domain/errors.ts';
import {
  type Destination,
  destinationKey,
  type FindOptions,
  type MessageId,
  type Messenger,
  type PostOptions,
} from '../../src/messaging/messenger.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A message as people see it in the channel. */
export interface Seen {
  readonly id: MessageId;
  readonly key: string;
  readonly thread: MessageId | undefined;
  readonly atMs: number;
  text: string;
}

export interface Request {
  readonly kind: 'post' | 'edit' | 'find' | 'delete';
  readonly dest: string;
  readonly key: string;
  readonly thread: MessageId | undefined;
  readonly atMs: number;
}

/** What becomes of one request. Times in milliseconds after its start. */
export interface Fate {
  /** When it takes effect; absent: never. */
  readonly effectMs?: number;
  /** When the answer is there; absent: never. */
  readonly answerMs?: number;
  /** The answer is this error; with an effect as well, the answer was lost. */
  readonly error?: () => Error;
}

export const fates = {
  good: (ms = 100): Fate => ({ effectMs: ms / 2, answerMs: ms }),
  /** It arrived, and the connection broke before the answer. */
  answerLost: (): Fate => ({
    effectMs: 50,
    answerMs: 200,
    error: () => new Unreachable('Connection reset.'),
  }),
  /** It arrived, and nothing is ever heard of it. */
  silence: (): Fate => ({ effectMs: 50 }),
  /** Nothing arrived, and nothing is ever heard of it. */
  void: (): Fate => ({}),
  /** It arrives long after the caller has given up. */
  late: (ms: number): Fate => ({ effectMs: ms }),
  serverError: (): Fate => ({ answerMs: 80, error: () => new Unreachable('Answered 500.') }),
  throttled: (retryAfterMs: number): Fate => ({
    answerMs: 20,
    error: () => new Throttled('Too many requests.', { retryAfterMs }),
  }),
  notSent: (): Fate => ({ answerMs: 5, error: () => new NotSent('Connection refused.') }),
  revoked: (): Fate => ({ answerMs: 20, error: () => new Denied('The token is revoked.') }),
};

/** A chat platform in memory. `fate` decides per request; `searchable` is what tells Slack from Teams here. */
export class SimulatedChat {
  readonly requests: Request[] = [];
  readonly #channels = new Map<string, Seen[]>();
  readonly #arrived: { readonly id: MessageId; readonly key: string; readonly dest: string }[] = [];
  readonly #time: VirtualTime;
  readonly #platform: 'slack' | 'teams';
  #ids = 0;
  searchable: boolean;
  /** A search is answered and never finds anything. */
  forgetful = false;
  fate: (request: Request) => Fate = () => fates.good();

  constructor(time: VirtualTime, platform: 'slack' | 'teams') {
    this.#time = time;
    this.#platform = platform;
    this.searchable = platform === 'slack';
  }

  seen(dest: string): readonly Seen[] {
    return this.#channels.get(dest) ?? [];
  }

  /** Every id that a message with this key ever got, deleted ones included. */
  arrived(dest: string, key: string): readonly MessageId[] {
    return this.#arrived.filter((m) => m.dest === dest && m.key === key).map((m) => m.id);
  }

  /** The platform as a process sees it. */
  messenger(): Messenger {
    return {
      platform: this.#platform,
      post: (dest, card, options) => this.#post(dest, card, options),
      edit: (dest, id, card, options) => this.#edit(dest, id, card, options),
      find: (dest, key, options) => this.#find(dest, key, options),
      delete: (dest, id) => this.#delete(dest, id),
    };
  }

  /** People or the platform take a message away. */
  remove(dest: string, id: MessageId): void {
    this.#channels.set(
      dest,
      this.seen(dest).filter((message) => message.id !== id),
    );
  }

  #post(dest: Destination, card: Card, { key, thread }: PostOptions): Promise<MessageId> {
    return this.#request('post', dest, key, thread, () => {
      this.#ids += 1;
      const id = String(this.#ids).padStart(6, '0');
      const at = destinationKey(dest);
      const seen = { id, key, thread, text: card.title, atMs: this.#time.now() };
      this.#channels.set(at, [...this.seen(at), seen]);
      this.#arrived.push({ id, key, dest: at });
      return id;
    });
  }

  #edit(dest: Destination, id: MessageId, card: Card, { key, thread }: PostOptions): Promise<void> {
    return this.#request('edit', dest, key, thread, () => {
      const message = this.seen(destinationKey(dest)).find((m) => m.id === id);
      if (!message) throw new NotFound('message_not_found');
      message.text = card.title;
    });
  }

  #find(
    dest: Destination,
    key: string,
    { thread, sinceMs }: FindOptions,
  ): Promise<readonly MessageId[] | undefined> {
    return this.#request('find', dest, key, thread, () => {
      if (!this.searchable) return undefined;
      if (this.forgetful) return [];
      return this.seen(destinationKey(dest))
        .filter((m) => m.key === key && m.atMs >= sinceMs && (thread === undefined || m.thread === thread))
        .map((m) => m.id);
    });
  }

  #delete(dest: Destination, id: MessageId): Promise<void> {
    return this.#request('delete', dest, '', undefined, () => {
      const at = destinationKey(dest);
      if (!this.seen(at).some((m) => m.id === id)) throw new NotFound('message_not_found');
      this.remove(at, id);
    });
  }

  #request<T>(
    kind: Request['kind'],
    dest: Destination,
    key: string,
    thread: MessageId | undefined,
    effect: () => T,
  ): Promise<T> {
    const request = { kind, dest: destinationKey(dest), key, thread, atMs: this.#time.now() };
    this.requests.push(request);
    const fate = this.fate(request);
    let result: { value: T } | { error: unknown } | undefined;
    const { effectMs, answerMs } = fate;
    if (effectMs !== undefined) {
      this.#time.after(effectMs, () => {
        try {
          result = { value: effect() };
        } catch (error) {
          result = { error };
        }
      });
    }
    return new Promise((resolve, reject) => {
      if (answerMs === undefined) return;
      this.#time.after(answerMs, () => {
        if (fate.error) reject(fate.error());
        else if (result && 'value' in result) resolve(result.value);
        else reject(result?.error instanceof Error ? result.error : new Unreachable('No answer.'));
      });
    });
  }
}
