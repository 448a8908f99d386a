import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigError, loadConfig, planLaunch, plannedFleet } from '../../src/config.ts';

type Env = Record<string, string | undefined>;

/** A bot that has all it needs. */
const SLACK: Env = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 's', DYNAMODB_TABLE: 'deckhand' };
const TEAMS: Env = { MicrosoftAppId: 'app', MicrosoftAppPassword: 'p', DYNAMODB_TABLE: 'deckhand' };

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deckhand-config-'));
  file = join(folder, 'deckhand.yaml');
  writeFileSync(file, '');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
const problems = (env: Env, needs: 'bot' | 'cli' = 'bot') =>
  problemsOf(() => loadConfig({ DECKHAND_CONFIG: file, ...env }, needs));
const config = (env: Env, needs: 'bot' | 'cli' = 'bot') =>
  loadConfig({ DECKHAND_CONFIG: file, ...env }, needs);
const yaml = (text: string) => {
  writeFileSync(file, text);
  return problems(SLACK);
};

test('webhooks whose secret is missing are refused, each by its name', () => {
  const both = 'webhooks: { pagerDutySecretEnv: PD_SECRET, secretEnv: HOOK_SECRET }';
  expect(yaml(both)).toEqual([
    'PD_SECRET is missing, which webhooks.pagerDutySecretEnv names: set it to the secret, or leave the setting out.',
    'HOOK_SECRET is missing, which webhooks.secretEnv names: set it to the secret, or leave the setting out.',
  ]);
  expect(problems({ ...SLACK, PD_SECRET: 'a', HOOK_SECRET: 'b' })).toEqual([]);
  expect(problems({}, 'cli')).toEqual([]);
});

describe('half a configuration', () => {
  test.each<[string, Env, RegExp]>([
    ['a bot token alone', { SLACK_BOT_TOKEN: 'x' }, /neither SLACK_SIGNING_SECRET .* nor SLACK_APP_TOKEN/],
    ['a signing secret alone', { SLACK_SIGNING_SECRET: 'x' }, /^SLACK_BOT_TOKEN is missing/],
    ['an app token alone', { SLACK_APP_TOKEN: 'x' }, /^SLACK_BOT_TOKEN is missing/],
    ['CHAT=slack alone', { CHAT: 'slack' }, /^SLACK_BOT_TOKEN is missing/],
    ['an app id alone', { MicrosoftAppId: 'a' }, /^MicrosoftAppPassword is missing/],
    ['a password alone', { MicrosoftAppPassword: 'p' }, /^MicrosoftAppId is missing/],
    ['a tenant alone', { MicrosoftAppTenantId: 't' }, /^MicrosoftAppId is missing/],
    ['CHAT=teams alone', { CHAT: 'teams' }, /^MicrosoftAppId is missing/],
    [
      'a single tenant without its tenant',
      { ...TEAMS, MicrosoftAppType: 'SingleTenant' },
      /^MicrosoftAppTenantId is missing/,
    ],
    ['no chat at all', {}, /^No chat platform is configured/],
    ['a chat that is only spaces', { SLACK_BOT_TOKEN: '  ' }, /^No chat platform is configured/],
    [
      'Entra groups without the tenant that has them',
      { ...TEAMS, TEAMS_ENTRA_GROUPS: '1' },
      /^TEAMS_ENTRA_GROUPS needs MicrosoftAppTenantId/,
    ],
    [
      'Entra groups without an app',
      { TEAMS_ANONYMOUS: '1', TEAMS_ENTRA_GROUPS: '1', TEAMS_GRAPH_URL: 'http://127.0.0.1:1' },
      /^TEAMS_ENTRA_GROUPS needs an app to ask as/,
    ],
    [
      'Entra groups of an app without a secret',
      {
        ...TEAMS,
        TEAMS_ENTRA_GROUPS: '1',
        MicrosoftAppType: 'UserAssignedMSI',
        MicrosoftAppTenantId: 't',
      },
      /^TEAMS_ENTRA_GROUPS needs a client secret/,
    ],
    [
      'a login that is asked without encryption',
      {
        ...TEAMS,
        TEAMS_ENTRA_GROUPS: '1',
        MicrosoftAppTenantId: 't',
        TEAMS_LOGIN_URL: 'http://login.example',
      },
      /^TEAMS_LOGIN_URL is http:\/\/login.example: .*https only/,
    ],
  ])('%s is told in one sentence', (_name, env, sentence) => {
    const found = problems({ DYNAMODB_TABLE: 'deckhand', ...env });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(sentence);
  });

  test('several are told together', () => {
    const found = problems({ SLACK_BOT_TOKEN: 'x', MicrosoftAppId: 'a' });
    expect(found).toHaveLength(3);
    expect(found.join(' ')).toMatch(/SLACK_SIGNING_SECRET.*MicrosoftAppPassword.*DYNAMODB_TABLE/s);
  });

  test('no value of a secret stands in a sentence', () => {
    const found = problems({ SLACK_SIGNING_SECRET: 'hush', MicrosoftAppPassword: 'hush' });
    expect(found.join(' ')).not.toContain('hush');
  });

  test('the command line needs neither chat nor table', () => {
    expect(config({}, 'cli')).toMatchObject({ slack: undefined, teams: undefined, tableName: undefined });
  });
});

