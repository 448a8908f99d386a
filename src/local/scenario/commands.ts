import { z } from 'zod';
import { loadScenario, ScenarioError } from './load.ts';
import { type Scenario, scenarioSchema } from './schema.ts';

/** What `scenario:schema` and `scenario:check FILE` print, and their exit code. */
export interface Outcome {
  readonly code: 0 | 1;
  readonly out?: string;
  readonly err?: string;
}

const USAGE = 'Usage: npm run -s scenario:check FILE   or   npm run -s scenario:schema';

/** `schema` prints the JSON schema of scenario files; `check FILE` says what is wrong with a file. */
export function run(args: readonly string[]): Outcome {
  const [word, ...rest] = args;
  if (word === 'schema' && rest.length === 0) return { code: 0, out: jsonSchema() };
  if (word === 'check' && rest.length > 0) return check(rest);
  if (word === 'check') return { code: 1, err: `No file given.\n${USAGE}` };
  return { code: 1, err: USAGE };
}

function check(files: readonly string[]): Outcome {
  const good: string[] = [];
  const bad: string[] = [];
  for (const file of files) {
    try {
      good.push(`${file}: ok, ${summary(loadScenario(file))}`);
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      bad.push(error.message);
    }
  }
  return {
    code: bad.length === 0 ? 0 : 1,
    ...(good.length > 0 ? { out: good.join('\n') } : {}),
    ...(bad.length > 0 ? { err: bad.join('\n') } : {}),
  };
}

function summary(scenario: Scenario): string {
  const clusters = scenario.accounts.flatMap((account) =>
    Object.values(account.regions).flatMap((region) => Object.values(region.clusters)),
  );
  const services = clusters.reduce((sum, cluster) => sum + Object.keys(cluster.services).length, 0);
  return [
    plural(scenario.accounts.length, 'account'),
    plural(clusters.length, 'cluster'),
    plural(services, 'service'),
    plural(scenario.timeline.length, 'timeline entry', 'timeline entries'),
  ].join(', ');
}

function plural(amount: number, one: string, many = `${one}s`): string {
  return `${amount} ${amount === 1 ? one : many}`;
}

function jsonSchema(): string {
  return JSON.stringify(
    { title: 'Deckhand scenario', ...z.toJSONSchema(scenarioSchema, { io: 'input' }) },
    null,
    2,
  );
}
