import { BadRequest } from '../domain/errors.ts';

/** What the command line was asked for. */
export interface CliArguments {
  /** One argument is a sentence, several are tokens that the shell has separated. */
  readonly words: string | readonly string[];
  readonly json: boolean;
  /** Stop after understanding. */
  readonly intent: boolean;
  readonly stdin: boolean;
  readonly scenario: string | undefined;
}

/**
 * Takes our own switches out of the arguments; everything else is what a person would type in chat.
 * @throws BadRequest when a switch lacks its value or two do not go together.
 */
export function readArguments(args: readonly string[]): CliArguments {
  const words: string[] = [];
  const switches = new Set<string>();
  let scenario: string | undefined;
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (arg === '--json' || arg === '--intent' || arg === '--stdin') switches.add(arg);
    else if (arg === '--scenario' || arg.startsWith('--scenario=')) {
      scenario = arg.includes('=') ? arg.slice(arg.indexOf('=') + 1) : args[(at += 1)];
      if (!scenario || scenario.startsWith('--'))
        throw new BadRequest('--scenario needs a file: --scenario fleet.yaml');
    } else words.push(arg);
  }
  const stdin = switches.has('--stdin');
  if (stdin && !switches.has('--intent') && words[0] !== 'errors') {
    throw new BadRequest(
      '--stdin goes with --intent (a sentence a line) or with errors --json (a log line a line).',
    );
  }
  const [only] = words;
  return {
    words: words.length === 1 && only !== undefined ? only : words,
    json: switches.has('--json'),
    intent: switches.has('--intent'),
    stdin,
    scenario,
  };
}
