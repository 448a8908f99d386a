import { isObject, type JsonObject, objectAt, objectsOf, stringAt } from '../json.ts';
import { inputValues } from './input-values.ts';
import { viewActionPayload, viewPayload } from './payloads.ts';
import { findElement, type People, type PeopleParts, PersonSees, selectionOf } from './people.ts';
import { Refusal } from './refusal.ts';
import type { StoredView, Views } from './views.ts';

/** What people do in modals and in App Home. */
export class Modals {
  private readonly parts: PeopleParts;
  private readonly people: People;
  private readonly views: Views;

  constructor(parts: PeopleParts, people: People, views: Views) {
    this.parts = parts;
    this.people = people;
    this.views = views;
  }

  /**
   * Submits a modal; answers the errors by block id that the app, or Slack itself, puts beside its inputs.
   * @throws PersonSees
   */
  async submit(
    userId: string,
    viewId: string,
    values: JsonObject,
  ): Promise<Readonly<Record<string, string>>> {
    const view = this.open(userId, viewId);
    view.values = { ...view.values, ...inputValues(objectsOf(view.view.blocks), values) };
    const incomplete = checkInputs(view);
    if (Object.keys(incomplete).length > 0) return incomplete;
    const { ws, tickets, courier } = this.parts;
    const user = this.people.user(userId);
    const payload = viewPayload(ws, tickets, this.views, user, view, 'view_submission');
    const delivery = await courier.deliver('interactive', payload);
    if (!delivery.ok) throw new PersonSees('We had some trouble connecting. Try again?', 502);
    return this.follow(view, isObject(delivery.answer) ? delivery.answer : {});
  }

  /** Closes a modal; the app hears of it where it asked to (`notify_on_close`). @throws PersonSees */
  async close(userId: string, viewId: string): Promise<void> {
    const view = this.open(userId, viewId);
    this.views.close(view, view.view.clear_on_close === true);
    if (view.view.notify_on_close !== true) return;
    const { ws, tickets, courier } = this.parts;
    const user = this.people.user(userId);
    await courier.deliver('interactive', viewPayload(ws, tickets, this.views, user, view, 'view_closed'));
  }

  /** Clicks or chooses something in a modal or in App Home. @throws PersonSees */
  async act(userId: string, viewId: string, given: JsonObject): Promise<void> {
    const view = this.open(userId, viewId);
    const element = findElement(objectsOf(view.view.blocks), given);
    if (element === undefined) throw new PersonSees('This view has no such element any more.', 404);
    const action = { ...element, ...selectionOf({ ...given, type: element.type }) };
    const block = String(element.block_id);
    const chosen = { type: element.type, ...selectionOf(action) };
    if (element.type !== 'button')
      view.values[block] = { ...view.values[block], [String(element.action_id)]: chosen };
    const { ws, tickets, courier } = this.parts;
    const user = this.people.user(userId);
    const delivery = await courier.deliver(
      'interactive',
      viewActionPayload(ws, tickets, this.views, user, view, action),
    );
    if (!delivery.ok) throw new PersonSees('We had some trouble connecting. Try again?', 502);
  }

  /** Opens the app's Home or Messages tab. @throws PersonSees */
  async openHome(userId: string, tab: 'home' | 'messages'): Promise<void> {
    const user = this.people.user(userId);
    const { ws, events } = this.parts;
    const home = this.views.home(userId);
    const event = {
      type: 'app_home_opened',
      user: user.id,
      channel: ws.find(user.id)?.id ?? '',
      tab,
      ...(home === undefined ? {} : { view: this.views.shown(home) }),
      event_ts: ws.nextTs(),
    };
    const delivery = await events.send(event);
    if (!delivery.ok) throw new PersonSees(`Deckhand did not answer (${delivery.reason}).`, 502);
  }

  private open(userId: string, viewId: string): StoredView {
    const view = this.views.find(viewId);
    if (view === undefined || view.user !== userId)
      throw new PersonSees('This dialog is not open any more.', 404);
    return view;
  }

  /** https://docs.slack.dev/surfaces/modals#response_actions */
  private follow(view: StoredView, answer: JsonObject): Readonly<Record<string, string>> {
    try {
      switch (answer.response_action) {
        case 'errors':
          return Object.fromEntries(
            Object.entries(objectAt(answer, 'errors')).map(([id, text]) => [id, String(text)]),
          );
        case 'update':
          this.views.update(view, answer.view);
          return {};
        case 'push':
          this.views.show(view.user, answer.view, view);
          return {};
        default:
          this.views.close(view, answer.response_action === 'clear');
          return {};
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new PersonSees(`We had some trouble connecting. Try again? (${error.error})`, 502);
    }
  }
}

/** What Slack's own client refuses before it asks the app. */
function checkInputs(view: StoredView): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {};
  for (const block of objectsOf(view.view.blocks).filter((each) => each.type === 'input')) {
    const element = objectAt(block, 'element');
    const id = String(block.block_id);
    const value = objectAt(view.values[id], String(element.action_id));
    const filled = Object.entries(value).some(([name, each]) => name !== 'type' && !isEmpty(each));
    const text = stringAt(value, 'value') ?? '';
    if (!filled && block.optional !== true) errors[id] = 'Please complete this required field.';
    else if (typeof element.max_length === 'number' && text.length > element.max_length) {
      errors[id] = `Must be at most ${element.max_length} characters.`;
    } else if (filled && typeof element.min_length === 'number' && text.length < element.min_length) {
      errors[id] = `Must be at least ${element.min_length} characters.`;
    }
  }
  return errors;
}

function isEmpty(value: unknown): boolean {
  return (
    value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
  );
}
