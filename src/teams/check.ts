import { DeckhandError } from '../domain/errors.ts';
import type { Finding } from '../domain/finding.ts';
import { type EntraSettings, makeTeamsGroups, type TeamsGroupsOptions } from './groups.ts';

export interface TeamsCheckSettings {
  readonly appId: string;
  readonly appPassword: string;
  readonly appType: 'SingleTenant' | 'MultiTenant' | 'UserAssignedMSI';
  readonly tenantId: string | undefined;
  readonly anonymous: boolean;
  readonly entra?: EntraSettings | undefined;
}

const TIMEOUT_MS = 8000;

/**
 * Whether Microsoft gives the bot a token for Teams. Never rejects.
 * Source: https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
 */
export async function checkTeams(
  settings: TeamsCheckSettings,
  request: typeof fetch = fetch,
): Promise<Finding> {
  const what = 'Teams';
  if (settings.anonymous) {
    return {
      state: 'note',
      what,
      text: 'takes requests without a token, on this machine alone (TEAMS_ANONYMOUS)',
    };
  }
  if (settings.appType === 'UserAssignedMSI') {
    return {
      state: 'note',
      what,
      text: 'uses a managed identity, which can be tried on its own machine only',
    };
  }
  const tenant = settings.appType === 'SingleTenant' ? settings.tenantId : 'botframework.com';
  try {
    const answer = await request(`https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: settings.appId,
        client_secret: settings.appPassword,
        scope: 'https://api.botframework.com/.default',
      }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (answer.ok) return await withToken(settings, request);
    return {
      state: 'problem',
      what,
      text: `Microsoft refuses the bot’s credentials (${await reasonOf(answer)})`,
      remedy:
        'check MicrosoftAppId, MicrosoftAppPassword, MicrosoftAppTenantId and MicrosoftAppType against the app registration',
    };
  } catch {
    return {
      state: 'problem',
      what,
      text: 'login.microsoftonline.com does not answer',
      remedy: 'let the bot reach login.microsoftonline.com over HTTPS',
    };
  }
}

/** The app is known; whom it serves and whether it may ask for groups is another question. Never rejects. */
async function withToken(settings: TeamsCheckSettings, request: typeof fetch): Promise<Finding> {
  const { appType, tenantId, entra } = settings;
  const what = 'Teams';
  const token = 'Microsoft gives the bot a token';
  const groups = entra && (await groupsProblem({ ...settings, ...entra }, request));
  if (groups !== undefined) {
    const text = `${token}, but nobody has a right by a group: ${groups}`;
    return {
      state: 'problem',
      what,
      text,
      remedy: 'check the permissions of the app registration and its tenant, or unset TEAMS_ENTRA_GROUPS',
    };
  }
  if (appType === 'MultiTenant' && tenantId === undefined) {
    const text = `${token}. It is registered for every tenant: whoever installs it elsewhere is answered as well`;
    return { state: 'note', what, text, remedy: 'set MicrosoftAppTenantId to the one tenant that it serves' };
  }
  return { state: 'ok', what, text: entra === undefined ? token : `${token}, and tells it Entra’s groups` };
}

/** Asks for the groups of nobody, which takes the same permissions. */
async function groupsProblem(
  options: Omit<TeamsGroupsOptions, 'now' | 'request'>,
  request: typeof fetch,
): Promise<string | undefined> {
  const nobody = '00000000-0000-0000-0000-000000000000';
  try {
    await makeTeamsGroups({ ...options, now: () => 0, request })({ platform: 'teams', id: nobody }, [
      `teams:${nobody}`,
    ]);
    return undefined;
  } catch (error) {
    return error instanceof DeckhandError ? error.message : 'Microsoft Graph does not answer.';
  }
}

/** Microsoft's code (`AADSTS7000215`); the whole description would name tenants and times. */
async function reasonOf(answer: Response): Promise<string> {
  const text = await answer.text();
  return /AADSTS\d+/.exec(text)?.[0] ?? `HTTP ${answer.status}`;
}
