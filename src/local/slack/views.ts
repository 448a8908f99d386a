import { createHash } from 'node:crypto';
import { slackStyleId } from '../cast.ts';
import { isObject, type JsonObject, objectAt, objectsOf } from '../json.ts';
import { checkBlocks } from './blocks.ts';
import { plainText } from './elements.ts';
import { Refusal, refusalAt } from './refusal.ts';
import type { Check, Problem } from './shape.ts';
import { anything, both, choice, flag, object, optional, required, string } from './shape.ts';
import type { Workspace } from './workspace.ts';

/** An open modal, or somebody's App Home. */
export interface StoredView {
  readonly id: string;
  readonly user: string;
  readonly rootId: string;
  readonly previousId: string | undefined;
  hash: string;
  view: JsonObject;
  /** What has been chosen in it so far, as `state.values`. */
  values: Record<string, Record<string, unknown>>;
}

/** A change of what a person sees. */
export type ViewChange =
  | { readonly kind: 'shown'; readonly view: StoredView }
  | { readonly kind: 'closed'; readonly view: StoredView }
  | { readonly kind: 'home'; readonly view: StoredView };

/** https://docs.slack.dev/reference/views/modal-views: a stack of at most three views. */
const MAX_STACK = 3;
const MAX_VIEW_BYTES = 250_000;

/** Modals and App Homes of everybody. */
export class Views {
  private readonly ws: Workspace;
  private readonly open = new Map<string, StoredView>();
  private readonly homes = new Map<string, StoredView>();
  private readonly listeners: ((change: ViewChange) => void)[] = [];
  private count = 0;

  constructor(ws: Workspace) {
    this.ws = ws;
  }

  onChange(listener: (change: ViewChange) => void): void {
    this.listeners.push(listener);
  }

  find(id: string): StoredView | undefined {
    return this.open.get(id) ?? [...this.homes.values()].find((home) => home.id === id);
  }

  byExternalId(id: string): StoredView | undefined {
    return [...this.open.values(), ...this.homes.values()].find((each) => each.view.external_id === id);
  }

  home(user: string): StoredView | undefined {
    return this.homes.get(user);
  }

  /** The person's views, the lowest first. */
  stackOf(user: string): readonly StoredView[] {
    return [...this.open.values()].filter((view) => view.user === user);
  }

  /** @throws Refusal */
  show(user: string, view: unknown, previous?: StoredView): StoredView {
    const checked = checkView(view, 'modal');
    if (this.stackOf(user).length >= MAX_STACK) throw new Refusal('push_limit_reached');
    this.refuseDuplicate(checked);
    const shown = this.make(user, checked, previous);
    this.open.set(shown.id, shown);
    this.announce({ kind: 'shown', view: shown });
    return shown;
  }

  /** @throws Refusal `hash_conflict` when `hash` is given and old */
  update(stored: StoredView, view: unknown, hash?: string): void {
    if (hash !== undefined && hash !== stored.hash) throw new Refusal('hash_conflict');
    const kind = this.homes.get(stored.user) === stored ? 'home' : 'modal';
    const checked = checkView(view, kind);
    this.refuseDuplicate(checked, stored);
    stored.view = this.withIds(checked);
    stored.hash = this.nextHash();
    this.announce({ kind: kind === 'home' ? 'home' : 'shown', view: stored });
  }

  /** @throws Refusal */
  publish(user: string, view: unknown, hash?: string): StoredView {
    const before = this.homes.get(user);
    if (before !== undefined) {
      this.update(before, view, hash);
      return before;
    }
    const home = this.make(user, checkView(view, 'home'), undefined);
    this.homes.set(user, home);
    this.announce({ kind: 'home', view: home });
    return home;
  }

  /** Takes one view off the person's stack, or with `all` every one. */
  close(stored: StoredView, all = false): void {
    for (const view of all ? this.stackOf(stored.user).toReversed() : [stored]) {
      this.open.delete(view.id);
      this.announce({ kind: 'closed', view });
    }
  }

