import type { ServiceRef } from '../domain/fleet.ts';
import type { Command } from '../domain/intent.ts';
import type { CommandSpec } from './command-spec.ts';
import { flagSpec } from './flags.ts';
import { BUILT, commandSpec } from './grammar.ts';

export interface HelpRequest {
  /** The command that is asked about; all of them if absent. */
  readonly command?: Command;
  /** A service of the fleet for the examples; without one, placeholders stay in capitals. */
  readonly sample: ServiceRef | undefined;
  /** What stands before a command where the help is read: `/ecs `, `@Deckhand `, or nothing. */
  readonly prefix: string;
}

/** One thing that can be said. */
export interface HelpEntry {
  /** Ready to be typed: `/ecs health prod-core --only critical`. Holds names of the fleet: untrusted text. */
  readonly example: string;
  /** How it goes in general: `/ecs health [service|cluster|account]`. */
  readonly usage: string;
  /** One sentence or clause about it. */
  readonly about: string;
}

export interface Help {
  /** One sentence above the entries. */
  readonly intro: string;
  readonly entries: readonly HelpEntry[];
  /** The flags of the one command that was asked about. */
  readonly flags: readonly { readonly flag: string; readonly about: string }[];
}

/**
 * What help shows: every command that is answered today with its first example, or one command with all of its
 * examples and flags. A command that is understood but not answered yet says so.
 */
export function helpFor(request: HelpRequest): Help {
  const { command, prefix } = request;
  if (command === undefined) {
    const entries = BUILT.map((spec) =>
      entryOf(spec, spec.examples[0]?.say ?? spec.name, spec.about, request),
    );
    return {
      intro: 'Say one of these. Add --account, --cluster or --region to narrow it down.',
      entries,
      flags: [],
    };
  }
  const spec = commandSpec(command);
  if (!spec.built) {
    const intro = `\`${spec.name}\` is not available yet. \`${prefix}help\` lists what is.`;
    return { intro, entries: [], flags: [] };
  }
  return {
    intro: spec.about,
    entries: spec.examples.map((example) => entryOf(spec, example.say, example.about, request)),
    flags: spec.flags
      .filter((name) => flagSpec(name).built !== false)
      .map((name) => {
        const { hint, about } = flagSpec(name);
        return { flag: hint === '' ? `--${name}` : `--${name} ${hint}`, about };
      }),
  };
}

/** {@link helpFor}, the entries alone. */
export function helpEntries(request: HelpRequest): readonly HelpEntry[] {
  return helpFor(request).entries;
}

/** A template of the grammar with real names in it. */
export function fillExample(template: string, sample: ServiceRef | undefined): string {
  return template
    .replaceAll('{service}', sample?.service ?? 'SERVICE')
    .replaceAll('{cluster}', sample?.cluster ?? 'CLUSTER');
}

function entryOf(spec: CommandSpec, say: string, about: string, request: HelpRequest): HelpEntry {
  return {
    example: `${request.prefix}${fillExample(say, request.sample)}`,
    usage: spec.usage.map((line) => `${request.prefix}${line}`).join(' · '),
    about,
  };
}
