import type { Command } from '../domain/intent.ts';
import type { CommandSpec } from './command-spec.ts';
import { ADMIN_COMMANDS } from './commands-admin.ts';
import { READ_COMMANDS } from './commands-read.ts';
import { WRITE_COMMANDS } from './commands-write.ts';

/** The one table behind parser, help, both manifests and suggested prompts; in the order in which help shows it. */
export const GRAMMAR: readonly CommandSpec[] = [...READ_COMMANDS, ...WRITE_COMMANDS, ...ADMIN_COMMANDS];

/** What is answered today. */
export const BUILT: readonly CommandSpec[] = GRAMMAR.filter((spec) => spec.built);

/** The specification of a command's full name. */
export function commandSpec(name: Command): CommandSpec {
  const spec = GRAMMAR.find((one) => one.name === name);
  if (!spec) throw new Error(`No command ${name} in the grammar.`);
  return spec;
}

/** Finds a command by its word or one of its other spellings, in lower case. */
export function findCommand(word: string): CommandSpec | undefined {
  return GRAMMAR.find((spec) => spec.name === word || spec.aliases.includes(word));
}

/**
 * What the chat apps offer to a person who has not typed anything yet (Slack's agent view takes at most four).
 * Each message is a command that is answered today and needs no name.
 */
export const SUGGESTED_PROMPTS: readonly { readonly title: string; readonly message: string }[] = [
  { title: 'How is the fleet?', message: 'health' },
  { title: 'What is critical?', message: 'health --only critical' },
  { title: 'Which incidents are open?', message: 'alerts open' },
  { title: 'What can I say?', message: 'help' },
];

/**
 * Words that people use for a command of ours and for another one that writes: "restart" may ask why tasks
 * restarted, or want a redeploy. They are never taken for a slip of the thumb.
 */
export const UNCLEAR_WORDS: readonly string[] = ['restart', 'deploy', 'reset'];

/** Slack's one slash command, as manifest.yml declares it. */
export const SLASH_COMMAND = {
  command: '/ecs',
  description: 'Ask about your ECS services, or take an incident.',
  /** What Slack shows beside the command while somebody types it. */
  usageHint: BUILT.map((spec) => spec.usage[0] ?? spec.name).join(' | '),
} as const;
