import type { Aws } from './aws/index.ts';
import type { Chats } from './chats.ts';
import type { LocalConfig } from './config.ts';
import type { World } from './world/model.ts';

/** The addresses that a started local process offers; a part that does not run has none. */
export interface Endpoints {
  readonly bot?: string;
  readonly page?: string;
  readonly aws?: string;
  readonly queueUrl?: string;
  readonly slack?: string;
  readonly teams?: string;
}

/** What runs, behind one URL. */
export interface Running {
  readonly config: LocalConfig;
  readonly url: string;
  readonly aws: Aws | undefined;
  readonly chats: Chats | undefined;
}

/** Where everything is. */
export function endpointsOf({ config, url, aws, chats }: Running): Endpoints {
  const fleet = config.parts.has('aws') && aws !== undefined;
  return {
    ...(config.botUrl === undefined ? {} : { bot: config.botUrl }),
    ...(chats === undefined ? {} : { page: `${url}/` }),
    ...(aws === undefined ? {} : { aws: url }),
    ...(fleet ? { queueUrl: aws.queueUrl } : {}),
    ...(chats === undefined ? {} : { slack: `${url}/slack/api/`, teams: `${url}/teams` }),
  };
}

/** What the bot needs in its environment. With the table alone, the rest of AWS stays what the person configured. */
export function environmentOf({ config, url, aws, chats }: Running): Readonly<Record<string, string>> {
  const chat = chats?.env();
  if (aws === undefined) return { ...chat };
  const table = config.parts.has('store') ? { DYNAMODB_TABLE: aws.tableName } : {};
  if (!config.parts.has('aws')) return { ...chat, ...table, AWS_ENDPOINT_URL_DYNAMODB: url };
  return {
    ...chat,
    ...table,
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: aws.hub.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.hub.secretAccessKey,
    AWS_REGION: aws.hub.region,
    ALERT_QUEUE_URL: aws.queueUrl,
    DECKHAND_FLEET_ID: aws.fleetId,
  };
}

/** Things worth asking about this fleet, whatever its state. */
export function examplesOf(world: World | undefined): readonly string[] {
  const service = world?.accounts
    .flatMap((account) => account.regions.flatMap((region) => region.clusters))
    .flatMap((cluster) => cluster.services)
    .at(0)?.name;
  const about = service === undefined ? [] : [`service ${service}`];
  return ['health', ...about, 'alerts open', 'help'];
}
