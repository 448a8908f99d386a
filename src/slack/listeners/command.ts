import { randomUUID } from 'node:crypto';
import type { App } from '@slack/bolt';
import { ANY_TENANT } from '../../messaging/messenger.ts';
import { makeReply, makeResponseUrlReply } from '../reply.ts';
import type { ListenerContext } from './context.ts';

/** `/ecs …`, whatever the app calls its command. Slack allows no slash command inside a thread. */
export function onCommand(app: App, context: ListenerContext): void {
  app.command(/.*/, async ({ command, ack, respond }) => {
    await ack();
    context.commandName.heard(command.command);
    // Slack sends a command once: there is no repetition to recognise.
    const id = randomUUID();
    const dest = { platform: 'slack', tenant: ANY_TENANT, channel: command.channel_id } as const;
    const [{ person, zone }, membership] = await Promise.all([
      context.people.person(command.user_id, command.team_id, command.user_name),
      context.mayPost(command.channel_id),
    ]);
    const reply =
      membership === 'stranger'
        ? makeResponseUrlReply(command.command, respond)
        : makeReply({
            answers: context.answers,
            client: context.client,
            log: context.log,
            requestId: id,
            dest,
            user: command.user_id,
            prefix: command.command,
            respond,
            direct: false,
            tryFirst: membership === 'unknown',
          });
    await context.chat.say(
      {
        id,
        person,
        dest,
        text: command.text ?? '',
        ...(zone === undefined ? {} : { zone }),
      },
      reply,
    );
  });
}
