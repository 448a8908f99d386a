import { describe, expect, test } from 'vitest';
import { parseScenario, ScenarioError } from '../../../src/local/scenario/load.ts';

/** A sound file; `%S%` stands for more keys of the service, `%T%` for the timeline, `%A%` for keys of the account. */
const SOUND = `
accounts:
  - name: main
    id: "111122223333"
    %A%
    regions:
      us-east-1:
        clusters:
          core:
            services:
              shop:
                desired: 2
                %S%
              till: {}
timeline: [ %T% ]
`;

function file(parts: { readonly A?: string; readonly S?: string; readonly T?: string }): string {
  return SOUND.replace('%A%', parts.A ?? '')
    .replace('%S%', parts.S ?? '')
    .replace('%T%', parts.T ?? '');
}

function problemsOf(text: string): readonly string[] {
  try {
    parseScenario(text, 'try.yaml');
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems;
    throw error;
  }
  return [];
}

const SHOP = 'accounts[0].regions.us-east-1.clusters.core.services.shop';

/** What is wrong, the text, the path in the message, and what the message says was expected or found. */
const BROKEN: readonly (readonly [string, string, string, string])[] = [
  ['no accounts', 'about: nothing', 'accounts', 'expected a list, found nothing'],
  ['an empty list of accounts', 'accounts: []', 'accounts', 'at least one account'],
  ['a list at the top', '- accounts', '(the whole file)', 'expected an object'],
  ['an unknown key at the top', 'accounts: [ {} ]\ntimelines: []', 'timelines', 'did you mean "timeline"?'],
  ['a misspelt key of a service', file({ S: 'desird: 3' }), `${SHOP}.desird`, 'did you mean "desired"?'],
  ['a text for a count', file({ S: 'running: two' }), `${SHOP}.running`, 'a whole number, found "two"'],
  ['a negative count', file({ S: 'pending: -1' }), `${SHOP}.pending`, 'a whole number of 0 or more'],
  ['half a task', file({ S: 'running: 1.5' }), `${SHOP}.running`, 'a whole number'],
  ['more tasks than ECS allows', file({ S: 'running: 9000' }), `${SHOP}.running`, 'at most 5000'],
  ['a wrong word', file({ S: 'launchType: FARGET' }), `${SHOP}.launchType`, 'one of FARGATE, EC2, EXTERNAL'],
  [
    'a wrong word, near a right one',
    file({ S: 'launchType: FARGTE' }),
    `${SHOP}.launchType`,
    'did you mean "FARGATE"?',
  ],
  ['a date for a time', file({ S: 'createdAt: 2026-01-01' }), `${SHOP}.createdAt`, 'like -90d'],
  ['two units in a time', file({ S: 'createdAt: -1h30m' }), `${SHOP}.createdAt`, 'like -90d'],
  [
    'a deployment to come',
    file({ S: 'deployments: [ { revision: 2, at: +5m } ]' }),
    `${SHOP}.deployments[0].at`,
    'not in the future',
  ],
  [
    'deployments out of order',
    file({ S: 'deployments: [ { at: -1h }, { at: -2h } ]' }),
    `${SHOP}.deployments[1].at`,
    'newest last',
  ],
  [
    'an unknown stop code',
    file({ S: 'stoppedTasks: [ { at: -1m, stopCode: Crashed } ]' }),
    `${SHOP}.stoppedTasks[0].stopCode`,
    'EssentialContainerExited',
  ],
  [
    'more than all of the memory',
    file({ S: 'metrics: { memoryPercent: { base: 120 } }' }),
    `${SHOP}.metrics.memoryPercent.base`,
    'a percentage from 0 to 100',
  ],
  ['an unknown metric', file({ S: 'metrics: { cpu: { base: 1 } }' }), `${SHOP}.metrics.cpu`, 'cpuPercent'],
  [
    'a share of a series that is not there',
    file({ S: 'metrics: { http2xx: { of: requests, share: 1 } }' }),
    `${SHOP}.metrics.http2xx.of`,
    'a series that this service has',
  ],
  [
    'a share of itself',
    file({ S: 'metrics: { http2xx: { of: http4xx }, http4xx: { of: http2xx } }' }),
    `${SHOP}.metrics.http2xx.of`,
    'depend on itself',
  ],
  [
    'a ramp that ends before it begins',
    file({ S: 'metrics: { cpuPercent: { ramps: [ { from: -1h, until: -2h, to: 9 } ] } }' }),
    `${SHOP}.metrics.cpuPercent.ramps[0].until`,
    'not before from',
  ],
  [
    'values beside a base',
    file({ S: 'metrics: { cpuPercent: { base: 1, values: [ [ -1h, 2 ] ] } }' }),
    `${SHOP}.metrics.cpuPercent.values`,
    'explicit values alone',
  ],
  [
    'a log entry without a line',
    file({ S: 'logs: [ { at: -1h } ]' }),
    `${SHOP}.logs[0]`,
    'either line or lines, found neither',
  ],
  [
    'a log entry of no container',
    file({ S: 'logs: [ { at: -1h, container: shp, line: x } ]' }),
    `${SHOP}.logs[0].container`,
    'did you mean "shop"?',
  ],
  [
    'a log that repeats at once',
    file({ S: 'logs: [ { at: -1h, every: 0s, line: x } ]' }),
    `${SHOP}.logs[0].every`,
    'a duration like 30s',
  ],
  [
    'bounds the wrong way round',
    file({ S: 'scaling: { min: 5, max: 2 }' }),
    `${SHOP}.scaling.min`,
    'at most max (2)',
  ],
  [
    'launch type and providers',
    file({ S: 'launchType: EC2\n                capacityProviders: { FARGATE: 1 }' }),
    `${SHOP}.capacityProviders`,
    'not both',
  ],
  [
    'a load balancer of two types',
    file({
      S: 'targetGroups: [ { name: a, loadBalancer: x }, { name: b, loadBalancer: x, type: network } ]',
    }),
    `${SHOP}.targetGroups[1].type`,
    'expected application',
  ],
  [
    'an account id that YAML reads as a number',
    'accounts: [ { id: 111122223333 } ]',
    'accounts[0].id',
    '12 digits in quotes',
  ],
  [
    'an account id that is too short',
    'accounts: [ { id: "1111" } ]',
    'accounts[0].id',
    '12 digits in quotes',
  ],
  [
    'an account twice',
    'accounts: [ { id: "111122223333" }, { id: "111122223333" } ]',
    'accounts[1].id',
    'as in accounts[0]',
  ],
  ['an action that is none', file({ A: 'deny: [ GetMetricData ]' }), 'accounts[0].deny[0]', 'an AWS action'],
  [
    'a region that is none',
    'accounts: [ { regions: { virginia: {} } } ]',
    'accounts[0].regions.virginia',
    'a region like us-east-1',
  ],
  [
    'a role that is none',
    'accounts: [ {} ]\npeople: [ { name: A, role: owner } ]',
    'people[0].role',
    'admin, operator, viewer, stranger',
  ],
  ['a start without a zone', 'accounts: [ {} ]\nnow: 2026-11-20', 'now', 'an ISO 8601 time with zone'],
  [
    'a happening of the past',
    file({ T: '{ at: -5s, service: core/shop, eventName: SERVICE_STEADY_STATE }' }),
    'timeline[0].at',
    'while the program runs',
  ],
  [
    'a happening without its service',
    file({ T: '{ at: +5s, eventName: SERVICE_STEADY_STATE }' }),
    'timeline[0].service',
    'expected cluster/service',
  ],
  [
    'a happening to an unknown service',
    file({ T: '{ at: +5s, service: core/shpo, eventName: SERVICE_STEADY_STATE }' }),
    'timeline[0].service',
    'did you mean "core/shop"?',
  ],
  [
    'a happening to a service without its cluster',
    file({ T: '{ at: +5s, service: till, set: { running: 0 } }' }),
    'timeline[0].service',
    'did you mean "core/till"?',
  ],
  [
    'a misspelt event name',
    file({ T: '{ at: +5s, service: core/shop, eventName: SERVICE_STEDY_STATE }' }),
    'timeline[0].eventName',
    'did you mean "SERVICE_STEADY_STATE"?',
  ],
  [
    'two happenings in one',
    file({ T: '{ at: +5s, service: core/shop, eventName: SERVICE_STEADY_STATE, set: { running: 1 } }' }),
    'timeline[0]',
    'exactly one of',
  ],
  [
    'a change of nothing',
    file({ T: '{ at: +5s, service: core/shop, set: {} }' }),
    'timeline[0].set',
    'at least one of',
  ],
  [
    'a health that is none',
    'accounts: [ {} ]\nanswer: { health: { a/b: bad } }',
    'answer.health["a/b"]',
    'good, warning, critical, unknown',
  ],
  [
    'a cause that is none',
    'accounts: [ {} ]\nanswer: { diagnose: { a/b: gremlins } }',
    'answer.diagnose["a/b"]',
    'bad_deployment',
  ],
];

