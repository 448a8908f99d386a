import { type ChildProcess, fork } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { RawEnvironment } from './config/environment.ts';
import {
  ConfigError,
  childEnvironment,
  type LaunchPlan,
  NO_SDK_ADVICE,
  planLaunch,
  runsUnderNpm,
} from './config.ts';

/**
 * `npm start`: brings up what is missing (a simulated chat, a simulated fleet, an embedded table) as one process
 * and the bot as another, says where to look, and ends both together.
 */
async function start(): Promise<void> {
  const plan = planLaunch();
  // The simulation must know the bot's address before the bot runs.
  const port = plan.port || (await firstFreePort(plan.host, plan.port === 0 ? [0] : [3000, 0]));
  const parts = localParts(plan);
  const children: ChildProcess[] = [];
  const stopper = new Stopper(children);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopper.stop(0));

  if (runsUnderNpm()) endWithParent(stopper);

  let environment: RawEnvironment = { ...NO_SDK_ADVICE, PORT: String(port) };
  let page: string | undefined;
  if (parts.length > 0) {
    const local = run('local.js', ['--parts', parts.join(','), ...process.argv.slice(2)], {
      PORT: String(port),
    });
    children.push(local);
    local.once('exit', ended('The simulation', stopper));
    const ready = await message(local, 'ready');
    environment = { ...environment, ...stringValues(ready['env']), ...switches(plan) };
    page = stringValues(ready['endpoints'])['page'];
  }
  const bot = run('main.js', [], environment);
  children.push(bot);
  bot.once('exit', ended('The bot', stopper));
  const ready = await message(bot, 'ready');
  announce(plan, page, String(ready['url']));
}

/** npm ends its shell, and the shell says nothing to us; but we are then somebody else's child. */
function endWithParent(stopper: Stopper): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stopper.stop(0);
  }, 500).unref();
}

/** A child that ends by itself takes everything with it; one that was killed could not say why. */
function ended(name: string, stopper: Stopper): (code: number | null, signal: NodeJS.Signals | null) => void {
  return (code, signal) => {
    if (!stopper.begun && signal !== null) {
      process.stderr.write(`${name} was ended by ${signal}; everything stops.\n`);
    }
    stopper.stop(code ?? 1);
  };
}

function localParts(plan: LaunchPlan): string[] {
  const parts: string[] = [];
  if (plan.fleet === 'local') parts.push('aws');
  if (plan.chat === 'local') parts.push('chat');
  if (plan.store === 'local') parts.push('store');
  return parts;
}

/** The bot sees ordinary services at loopback addresses; these say that they are not to be looked for elsewhere. */
function switches(plan: LaunchPlan): RawEnvironment {
  return {
    ...NO_SDK_ADVICE,
    ...(plan.chat === 'local' ? { CHAT: 'slack,teams', LOG_LEVEL: plan.logLevel ?? 'warn' } : {}),
    ...(plan.fleet === 'local' ? { FLEET: 'aws' } : {}),
  };
}

/**
 * The Bot Framework's packages use a module of Node that is on its way out (DEP0040). A small young generation keeps
 * the bot some 25 MB smaller; it makes little garbage that lives.
 */
const NODE_FLAGS = ['--disable-warning=DEP0040', '--max-semi-space-size=2'];

function run(file: string, args: readonly string[], environment: RawEnvironment): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    env: childEnvironment(environment),
    execArgv: NODE_FLAGS,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** The child's first message of this type. Rejects when it ends before; it has then said why itself. */
function message(child: ChildProcess, type: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    child.on('message', (value: unknown) => {
      if (typeof value === 'object' && value !== null && 'type' in value && value.type === type)
        resolve({ ...value });
    });
    child.once('exit', () => reject(new Ended()));
  });
}

/** A child ended before it was ready. */
class Ended extends Error {}

function stringValues(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** Ends the bot first, so that it can still say goodbye to its services, then the rest; by force after four seconds. */
class Stopper {
  readonly #children: readonly ChildProcess[];
  #stopping: Promise<void> | undefined;

  constructor(children: readonly ChildProcess[]) {
    this.#children = children;
  }

  get begun(): boolean {
    return this.#stopping !== undefined;
  }

  stop(code: number): void {
    this.#stopping ??= this.#end(code);
  }

  async #end(code: number): Promise<void> {
    let exitCode = code;
    const forced = setTimeout(() => {
      process.stderr.write('It did not end within four seconds and was killed.\n');
      exitCode = 1;
      for (const child of this.#children) child.kill('SIGKILL');
    }, 4000);
    for (const child of this.#children.toReversed()) {
      child.kill('SIGTERM');
      await gone(child);
    }
    clearTimeout(forced);
    process.exit(exitCode);
  }
}

function gone(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
  });
}

async function firstFreePort(host: string, candidates: readonly number[]): Promise<number> {
  for (const candidate of candidates) {
    const port = await tryPort(host, candidate);
    if (port !== undefined) return port;
  }
  throw new ConfigError([`No free port on ${host}: set PORT to one that is free.`]);
}

function tryPort(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen(port, host, () => {
      const address = probe.address();
      const free = typeof address === 'object' && address !== null ? address.port : undefined;
      probe.close(() => resolve(free));
    });
  });
}

function announce(plan: LaunchPlan, page: string | undefined, bot: string): void {
  const chat =
    plan.chat === 'local' ? 'a playground with Slack and Teams side by side' : 'the configured chat';
  const fleet = plan.fleet === 'local' ? 'a simulated company' : 'your AWS accounts';
  const lines = ['', `  Deckhand is up: ${chat}, over ${fleet}.`, ''];
  if (page !== undefined && plan.chat === 'local') lines.push(`  Open   ${page}`);
  lines.push(`  Bot    ${bot}`, '', '  Ctrl-C ends it.', '');
  process.stdout.write(`${lines.join('\n')}\n`);
}

start().catch((error: unknown) => {
  if (error instanceof Ended) return;
  const text = error instanceof ConfigError ? error.problems.join('\n') : String(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = 1;
});
