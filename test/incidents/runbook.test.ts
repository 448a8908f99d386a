import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { CATALOGUE_NAMES } from '../../src/incidents/catalogue.ts';

const root = new URL('../../', import.meta.url);

test('the committed runbook page is what the catalogue says', async () => {
  const tool = fileURLToPath(new URL('tools/runbook.mjs', root));
  await expect(promisify(execFile)(process.execPath, [tool, '--check'])).resolves.toMatchObject({
    stderr: '',
  });
}, 60_000);

test('every event has a heading of its own, which links to it can name', () => {
  const page = readFileSync(new URL('docs/runbook.md', root), 'utf8');
  const headings = page.split('\n').flatMap((line) => /^### (\S+)$/.exec(line)?.[1] ?? []);
  expect(headings.toSorted()).toEqual(CATALOGUE_NAMES.toSorted());
});