describe('a scenario is refused with path and expectation', () => {
  test.each(BROKEN)('%s', (_what, text, path, says) => {
    const problems = problemsOf(text);
    expect(problems.map((problem) => problem.replace(/( \(line \d+\))?: .*/s, ''))).toContain(path);
    expect(problems.find((problem) => problem.startsWith(path))).toContain(says);
  });

  test('without any of these it is accepted', () => {
    expect(problemsOf(file({ T: '{ at: +5s, service: core/shop, set: { running: 1 } }' }))).toEqual([]);
  });

  test('several problems at once, one line each, with the line of the file', () => {
    const problems = problemsOf(file({ A: 'deny: [ nothing ]', S: 'running: -1' }));
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain('(line 5)');
    expect(problems[1]).toContain('(line 13)');
  });

  test('a reference that fits two services names the longer ways to write it', () => {
    const region = '{ clusters: { core: { services: { shop: {} } } } }';
    const [problem] = problemsOf(`
accounts: [ { name: main, id: "111122223333", regions: { us-east-1: ${region}, eu-west-1: ${region} } } ]
timeline: [ { at: +1s, service: core/shop, set: { running: 0 } } ]`);
    expect(problem).toContain('fits several');
    expect(problem).toContain('main/us-east-1/core/shop');
  });

  test('broken YAML with its line', () => {
    expect(problemsOf('accounts:\n  - name: "a\n')[0]).toMatch(/^line \d+: /);
    expect(problemsOf('accounts: [ {} ]\naccounts: [ {} ]')[0]).toContain('line 2');
  });
});
