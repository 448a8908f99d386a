import {
  type Activity,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  type InvokeResponse,
  type TurnContext,
} from 'botbuilder';
import { AuthenticationConstants, type BotFrameworkAuthentication } from 'botframework-connector';
import type { EntraSettings } from './groups.ts';

export interface TeamsCredentials {
  /** Empty only together with `anonymous`: it switches the check of tokens off. */
  readonly appId: string;
  readonly appPassword: string;
  readonly appType: 'SingleTenant' | 'MultiTenant' | 'UserAssignedMSI';
  readonly tenantId: string | undefined;
  /** Where the signing keys of tokens are described; undefined: Azure's public cloud. */
  readonly openIdMetadata: string | undefined;
  /** Where Entra is asked who is in a group; undefined: it is not. */
  readonly entra?: EntraSettings | undefined;
}

/** Checks who sends requests, and gets tokens for our own. */
export function makeTeamsAuthentication(credentials: TeamsCredentials): BotFrameworkAuthentication {
  // Without an app nothing else matters; the library refuses a type or tenant that comes along.
  if (credentials.appId === '') return new ConfigurationBotFrameworkAuthentication({});
  return new ConfigurationBotFrameworkAuthentication({
    MicrosoftAppId: credentials.appId,
    MicrosoftAppPassword: credentials.appPassword,
    MicrosoftAppType: credentials.appType,
    ...(credentials.tenantId === undefined ? {} : { MicrosoftAppTenantId: credentials.tenantId }),
    ...(credentials.openIdMetadata === undefined ? {} : ownMetadata(credentials.openIdMetadata)),
  });
}

/** The library takes either its own defaults or a full set; this is the public cloud's with other keys. */
function ownMetadata(openIdMetadata: string) {
  return {
    ToBotFromChannelOpenIdMetadataUrl: openIdMetadata,
    ToBotFromChannelTokenIssuer: AuthenticationConstants.ToBotFromChannelTokenIssuer,
    ToBotFromEmulatorOpenIdMetadataUrl: openIdMetadata,
    ToChannelFromBotLoginUrl: AuthenticationConstants.ToChannelFromBotLoginUrl,
    ToChannelFromBotOAuthScope: AuthenticationConstants.ToChannelFromBotOAuthScope,
    OAuthUrl: AuthenticationConstants.OAuthUrl,
  };
}

/**
 * The library's adapter without its HTTP half, which prints stack traces to the console and sends error texts to
 * whoever asked.
 */
export class TeamsAdapter extends CloudAdapter {
  /** Authenticates one activity and runs `logic` with it. @throws the library's AuthenticationError. */
  async receive(
    authorization: string,
    activity: Partial<Activity>,
    logic: (context: TurnContext) => Promise<void>,
  ): Promise<InvokeResponse | undefined> {
    return this.processActivity(authorization, activity as Activity, logic);
  }
}
