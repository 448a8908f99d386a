import type { Finding } from '../domain/finding.ts';

export interface TeamsCheckSettings {
  readonly appId: string;
  readonly appPassword: string;
  readonly appType: 'SingleTenant' | 'MultiTenant' | 'UserAssignedMSI';
  readonly tenantId: string | undefined;
  readonly anonymous: boolean;
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
    if (answer.ok) return { state: 'ok', what, text: 'Microsoft gives the bot a token' };
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

/** Microsoft's code (`AADSTS7000215`); the whole description would name tenants and times. */
async function reasonOf(answer: Response): Promise<string> {
  const text = await answer.text();
  return /AADSTS\d+/.exec(text)?.[0] ?? `HTTP ${answer.status}`;
}
