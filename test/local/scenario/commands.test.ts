import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { run } from '../../../src/local/scenario/commands.ts';

const everything = new URL('./everything.yaml', import.meta.url).pathname;

describe('scenario:schema', () => {
  test('prints a JSON schema that accepts what the program accepts', () => {
    const { code, out } = run(['schema']);
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(JSON.parse(out ?? ''));
    expect(code).toBe(0);
    expect(validate(parse(readFileSync(everything, 'utf8')))).toBe(true);
    expect(validate({ accounts: [{ nmae: 'x' }] })).toBe(false);
  });
});

describe('scenario:check', () => {
  test('says what a good file holds', () => {
    const { code, out } = run(['check', everything]);
    expect(code).toBe(0);
    expect(out).toContain('1 account, 1 cluster, 5 services, 5 timeline entries');
  });

  test('says what a bad file lacks', () => {
    const { code, err } = run(['check', new URL('../../../biome.json', import.meta.url).pathname]);
    expect(code).toBe(1);
    expect(err).toContain('accounts');
  });

  test.each([
    [['check'], 'No file given'],
    [['check', '/nowhere/at-all.yaml'], 'there is no such file'],
    [['check', new URL('.', import.meta.url).pathname], 'it is a folder'],
    [[], 'Usage'],
    [['chek', 'x'], 'Usage'],
  ])('%j fails with a sentence', (args, says) => {
    const { code, err } = run(args);
    expect(code).toBe(1);
    expect(err).toContain(says);
  });
});
