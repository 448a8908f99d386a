import type { JsonObject } from '../json.ts';
import type { Arguments } from './arguments.ts';
import type { Method, MethodContext } from './method.ts';
import { Refusal } from './refusal.ts';
import { checkView, type StoredView } from './views.ts';

/** https://docs.slack.dev/reference/methods?family=views */
export const VIEW_METHODS: Readonly<Record<string, Method>> = {
  'views.open': { tier: 'tier4', run: open },
  'views.push': { tier: 'tier4', run: push },
  'views.update': { tier: 'tier4', run: update },
  'views.publish': { tier: 'tier4', run: publish },
};

function open(args: Arguments, { tickets, views }: MethodContext): JsonObject {
  const view = checkView(viewOf(args), 'modal');
  const user = tickets.useTrigger(triggerOf(args));
  for (const lower of views.stackOf(user).slice(0, 1)) views.close(lower, true);
  return { view: views.shown(views.show(user, view)) };
}

function push(args: Arguments, { tickets, views }: MethodContext): JsonObject {
  const view = checkView(viewOf(args), 'modal');
  const user = tickets.useTrigger(triggerOf(args));
  const top = views.stackOf(user).at(-1);
  if (top === undefined) throw new Refusal('not_found');
  return { view: views.shown(views.show(user, view, top)) };
}

function update(args: Arguments, { views }: MethodContext): JsonObject {
  const view = viewOf(args);
  const stored = findView(args, views);
  views.update(stored, view, args.text('hash'));
  return { view: views.shown(stored) };
}

function publish(args: Arguments, { ws, views }: MethodContext): JsonObject {
  const user = args.need('user_id');
  const view = viewOf(args);
  if (!ws.users.has(user)) throw new Refusal('invalid_arguments', note('user_id: user_not_found'));
  return { view: views.shown(views.publish(user, view, args.text('hash'))) };
}

function viewOf(args: Arguments): unknown {
  const given = args.json('view');
  if (given === undefined || given === 'invalid')
    throw new Refusal('invalid_arguments', note('missing required field: view'));
  return given.value;
}

/** Newer interactivity carries the same ticket as `interactivity_pointer`. */
function triggerOf(args: Arguments): string {
  return args.text('interactivity_pointer') ?? args.need('trigger_id');
}

function findView(args: Arguments, views: MethodContext['views']): StoredView {
  const id = args.text('view_id');
  const external = args.text('external_id');
  if (id === undefined && external === undefined)
    throw new Refusal('invalid_arguments', note('missing required field: view_id'));
  const found = id === undefined ? views.byExternalId(external ?? '') : views.find(id);
  if (found === undefined) throw new Refusal('not_found');
  return found;
}

function note(message: string): JsonObject {
  return { response_metadata: { messages: [`[ERROR] ${message}`] } };
}
