import type { App } from '@slack/bolt';
import { onAction } from './action.ts';
import { onCommand } from './command.ts';
import type { ListenerContext } from './context.ts';
import { onMessage } from './message.ts';

/** Registers every listener. */
export function registerListeners(app: App, context: ListenerContext): void {
  onCommand(app, context);
  onMessage(app, context);
  onAction(app, context);
}
