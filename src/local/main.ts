import { resolve } from 'node:path';
import { LocalConfigError, readLocalConfig } from './config.ts';
import { type LocalProcess, type Simulation, startLocal } from './local-process.ts';
import { defaultScenario, loadScenario, ScenarioError } from './scenario/load.ts';
import { CANARY_EVERY_MS } from './world/spokes.ts';
import { makeWorld } from './world/world.ts';

/** How long a clean end may take before the process ends anyway. */
const GRACE_MS = 900;

/**
 * The local process of `npm start` and of the command line's `--scenario`: loopback AWS, Slack, Teams and the page.
 * Says where everything is by one message to its parent, or by one line of JSON on stdout, and ends with its parent.
 */
async function main(): Promise<void> {
  const config = readLocalConfig();
  const local = await startLocal({
    config,
    simulation: simulationOf(config.scenario),
    nowMs: Date.now,
    report,
  });
  const stop = stopper(local);
  process.on('SIGTERM', stop);
  process.on('disconnect', stop);
  // Ctrl-C reaches the whole group. The parent ends the bot first, which still needs what runs here.
  process.on('SIGINT', () => {
    if (process.send === undefined) stop();
  });
  const { env, endpoints } = local;
  const ready = { type: 'ready', env, endpoints };
  if (process.send === undefined) process.stdout.write(`${JSON.stringify(ready)}\n`);
  else process.send(ready);
  if (process.send !== undefined && !process.connected) stop();
}

function simulationOf(file: string | undefined): Simulation {
  const scenario = file === undefined ? defaultScenario() : loadScenario(file);
  return {
    about: scenario.about,
    people: scenario.people,
    startMs: scenario.now === undefined ? undefined : Date.parse(scenario.now),
    name: file === undefined ? 'default' : resolve(file),
    makeWorld: (clock) => makeWorld(scenario, { clock, holdTimeline: true, canaryEveryMs: CANARY_EVERY_MS }),
  };
}

function stopper(local: LocalProcess): () => void {
  let stopping = false;
  return () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(0), GRACE_MS).unref();
    local.close().then(
      () => process.exit(0),
      (error: unknown) => {
        report(error);
        process.exit(1);
      },
    );
  };
}

function report(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}

main().catch((error: unknown) => {
  const isTheirs = error instanceof LocalConfigError || error instanceof ScenarioError;
  if (isTheirs) process.stderr.write(`${error.message}\n`);
  else report(error);
  process.exit(1);
});
