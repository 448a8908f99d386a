import type { AwsApi } from '../aws/api.ts';
import type { AccountConfig } from '../domain/accounts.ts';
import { sentenceFor } from '../domain/errors.ts';
import type { TaskDefinition } from '../domain/fleet.ts';
import type { InventoryStore } from '../store/inventory-store.ts';
import type { Log } from '../telemetry/log.ts';
import { InFlight } from './cache.ts';
import { readTaskDefinition } from './service-details.ts';

/** Old revisions leave the memory in the order they came; the table still has them. */
const MOST_IN_MEMORY = 20_000;

/** Task definitions, each read once ever: a revision never changes. */
export class TaskDefinitions {
  readonly #store: InventoryStore | undefined;
  readonly #log: Pick<Log, 'warn'>;
  readonly #known = new Map<string, TaskDefinition>();
  readonly #reading = new InFlight<TaskDefinition>();

  constructor(store: InventoryStore | undefined, log: Pick<Log, 'warn'>) {
    this.#store = store;
    this.#log = log;
  }

  /** What is in memory; no call. */
  known(place: DefinitionPlace, arn: string): TaskDefinition | undefined {
    return this.#known.get(keyOf(place, arn));
  }

  /** @throws what the call throws. */
  async read(place: DefinitionPlace & { readonly api: AwsApi }, arn: string): Promise<TaskDefinition> {
    const key = keyOf(place, arn);
    return this.#known.get(key) ?? this.#reading.run(key, () => this.#read(place.api, key, arn));
  }

  async #read(api: AwsApi, key: string, arn: string): Promise<TaskDefinition> {
    // `family:revision` alone names different things in different accounts.
    const isKeepable = /^arn:.+:\d+$/.test(arn);
    const kept = isKeepable ? await this.#kept(arn) : undefined;
    const definition = kept ?? (await readTaskDefinition(api, arn));
    this.#remember(key, definition);
    if (isKeepable && !kept) {
      const text = JSON.stringify(definition);
      await this.#attempt(() => this.#store?.keepTaskDefinition(arn, text));
    }
    return definition;
  }

  async #kept(arn: string): Promise<TaskDefinition | undefined> {
    const text = await this.#attempt(() => this.#store?.taskDefinition(arn));
    // Written by this class; a shape that is no more has no containers.
    const kept = text === undefined ? undefined : (JSON.parse(text) as Partial<TaskDefinition>);
    return Array.isArray(kept?.containers) ? (kept as TaskDefinition) : undefined;
  }

  #remember(key: string, definition: TaskDefinition): void {
    this.#known.set(key, definition);
    const oldest = this.#known.keys().next().value;
    if (this.#known.size > MOST_IN_MEMORY && oldest !== undefined) this.#known.delete(oldest);
  }

  /** The table saves calls; without it they are made. */
  async #attempt<T>(work: () => Promise<T> | undefined): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#log.warn(
        { err: error, why: sentenceFor(error).message },
        'a task definition could not be kept or found',
      );
      return undefined;
    }
  }
}

export interface DefinitionPlace {
  readonly account: Pick<AccountConfig, 'name'>;
  readonly region: string;
}

function keyOf({ account, region }: DefinitionPlace, arn: string): string {
  return `${account.name}/${region}/${arn}`;
}
