import type { PageChannel, PagePerson, PageState } from '../../page-api.ts';

/** Whether a name or an id of either side means this person. */
export function isPerson(person: PagePerson, id: string | undefined): boolean {
  return id !== undefined && (id === person.name || id === person.slackId || id === person.teamsId);
}

/** The name to show for an id of either side; the id itself when nobody has it. */
export function nameOf(page: PageState, id: string): string {
  if (id === page.slack.botUserId || id === page.teams.botId) return 'Deckhand';
  if (id === 'USLACKBOT') return 'Slackbot';
  return page.people.find((person) => isPerson(person, id))?.name ?? id;
}

/** The channels that this person sees: all channels, and direct messages of their own, named if they have no name. */
export function channelsFor(channels: readonly PageChannel[], person: PagePerson): readonly PageChannel[] {
  return channels
    .filter((channel) => channel.kind === 'channel' || isPerson(person, channel.person))
    .map((channel) => (channel.name === '' ? { ...channel, name: 'Deckhand' } : channel));
}

/** The channel that is open: the one that was picked, else where alerts go, else the first. */
export function openChannel(
  channels: readonly PageChannel[],
  picked: string | undefined,
  alerts: string | undefined,
): PageChannel | undefined {
  const byId = (id: string | undefined): PageChannel | undefined => channels.find((one) => one.id === id);
  return byId(picked) ?? byId(alerts) ?? channels[0];
}