describe('a whole configuration', () => {
  test.each<[string, Env]>([
    ['Slack over HTTP', SLACK],
    ['Slack over Socket Mode', { ...SLACK, SLACK_SIGNING_SECRET: '', SLACK_APP_TOKEN: 'xapp-1' }],
    ['Teams', TEAMS],
    ['Teams of one tenant', { ...TEAMS, MicrosoftAppTenantId: 't', MicrosoftAppType: 'SingleTenant' }],
    [
      'Teams with a managed identity',
      { ...TEAMS, MicrosoftAppPassword: '', MicrosoftAppType: 'UserAssignedMSI', MicrosoftAppTenantId: 't' },
    ],
    ['both', { ...SLACK, ...TEAMS }],
    ['both, of which CHAT takes one', { ...SLACK, MicrosoftAppPassword: 'p', CHAT: 'Slack' }],
    ['Teams on loopback without tokens', { TEAMS_ANONYMOUS: '1', DYNAMODB_TABLE: 'd', HOST: '127.0.0.1' }],
    [
      'production',
      { ...SLACK, ...TEAMS, MicrosoftAppTenantId: 't', NODE_ENV: 'production', HOST: '0.0.0.0' },
    ],
  ])('%s is accepted', (_name, env) => {
    expect(problems(env)).toEqual([]);
  });

  test('has the defaults that README names', () => {
    expect(config(SLACK)).toMatchObject({
      http: { host: '127.0.0.1', port: 3000 },
      logLevel: 'info',
      nowMs: undefined,
      production: false,
      admins: [],
    });
  });

  test('takes the tenant of one-tenant apps from its being set', () => {
    expect(config({ ...TEAMS, MicrosoftAppTenantId: 't' }).teams?.appType).toBe('SingleTenant');
    expect(config(TEAMS).teams?.appType).toBe('MultiTenant');
    expect(config({ ...TEAMS, TEAMS_ANONYMOUS: '1' }).teams?.anonymous).toBe(false);
    expect(config(TEAMS).teams?.entra).toBeUndefined();
    expect(config({ ...TEAMS, MicrosoftAppTenantId: 't', TEAMS_ENTRA_GROUPS: '1' }).teams?.entra).toEqual({
      graphUrl: 'https://graph.microsoft.com',
      loginUrl: 'https://login.microsoftonline.com',
    });
    const here = { TEAMS_GRAPH_URL: 'http://127.0.0.1:1/graph', TEAMS_LOGIN_URL: 'http://localhost:1/login' };
    expect(
      config({ DYNAMODB_TABLE: 'd', TEAMS_ANONYMOUS: '1', TEAMS_ENTRA_GROUPS: 'true', ...here }).teams?.entra,
    ).toEqual({ graphUrl: here.TEAMS_GRAPH_URL, loginUrl: here.TEAMS_LOGIN_URL });
  });

  test('names the first administrators', () => {
    expect(config({ ...SLACK, ADMINS: ' slack:U1, teams:aad-1 ,' }).admins).toEqual([
      'slack:U1',
      'teams:aad-1',
    ]);
  });
});

