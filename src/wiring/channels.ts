import type { Config } from '../config.ts';
import type { Destination } from '../messaging/messenger.ts';
import { parseChannel } from '../messaging/routes.ts';

/** Where alerts go when no route says otherwise. */
export function defaultChannels({ slack, teams }: Config): readonly Destination[] {
  const named = [
    slack?.defaultChannel === undefined ? undefined : `slack:${slack.defaultChannel}`,
    teams?.defaultChannel === undefined ? undefined : `teams:${teams.defaultChannel}`,
  ];
  return named.flatMap((channel) => (channel === undefined ? [] : (parseChannel(channel) ?? [])));
}

/** Where the people are told who run Deckhand; undefined: in the default channel. */
export function opsChannel({ file }: Config): Destination | undefined {
  return file.opsChannel === undefined ? undefined : parseChannel(file.opsChannel);
}
