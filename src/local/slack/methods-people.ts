import type { JsonObject } from '../json.ts';
import type { Arguments } from './arguments.ts';
import { knownChannel, type Method, type MethodContext, pageOf } from './method.ts';
import { Refusal } from './refusal.ts';
import { shownUser } from './shown.ts';

/** Identity, users and what is accepted without a lasting effect here. */
export const PEOPLE_METHODS: Readonly<Record<string, Method>> = {
  'api.test': { tier: 'special', run: (args) => ({ args: args.raw }) },
  'auth.test': { tier: 'special', run: authTest },
  'team.info': { tier: 'tier3', scope: 'team:read', run: teamInfo },
  'bots.info': { tier: 'tier3', scope: 'users:read', run: botInfo },
  'users.info': { tier: 'tier4', scope: 'users:read', run: userInfo },
  'users.list': { tier: 'tier2', scope: 'users:read', run: userList },
  'users.lookupByEmail': { tier: 'tier3', scope: 'users:read.email', run: userByEmail },
  'usergroups.list': { tier: 'tier2', scope: 'usergroups:read', run: () => ({ usergroups: [] }) },
  'usergroups.users.list': { tier: 'tier2', scope: 'usergroups:read', run: usersOfGroup },
  'apps.connections.open': { tier: 'tier1', token: 'app', run: openConnection },
  'assistant.threads.setStatus': { tier: 'special', scope: 'chat:write', run: onThread('status') },
  'assistant.threads.setTitle': { tier: 'special', scope: 'chat:write', run: onThread('title') },
  'assistant.threads.setSuggestedPrompts': { tier: 'special', scope: 'chat:write', run: onThread('prompts') },
  'agents.sessions.setStatus': { tier: 'special', scope: 'chat:write', run: onThread('status') },
};

function authTest(_args: Arguments, { ws }: MethodContext): JsonObject {
  const { teamId, teamName, domain, botUserId, botId, botName } = ws.cast;
  return {
    url: `https://${domain}.slack.com/`,
    team: teamName,
    user: botName.toLowerCase(),
    team_id: teamId,
    user_id: botUserId,
    bot_id: botId,
    is_enterprise_install: false,
  };
}

function teamInfo(_args: Arguments, { ws }: MethodContext): JsonObject {
  const { teamId, teamName, domain } = ws.cast;
  return {
    team: { id: teamId, name: teamName, domain, email_domain: '', url: `https://${domain}.slack.com/` },
  };
}

function botInfo(args: Arguments, { ws }: MethodContext): JsonObject {
  const { botId, botName, appId, botUserId } = ws.cast;
  if (args.has('bot') && args.text('bot') !== botId) throw new Refusal('bot_not_found');
  return {
    bot: {
      id: botId,
      deleted: false,
      name: botName,
      updated: 0,
      app_id: appId,
      user_id: botUserId,
      icons: {},
    },
  };
}

function userInfo(args: Arguments, { ws }: MethodContext): JsonObject {
  const user = ws.users.get(args.need('user', 'user_not_found'));
  if (user === undefined) throw new Refusal('user_not_found');
  return { user: shownUser(user, ws.cast.botId) };
}

/** Strangers are not members of the workspace: they are known to `users.info` only. */
function userList(args: Arguments, { ws }: MethodContext): JsonObject {
  const members = [...ws.users.values()].filter((user) => !user.isStranger);
  const page = pageOf(members, args, 1000, 1000);
  return {
    members: page.items.map((user) => shownUser(user, ws.cast.botId)),
    cache_ts: Math.floor(Number(ws.nextTs())),
    response_metadata: page.metadata,
  };
}

function userByEmail(args: Arguments, { ws }: MethodContext): JsonObject {
  const email = args.need('email', 'users_not_found');
  const user = [...ws.users.values()].find((each) => each.email === email && !each.isStranger);
  if (user === undefined) throw new Refusal('users_not_found');
  return { user: shownUser(user, ws.cast.botId) };
}

function usersOfGroup(args: Arguments): JsonObject {
  args.need('usergroup', 'no_such_subteam');
  throw new Refusal('no_such_subteam');
}

function openConnection(_args: Arguments, { socketUrl }: MethodContext): JsonObject {
  return { url: socketUrl() };
}

/** Accepted as Slack accepts it; nothing here shows it. */
function onThread(needed: 'status' | 'title' | 'prompts'): Method['run'] {
  return (args, { ws }) => {
    knownChannel(ws, args.need('channel_id', 'channel_not_found'));
    if (needed === 'prompts' ? args.json('prompts') === undefined : !args.has(needed)) {
      throw new Refusal('invalid_arguments', {
        response_metadata: { messages: [`[ERROR] missing required field: ${needed}`] },
      });
    }
    return {};
  };
}