describe('what is refused', () => {
  test.each<[string, Env, RegExp]>([
    ['a port that is none', { PORT: 'http' }, /^PORT is "http": expected a port number/],
    ['a port too high', { PORT: '70000' }, /^PORT is "70000"/],
    ['a negative port', { PORT: '-1' }, /^PORT is "-1"/],
    ['an unknown level', { LOG_LEVEL: 'loud' }, /^LOG_LEVEL is "loud": expected fatal, error/],
    ['a time that is none', { DECKHAND_NOW: 'soon' }, /^DECKHAND_NOW is "soon": expected a time such as/],
    ['an app type that is none', { MicrosoftAppType: 'Single' }, /^MicrosoftAppType is "Single"/],
    ['an address without its scheme', { SLACK_API_URL: 'localhost:1' }, /^SLACK_API_URL is .*http:\/\//],
    ['a queue that is only named', { ALERT_QUEUE_URL: 'alerts' }, /^ALERT_QUEUE_URL is "alerts"/],
    ['an administrator without platform', { ADMINS: 'U1' }, /^ADMINS holds "U1": expected slack:/],
    ['an unknown chat', { CHAT: 'irc' }, /^CHAT is "irc": expected slack, teams/],
    ['local chat here', { CHAT: 'local' }, /^CHAT=local and FLEET=local are brought up by/],
    ['a local fleet here', { FLEET: 'local' }, /^CHAT=local and FLEET=local are brought up by/],
  ])('%s, with the setting and what was expected', (_name, env, sentence) => {
    const found = problems({ ...SLACK, ...env });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(sentence);
  });

  test.each<[string, Env, RegExp]>([
    ['no table', { ...SLACK, DYNAMODB_TABLE: '' }, /DYNAMODB_TABLE/],
    ['a moved clock', { ...SLACK, DECKHAND_NOW: '2026-11-20T09:00:00Z' }, /DECKHAND_NOW/],
    ['Teams without tokens', { TEAMS_ANONYMOUS: '1', DYNAMODB_TABLE: 'd' }, /TEAMS_ANONYMOUS/],
    ['Teams for every tenant', TEAMS, /^MicrosoftAppTenantId is missing/],
  ])('%s, in production', (_name, env, sentence) => {
    expect(problems({ ...env, NODE_ENV: 'production' }).join('\n')).toMatch(sentence);
  });

  test.each(['0.0.0.0', '192.168.1.5', '::', '127.example.com', 'bot.example'])(
    'Teams without tokens, where %s hears everybody',
    (HOST) => {
      expect(problems({ TEAMS_ANONYMOUS: '1', DYNAMODB_TABLE: 'd', HOST }).join('\n')).toMatch(
        /^TEAMS_ANONYMOUS works on a loopback address only/,
      );
    },
  );
});

describe('deckhand.yaml', () => {
  test('is read whole', () => {
    writeFileSync(
      file,
      `accounts:
  - { name: production, id: "111122223333", regions: [eu-west-1], auth: { roleArn: "arn:aws:iam::1:role/x", externalId: e } }
  - { name: staging, regions: [eu-west-1], auth: { env: STAGING } }
  - { name: keys, regions: [eu-west-1], auth: { secretArn: "arn:aws:secretsmanager:x" } }
  - { name: dev, regions: [eu-west-1], auth: { profile: dev }, include: ["core/*"], exclude: ["core/tmp-*"] }
  - { name: own, regions: [eu-west-1], auth: {} }
grants: [ { who: "slack:U1", on: "production/*/*", actions: [scale], until: "2026-12-31T18:00:00Z" } ]
routes: [ { match: "production/*/*", severity: high, to: "slack:C1" } ]
opsChannel: "teams:19:x@thread.tacv2"
digests: [ { cron: "0 9 * * 1-5", zone: Europe/Berlin } ]
thresholds: { cpuWarningPercent: 70 }
delivery: { clientTimeoutMs: 5000, leaseMs: 8000 }
`,
    );
    const { file: read } = config(SLACK);
    expect(read.accounts.map(({ auth }) => auth.kind)).toEqual([
      'role',
      'env',
      'secret',
      'profile',
      'default',
    ]);
    expect(read).toMatchObject({
      opsChannel: 'teams:19:x@thread.tacv2',
      thresholds: { cpuWarningPercent: 70 },
      delivery: { clientTimeoutMs: 5000, leaseMs: 8000 },
    });
  });

  test.each([
    ['a misspelt setting', 'acounts: []', 'the file: there is no setting called acounts'],
    [
      'a misspelt member',
      'accounts: [ { name: a, regions: [eu-west-1], region: x } ]',
      'accounts[0]: there is no setting called region',
    ],
    ['an account without regions', 'accounts: [ { name: a } ]', 'accounts[0].regions: '],
    [
      'an id without quotes',
      'accounts: [ { name: a, id: 011122223333, regions: [eu-west-1] } ]',
      'accounts[0].id: expected a 12-digit account id in quotes',
    ],
    [
      'a region that is none',
      'accounts: [ { name: a, regions: [Ireland] } ]',
      'accounts[0].regions[0]: expected a region such as eu-west-1',
    ],
    [
      'two kinds of auth',
      'accounts: [ { name: a, regions: [eu-west-1], auth: { profile: p, env: E } } ]',
      'accounts[0].auth: expected one of { roleArn',
    ],
    [
      'two accounts of one name',
      'accounts: [ { name: a, regions: [eu-west-1] }, { name: a, regions: [eu-west-1] } ]',
      'accounts: two accounts are called a',
    ],
    [
      'a person without platform',
      'grants: [ { who: U1, actions: [scale] } ]',
      'grants[0].who: expected slack:',
    ],
    [
      'a grant of nothing',
      'grants: [ { who: "slack:U1", actions: [] } ]',
      'grants[0].actions: expected at least one action',
    ],
    [
      'a time that is none',
      'grants: [ { who: "slack:U1", actions: [scale], until: soon } ]',
      'grants[0].until: expected a time such as',
    ],
    ['an unknown severity', 'routes: [ { severity: huge, to: "slack:C1" } ]', 'routes[0].severity: '],
    ['a route to nowhere', 'routes: [ { match: "*" } ]', 'routes[0].to: '],
    ['a threshold beyond all', 'thresholds: { cpuWarningPercent: 200 }', 'thresholds.cpuWarningPercent: '],
    ['a lease of no time', 'delivery: { leaseMs: 0 }', 'delivery.leaseMs: expected milliseconds above 0'],
    ['half a request', 'delivery: { parallel: 1.5 }', 'delivery.parallel: expected a whole number'],
    ['a lease in words', 'delivery: { leaseMs: 15s }', 'delivery.leaseMs: expected milliseconds above 0'],
    ['a misspelt time', 'delivery: { lease: 5 }', 'delivery: there is no setting called lease'],
    [
      'a lease that a request outlives',
      'delivery: { leaseMs: 9000 }',
      'delivery: clientTimeoutMs (10000) must be less than leaseMs (9000)',
    ],
    [
      'a late look that comes too soon',
      'delivery: { reconcileMs: 60000 }',
      'delivery: reconcileMs (60000) must be less than verifyMs (60000)',
    ],
    ['a list at the top', '- a', 'the file: '],
    ['no YAML', 'accounts: [', 'not valid YAML: '],
  ])('%s is told with its path', (_name, text, sentence) => {
    const found = yaml(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`${file}: ${sentence}`);
  });

  test('that is named and not there, or a folder, is told', () => {
    expect(problems({ ...SLACK, DECKHAND_CONFIG: join(folder, 'no.yaml') })).toEqual([
      `DECKHAND_CONFIG names ${join(folder, 'no.yaml')}, which does not exist.`,
    ]);
    expect(problems({ ...SLACK, DECKHAND_CONFIG: folder }).join()).toContain(`${folder} cannot be read: `);
  });
});

describe('what npm start brings up', () => {
  const region: Env = { AWS_REGION: 'eu-west-1' };
  test.each<[string, Env, string]>([
    ['nothing', {}, 'local local local'],
    ['a region alone, as many shells have it', region, 'local local local'],
    ['CHAT=local and FLEET=aws', { CHAT: 'local', FLEET: 'aws' }, 'local aws local'],
    ['AWS keys', { AWS_ACCESS_KEY_ID: 'a' }, 'local aws local'],
    ['a profile', { AWS_PROFILE: 'dev' }, 'local aws local'],
    ['a queue', { ALERT_QUEUE_URL: 'https://sqs/1/q' }, 'local aws local'],
    ['a Slack without AWS', { ...SLACK, DYNAMODB_TABLE: '' }, 'real local local'],
    ['a Slack and a region', { ...SLACK, ...region }, 'real aws dynamodb'],
    ['a Slack, a region and no table', { ...SLACK, ...region, DYNAMODB_TABLE: '' }, 'real aws local'],
    ['half a Slack, which the bot then refuses', { SLACK_BOT_TOKEN: 'x' }, 'real local local'],
    ['Teams', TEAMS, 'real local dynamodb'],
    ['Teams without tokens', { TEAMS_ANONYMOUS: '1' }, 'real local local'],
    ['CHAT=slack,teams', { CHAT: 'slack,teams' }, 'real local local'],
    ['CHAT=local beside a Slack', { ...SLACK, CHAT: 'local' }, 'local local dynamodb'],
    ['FLEET=local beside AWS', { ...SLACK, ...region, FLEET: 'local' }, 'real local dynamodb'],
  ])('with %s', (_name, env, plan) => {
    const { chat, fleet, store } = planLaunch({ DECKHAND_CONFIG: file, ...env });
    expect(`${chat} ${fleet} ${store}`).toBe(plan);
  });

  test('with accounts in deckhand.yaml, the fleet is theirs', () => {
    writeFileSync(file, 'accounts: [ { name: a, regions: [eu-west-1] } ]');
    expect(planLaunch({ DECKHAND_CONFIG: file }).fleet).toBe('aws');
    expect(plannedFleet({ DECKHAND_CONFIG: file })).toBe('aws');
  });

  test.each<[string, Env, RegExp]>([
    ['an unknown fleet', { FLEET: 'azure' }, /^FLEET is "azure": expected aws or local\.$/],
    ['an unknown chat', { CHAT: 'slack,irc' }, /^CHAT is "slack,irc"/],
    ['local beside a real chat', { CHAT: 'local,slack' }, /^CHAT is "local,slack"/],
    [
      'local chat in production',
      { NODE_ENV: 'production', FLEET: 'aws', DYNAMODB_TABLE: 'd' },
      /local chat is refused/,
    ],
    [
      'a local fleet in production',
      { ...SLACK, NODE_ENV: 'production', FLEET: 'local' },
      /simulated fleet is refused/,
    ],
    [
      'no table in production',
      { ...SLACK, ...region, NODE_ENV: 'production', DYNAMODB_TABLE: '' },
      /DYNAMODB_TABLE must name the table/,
    ],
  ])('%s is refused in one sentence', (_name, env, sentence) => {
    const found = problemsOf(() => planLaunch({ DECKHAND_CONFIG: file, ...env }));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(sentence);
  });

  test('the command line asks for the fleet alone', () => {
    expect(plannedFleet({ DECKHAND_CONFIG: file })).toBe('local');
    expect(plannedFleet({ DECKHAND_CONFIG: file, ...SLACK, ...region })).toBe('aws');
    expect(plannedFleet({ DECKHAND_CONFIG: file, FLEET: 'local', AWS_PROFILE: 'x' })).toBe('local');
    expect(problemsOf(() => plannedFleet({ FLEET: 'azure', DECKHAND_CONFIG: file }))).toHaveLength(1);
  });
});
