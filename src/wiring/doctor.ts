import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { Config } from '../config.ts';
import type { AccountConfig } from '../domain/accounts.ts';
import type { Finding } from '../domain/finding.ts';
import { checkTable } from '../store/check.ts';
import { testAccountWith, watchedAccounts } from './accounts.ts';
import { makePlatform, makeQueueClient, type Platform, regionOf } from './platform.ts';

/** Looks at everything that the bot needs, all at once. One line each; never rejects for what it finds. */
export async function examine(config: Config): Promise<readonly Finding[]> {
  const platform = makePlatform(config);
  try {
    const findings = await Promise.all([
      slack(config, platform),
      teams(config),
      queue(config),
      table(config),
      accounts(config, platform),
    ]);
    return [...findings.flat(), bedrock(config), metrics(config)];
  } finally {
    platform.aws.close();
  }
}

async function slack({ slack: settings }: Config, { log }: Platform): Promise<readonly Finding[]> {
  if (!settings) return [{ state: 'note', what: 'Slack', text: 'is not configured (SLACK_BOT_TOKEN)' }];
  return (await import('../slack/check.ts')).checkSlack(settings, log);
}

async function teams({ teams: settings }: Config): Promise<readonly Finding[]> {
  if (!settings) return [{ state: 'note', what: 'Teams', text: 'is not configured (MicrosoftAppId)' }];
  return [await (await import('../teams/check.ts')).checkTeams(settings)];
}

async function queue(config: Config): Promise<readonly Finding[]> {
  const what = 'alert queue';
  if (config.alertQueueUrl === undefined) {
    return [
      {
        state: 'problem',
        what,
        text: 'is not configured, so no event of ECS arrives',
        remedy: 'set ALERT_QUEUE_URL to the queue of the EventBridge rule',
      },
    ];
  }
  const client = makeQueueClient(config);
  try {
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl: config.alertQueueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'RedrivePolicy'],
      }),
    );
    const waiting = Attributes?.['ApproximateNumberOfMessages'] ?? '0';
    const found: Finding = { state: 'ok', what, text: `answers, ${waiting} messages wait` };
    return Attributes?.['RedrivePolicy'] === undefined ? [found, WITHOUT_DEAD_LETTERS] : [found];
  } catch (error) {
    const why = error instanceof Error ? error.name : 'no answer';
    const remedy = 'check ALERT_QUEUE_URL, and that the bot’s role may receive and delete its messages';
    return [{ state: 'problem', what, text: `does not answer (${why})`, remedy }];
  } finally {
    client.destroy();
  }
}

const WITHOUT_DEAD_LETTERS: Finding = {
  state: 'problem',
  what: 'dead letters',
  text: 'the queue has no dead-letter queue, so a message that cannot be read comes back for ever',
  remedy: 'give the queue a redrive policy',
};

async function table(config: Config): Promise<readonly Finding[]> {
  // That it must be set is said where the settings are read.
  if (config.tableName === undefined) return [];
  const client = new DynamoDBClient({ region: regionOf(config), maxAttempts: 2 });
  try {
    return await checkTable(client, config.tableName, config.production);
  } finally {
    client.destroy();
  }
}

async function accounts(config: Config, platform: Platform): Promise<readonly Finding[]> {
  const watched = await watchedAccounts(config);
  return (await Promise.all(watched.map((account) => accountFindings(platform, account)))).flat();
}

async function accountFindings(platform: Platform, account: AccountConfig): Promise<readonly Finding[]> {
  const what = `account ${account.name}`;
  const test = await testAccountWith(platform, account);
  if (test.credentials !== undefined) {
    return [
      {
        state: 'problem',
        what,
        text: test.credentials.replace(/\.$/, ''),
        remedy: 'correct the account’s auth in deckhand.yaml, or what stands behind it',
      },
    ];
  }
  const problems = test.actions.filter(({ outcome }) => outcome === 'denied' || outcome === 'failed');
  if (problems.length === 0) {
    return [{ state: 'ok', what, text: `everything can be read in ${account.regions.join(', ')}` }];
  }
  return problems.map(({ action, region, capability, outcome, why = '' }) => ({
    state: 'problem',
    what,
    text: `${action} in ${region}, needed for ${capability}: ${why.replace(/\.$/, '')}`,
    remedy:
      outcome === 'denied'
        ? `allow ${action} in the policy of the role that I use there`
        : 'check the region’s name and that the bot can reach AWS',
  }));
}

function bedrock({ variable }: Config): Finding {
  const model = variable('BEDROCK_MODEL_ID');
  return model === undefined
    ? {
        state: 'note',
        what: 'Bedrock',
        text: 'is not configured (BEDROCK_MODEL_ID): answers come from rules alone',
      }
    : { state: 'note', what: 'Bedrock', text: `${model} is configured, and nothing uses it yet` };
}

function metrics({ variable }: Config): Finding {
  return variable('METRICS_TOKEN') === undefined
    ? { state: 'note', what: '/metrics', text: 'is open to this machine alone (METRICS_TOKEN is not set)' }
    : { state: 'ok', what: '/metrics', text: 'is open to those who send METRICS_TOKEN' };
}
