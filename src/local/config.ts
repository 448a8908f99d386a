import { parseArgs } from 'node:util';

/** What the local process can run: the loopback AWS with a fleet, both chats with the page, the embedded table. */
export type Part = 'aws' | 'chat' | 'store';

/** The settings of the local process. */
export interface LocalConfig {
  readonly parts: ReadonlySet<Part>;
  /** The scenario's file; undefined plays the default one. */
  readonly scenario: string | undefined;
  /** Nothing lasting on disk. */
  readonly memory: boolean;
  /** Undefined when there is no bot to wait for (`--no-bot`). */
  readonly botUrl: string | undefined;
  /** 0 takes a free port. */
  readonly port: number;
  /** Where state, configuration and endpoints are kept. */
  readonly folder: string;
}

/** An argument or variable that cannot be used; the message says which and what to do. */
export class LocalConfigError extends Error {
  override readonly name = 'LocalConfigError';
}

const PARTS: readonly Part[] = ['aws', 'chat', 'store'];

/**
 * Reads the arguments and the environment: `--scenario FILE` (or DECKHAND_SCENARIO), `--parts aws,chat,store`,
 * `--memory`, `--no-bot`; PORT is the bot's, LOCAL_PORT this process's, DECKHAND_DIR the folder (`.deckhand`).
 * @throws LocalConfigError
 */
export function readLocalConfig(
  args: readonly string[] = process.argv.slice(2),
  env: Readonly<Record<string, string | undefined>> = process.env,
): LocalConfig {
  const values = parse(args);
  return {
    parts: partsOf(values.parts),
    scenario: values.scenario ?? (env.DECKHAND_SCENARIO || undefined),
    memory: values.memory,
    botUrl: values['no-bot'] ? undefined : `http://127.0.0.1:${portOf('PORT', env.PORT, 3000)}`,
    port: portOf('LOCAL_PORT', env.LOCAL_PORT, 0),
    folder: env.DECKHAND_DIR || '.deckhand',
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        scenario: { type: 'string' },
        parts: { type: 'string' },
        memory: { type: 'boolean', default: false },
        'no-bot': { type: 'boolean', default: false },
      },
    }).values;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new LocalConfigError(
      `${why}\nKnown: --scenario FILE, --parts aws,chat,store, --memory, --no-bot.`,
      { cause },
    );
  }
}

function partsOf(given: string | undefined): ReadonlySet<Part> {
  if (given === undefined) return new Set(PARTS);
  const names = given
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const parts = PARTS.filter((part) => names.includes(part));
  const unknown = names.filter((name) => !PARTS.some((part) => part === name));
  if (unknown.length > 0 || parts.length === 0) {
    throw new LocalConfigError(`--parts ${given}: expected some of ${PARTS.join(', ')}, with commas.`);
  }
  return new Set(parts);
}

function portOf(name: string, given: string | undefined, fallback: number): number {
  if (given === undefined || given.trim() === '') return fallback;
  const port = Number(given);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new LocalConfigError(`${name} is "${given}": expected a port number from 0 to 65535.`);
}
