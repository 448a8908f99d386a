import { uuid } from './seeded.ts';

/** An EventBridge event before it has its id and time. */
export interface EventBody {
  readonly detailType: string;
  readonly account: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Whether an account and region passes no events on at a moment. */
export type IsSilent = (accountId: string, region: string, atMs: number) => boolean;

export type EventListener = (event: Readonly<Record<string, unknown>>) => void;

/** Gives events their id and time and hands them to the listeners, in order. */
export class Emitter {
  readonly #seed: string;
  readonly #isSilent: IsSilent;
  readonly #listeners: EventListener[] = [];
  #sent = 0;

  constructor(seed: string, isSilent: IsSilent = () => false) {
    this.#seed = seed;
    this.#isSilent = isSilent;
  }

  listen(listener: EventListener): void {
    this.#listeners.push(listener);
  }

  send(body: EventBody, atMs: number): void {
    this.sendRaw(envelope(body, this.nextId(), atMs), atMs);
  }

  /** An event that is whole already. */
  sendRaw(event: Readonly<Record<string, unknown>>, atMs: number): void {
    if (this.#isSilent(String(event['account']), String(event['region']), atMs)) return;
    for (const listener of this.#listeners) listener(event);
  }

  /** Unique among all events of this world, the same in every run. */
  nextId(): string {
    this.#sent += 1;
    return uuid(`${this.#seed}/event/${this.#sent}`);
  }
}

/** The outer fields, in the order in which EventBridge sends them; `time` in whole seconds. */
function envelope(body: EventBody, id: string, atMs: number): Record<string, unknown> {
  return {
    version: '0',
    id,
    'detail-type': body.detailType,
    source: 'aws.ecs',
    account: body.account,
    time: isoSeconds(atMs),
    region: body.region,
    resources: body.resources,
    detail: body.detail,
  };
}

export function isoSeconds(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

export function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
