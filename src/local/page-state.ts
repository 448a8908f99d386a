import type { Cast } from './cast.ts';
import type { PageEvent, PageState, SlackMessage, TeamsMessage } from './page-api.ts';
import type { LoopbackSlack } from './slack/index.ts';
import type { StoredMessage } from './slack/workspace.ts';
import type { LoopbackTeams } from './teams/index.ts';
import { cardsOf } from './teams/people.ts';
import type { StoredActivity } from './teams/tenant.ts';

/** What the page is a view of. */
export interface PageSources {
  readonly cast: Cast;
  readonly slack: LoopbackSlack;
  readonly teams: LoopbackTeams;
  readonly about: string;
  readonly examples: readonly string[];
  /** The simulated clock, in milliseconds. */
  readonly simulatedNowMs: () => number;
  readonly botReady: () => boolean;
}

/** Everything that the page needs when it opens. */
export function pageState(sources: PageSources): PageState {
  const { cast, slack, teams } = sources;
  return {
    about: sources.about,
    examples: sources.examples,
    now: new Date(sources.simulatedNowMs()).toISOString(),
    botReady: sources.botReady(),
    people: cast.people.map(({ name, role, slackId, teamsId }) => ({ name, role, slackId, teamsId })),
    slack: {
      team: cast.slack.teamName,
      botUserId: cast.slack.botUserId,
      command: cast.slack.command,
      alertsChannel: cast.slack.defaultChannel,
      channels: [...slackChannels(cast), ...directMessages(cast, 'slack')],
      messages: [...slack.workspace.conversations.keys()].flatMap((id) =>
        slack.workspace.messagesOf(id).map(slackMessage),
      ),
    },
    teams: {
      team: cast.teams.teamName,
      botId: cast.teams.botId,
      alertsChannel: cast.teams.defaultChannel,
      channels: [...teamsChannels(cast), ...directMessages(cast, 'teams')],
      messages: conversationIds(cast).flatMap((id) => teams.tenant.activitiesOf(id).map(teamsMessage)),
    },
  };
}

/** Tells a listener everything that changes from now on. */
export function followChanges(sources: PageSources, tell: (event: PageEvent) => void): void {
  const { slack, teams, cast } = sources;
  slack.workspace.onChange(({ kind, message }) => {
    if (kind === 'deleted' && !message.isTombstone) {
      tell({ type: 'slack.deleted', channel: message.channel, ts: message.ts });
    } else tell({ type: 'slack.message', message: slackMessage(message) });
  });
  slack.views.onChange(({ kind, view }) => {
    const person = cast.people.find(({ slackId }) => slackId === view.user)?.name ?? view.user;
    if (kind === 'shown')
      tell({ type: 'slack.modal', person, viewId: view.id, view: slack.views.shown(view) });
    if (kind === 'closed') tell({ type: 'slack.modal_closed', person, viewId: view.id });
  });
  teams.tenant.onChange(({ kind, activity }) => {
    if (kind === 'deleted')
      tell({ type: 'teams.deleted', conversation: activity.conversation, id: activity.id });
    else tell({ type: 'teams.message', message: teamsMessage(activity) });
  });
}

function slackChannels(cast: Cast): PageState['slack']['channels'] {
  return cast.slack.channels.map(({ id, name }) => ({ id, name, kind: 'channel' }));
}

function teamsChannels(cast: Cast): PageState['teams']['channels'] {
  return cast.teams.channels.map(({ id, name }) => ({ id, name, kind: 'channel' }));
}

function directMessages(cast: Cast, side: 'slack' | 'teams'): PageState['slack']['channels'] {
  return cast.people.map((person) => ({
    id: side === 'slack' ? person.slackDm : person.teamsDm,
    name: cast[side].botName,
    kind: 'dm',
    person: side === 'slack' ? person.slackId : person.teamsId,
  }));
}

function conversationIds(cast: Cast): readonly string[] {
  return [...cast.teams.channels.map(({ id }) => id), ...cast.people.map(({ teamsDm }) => teamsDm)];
}

function slackMessage(message: StoredMessage): SlackMessage {
  const { channel, ts, threadTs, user, isBot, text, blocks, attachments, editedTs, ephemeralFor } = message;
  return {
    channel,
    ts,
    user,
    isBot,
    text,
    ...(threadTs === undefined ? {} : { threadTs }),
    // The rich text of what people type says no more than its text.
    ...(blocks === undefined || !isBot ? {} : { blocks }),
    ...(attachments === undefined ? {} : { attachments }),
    ...(editedTs === undefined ? {} : { editedTs }),
    ...(ephemeralFor === undefined ? {} : { ephemeralFor }),
  };
}

function teamsMessage(activity: StoredActivity): TeamsMessage {
  const { conversation, id, rootId, from, isBot, atMs, body, editedAtMs, targetedTo } = activity;
  return {
    conversation,
    id,
    from,
    isBot,
    at: new Date(atMs).toISOString(),
    cards: cardsOf(body),
    ...(typeof body.text === 'string' ? { text: body.text } : {}),
    ...(rootId === undefined ? {} : { rootId }),
    ...(editedAtMs === undefined ? {} : { editedAt: new Date(editedAtMs).toISOString() }),
    ...(targetedTo === undefined ? {} : { targetedTo }),
  };
}
