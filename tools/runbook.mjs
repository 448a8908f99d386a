// `npm run runbook`: writes docs/runbook.md from the catalogue of events (src/incidents/catalogue.ts). With `--check`
// it writes nothing and fails when the page is not what it would write.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = join(ROOT, 'docs/runbook.md');

const page = runbookPage(await catalogue());
if (process.argv.includes('--check')) {
  if (readFileSync(PAGE, 'utf8') === page) process.exit(0);
  console.error('docs/runbook.md is not what the catalogue says: run `npm run runbook`.');
  process.exit(1);
}
writeFileSync(PAGE, page);
console.log(`wrote ${PAGE}`);

async function catalogue() {
  const { outputFiles } = await build({
    entryPoints: [join(ROOT, 'src/incidents/catalogue.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  const { CATALOGUE_NAMES, catalogueEntry } = await import(`data:text/javascript;base64,${code}`);
  return CATALOGUE_NAMES.map((name) => ({ name, ...catalogueEntry(name, 'info') }));
}

function runbookPage(entries) {
  const alerts = entries.filter((entry) => entry.effect === 'failure');
  const ends = entries.filter((entry) => entry.effect === 'recovery');
  const news = entries.filter((entry) => entry.effect === 'context' || entry.effect === 'quiet');
  return `# Runbook

What each event means and what to do about it. Written by \`npm run runbook\` from the catalogue in
\`src/incidents/catalogue.ts\`; changes belong there. What stands in \`code\` is what you can say to Deckhand.

| event | title | severity |
|---|---|---|
${alerts.map(row).join('\n')}

An error that is not listed here is an alert of high severity, a warning one of medium; the reason in the alert is what
AWS says.

## Alerts

${alerts.map(alertSection).join('\n')}
## What ends an alert

${ends.map(newsSection).join('\n')}
An alarm ends when it is OK again, a waiting deployment when it is answered, an impaired instance when it is well or
gone.

## What is told within an incident

${news.map(newsSection).join('\n')}`;
}

function row({ name, title, severity }) {
  return `| [${name}](#${name.toLowerCase()}) | ${title} | ${severity} |`;
}

function alertSection({ name, title, meaning, causes, impact, severity, remedy, source }) {
  return `### ${name}

**${title}** (${severity}). ${meaning}

Impact: ${impact}

Common causes:
${causes.map((cause) => `- ${cause}`).join('\n')}

What to do:
${remedy.map((step, at) => `${at + 1}. ${stepText(step)}`).join('\n')}

Source: <${source}>
`;
}

function newsSection({ name, title, meaning, effect, source }) {
  const quiet = effect === 'quiet' ? ' Never told.' : '';
  return `### ${name}

**${title}.** ${meaning}${quiet}

Source: <${source}>
`;
}

function stepText({ text, command }) {
  if (command === undefined) return text;
  const said = command.replace('{service}', 'NAME').replace('{cluster}', 'CLUSTER');
  return `${text} \`${said}\``;
}
