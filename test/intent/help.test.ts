import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/domain/intent.ts';
import { FLAG_NAMES } from '../../src/intent/flags.ts';
import { BUILT, findCommand, GRAMMAR, SUGGESTED_PROMPTS } from '../../src/intent/grammar.ts';
import { fillExample, helpEntries, helpFor } from '../../src/intent/help.ts';
import { FLEET, say } from './fleet.ts';

const sample = FLEET.find((ref) => ref.service === 'search-indexer');
const prefix = '/ecs ';

describe('help', () => {
  it('shows the commands that are answered today and no other, examples with real names', () => {
    const examples = helpEntries({ sample, prefix }).map((entry) => entry.example);
    expect(examples).toHaveLength(BUILT.length);
    expect(examples).toContain('/ecs health');
    expect(examples).toContain('/ecs service search-indexer');
    expect(examples.join()).not.toContain('forecast');
  });

  it('shows all examples and flags of one command', () => {
    const help = helpFor({ command: 'health', sample, prefix });
    expect(help.entries.map((entry) => entry.example)).toEqual([
      '/ecs health',
      '/ecs health data --only critical',
      '/ecs health search-indexer --fresh',
    ]);
    expect(help.flags[0]?.flag).toBe('--only critical|warning|good|unknown');
  });

  it('says of a command that is not built that it is not available yet', () => {
    const help = helpFor({ command: 'forecast', sample, prefix });
    expect(help.intro).toBe('`forecast` is not available yet. `/ecs help` lists what is.');
    expect(help.entries).toEqual([]);
  });

  it('keeps placeholders where no service is known', () => {
    expect(helpEntries({ sample: undefined, prefix: '' }).map((entry) => entry.example)).toContain(
      'service SERVICE',
    );
  });
});

describe('the grammar', () => {
  it('has every command of the vocabulary once', () => {
    expect(GRAMMAR.map((spec) => spec.name).toSorted()).toEqual([...COMMANDS].toSorted());
  });

  it('has no word that means two commands', () => {
    const words = GRAMMAR.flatMap((spec) => [spec.name, ...spec.aliases]);
    expect(new Set(words).size).toBe(words.length);
    expect(words.filter((word) => findCommand(word) === undefined)).toEqual([]);
  });

  it.each(GRAMMAR.flatMap((spec) => spec.examples.map((example) => [example.say, spec.name] as const)))(
    'understands its own example: %s',
    (template, command) => {
      const { intent } = say(fillExample(template, sample));
      expect(intent?.command).toBe(command);
      expect(intent?.unknown).toBeUndefined();
    },
  );

  it('says in one sentence what each command does', () => {
    for (const spec of GRAMMAR) expect(spec.about).toMatch(/^[A-Z][^.]*(?:\.[a-z][^.]*)*\.$/);
  });

  it('uses every flag', () => {
    const used = new Set(GRAMMAR.flatMap((spec) => spec.flags));
    expect(FLAG_NAMES.filter((flag) => !used.has(flag))).toEqual([]);
  });

  it('suggests four prompts that are answered today, without asking back', () => {
    expect(SUGGESTED_PROMPTS).toHaveLength(4);
    for (const { message } of SUGGESTED_PROMPTS) {
      const { intent } = say(message);
      expect(BUILT.map((spec) => spec.name)).toContain(intent?.command);
    }
  });
});
