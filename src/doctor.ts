import { runningLocal } from './config/running-local.ts';
import {
  adoptEnvironment,
  type Config,
  ConfigError,
  loadConfig,
  quietDefaults,
  stateDirectory,
} from './config.ts';
import type { Finding } from './domain/finding.ts';
import { examine } from './wiring/doctor.ts';

/**
 * `npm run doctor`: looks at tokens, scopes, queue, table and every account, one line each with the remedy. It looks
 * at a running local instance if there is one, else at what the environment configures. Exit code 1: a problem.
 */
async function doctor(): Promise<number> {
  adoptEnvironment(quietDefaults());
  const local = runningLocal(stateDirectory());
  if (local !== undefined) adoptEnvironment({ ...local.env, CHAT: 'slack,teams' });
  const findings = await findingsOf();
  const width = Math.max(...findings.map(({ what }) => what.length));
  for (const finding of findings) process.stdout.write(`${lineOf(finding, width)}\n`);
  return findings.some(({ state }) => state === 'problem') ? 1 : 0;
}

/** Settings that keep the bot from starting keep nobody from looking at the rest. */
async function findingsOf(): Promise<readonly Finding[]> {
  try {
    return await examine(loadConfig());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problems = error.problems.map((text): Finding => ({ state: 'problem', what: 'settings', text }));
    const rest = configForReading();
    return rest === undefined ? problems : [...problems, ...(await examine(rest))];
  }
}

function configForReading(): Config | undefined {
  try {
    return loadConfig(undefined, 'cli');
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

const MARKS: Readonly<Record<Finding['state'], string>> = {
  ok: 'ok      ',
  problem: 'PROBLEM ',
  note: 'note    ',
};

function lineOf({ state, what, text, remedy }: Finding, width: number): string {
  return `${MARKS[state]} ${what.padEnd(width)}  ${text}${remedy === undefined ? '' : `; ${remedy}`}`;
}

process.exitCode = await doctor();