  /** The view as the API and the payloads show it: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
  shown(stored: StoredView): JsonObject {
    const { view } = stored;
    return {
      id: stored.id,
      team_id: this.ws.cast.teamId,
      type: view.type,
      blocks: view.blocks,
      private_metadata: view.private_metadata ?? '',
      callback_id: view.callback_id ?? '',
      state: { values: stored.values },
      hash: stored.hash,
      title: view.title ?? null,
      close: view.close ?? null,
      submit: view.submit ?? null,
      clear_on_close: view.clear_on_close ?? false,
      notify_on_close: view.notify_on_close ?? false,
      previous_view_id: stored.previousId ?? null,
      root_view_id: stored.rootId,
      app_id: this.ws.cast.appId,
      external_id: view.external_id ?? '',
      app_installed_team_id: this.ws.cast.teamId,
      bot_id: this.ws.cast.botId,
    };
  }

  private make(user: string, view: JsonObject, previous: StoredView | undefined): StoredView {
    this.count += 1;
    const id = slackStyleId('V', `view ${this.count} ${user}`);
    const hash = this.nextHash();
    const rootId = previous?.rootId ?? id;
    return { id, user, rootId, previousId: previous?.id, hash, view: this.withIds(view), values: {} };
  }

  private withIds(view: JsonObject): JsonObject {
    const blocks = objectsOf(view.blocks).map((block, index) => {
      const element =
        block.type === 'input' ? { element: withActionId(objectAt(block, 'element'), index) } : {};
      return { block_id: `b${this.count}-${index}`, ...block, ...element };
    });
    return { ...view, blocks };
  }

  private nextHash(): string {
    const ts = this.ws.nextTs();
    return `${ts.split('.')[0]}.${createHash('sha256').update(ts).digest('base64url').slice(0, 8)}`;
  }

  private refuseDuplicate(view: JsonObject, self?: StoredView): void {
    const id = view.external_id;
    if (typeof id !== 'string' || id === '') return;
    const taken = [...this.open.values()].some((each) => each !== self && each.view.external_id === id);
    if (taken) throw new Refusal('duplicate_external_id');
  }

  private announce(change: ViewChange): void {
    for (const listener of this.listeners) listener(change);
  }
}

function withActionId(element: JsonObject, index: number): JsonObject {
  return element.action_id === undefined ? { ...element, action_id: `a${index}` } : element;
}

const common = {
  blocks: required(anything),
  private_metadata: optional(string(3000)),
  callback_id: optional(string(255)),
  external_id: optional(string(255)),
};

/** https://docs.slack.dev/reference/views/modal-views and …/home-tab-views */
const VIEW_SHAPES: Readonly<Record<'modal' | 'home', Check>> = {
  modal: both(
    object({
      ...common,
      type: required(choice('modal')),
      title: required(plainText(24)),
      close: optional(plainText(24)),
      submit: optional(plainText(24)),
      clear_on_close: optional(flag),
      notify_on_close: optional(flag),
      submit_disabled: optional(flag),
    }),
    inputsNeedSubmit,
  ),
  home: object({ ...common, type: required(choice('home')) }),
};

function inputsNeedSubmit(view: unknown, pointer: string, problems: Problem[]): void {
  if (!isObject(view) || view.submit !== undefined) return;
  if (objectsOf(view.blocks).some((block) => block.type === 'input')) {
    problems.push({
      message: 'submit is required when an input block is in the view',
      pointer: `${pointer}/submit`,
    });
  }
}

/** Judges a view before anything else is done with it. @throws Refusal `invalid_arguments` with the places, `view_too_large` */
export function checkView(view: unknown, kind: 'modal' | 'home'): JsonObject {
  const problems: Problem[] = [];
  VIEW_SHAPES[kind](view, '/view', problems);
  if (isObject(view)) problems.push(...checkBlocks(view.blocks, kind, '/view/blocks'));
  if (problems.length > 0 || !isObject(view)) throw refusalAt('invalid_arguments', problems);
  if (Buffer.byteLength(JSON.stringify(view)) > MAX_VIEW_BYTES) throw new Refusal('view_too_large');
  return view;
}
