import { run } from './commands.ts';

// Whoever reads may stop reading: `scenario:schema | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

// `npm run -s scenario:schema` and `npm run -s scenario:check FILE` start here.
const outcome = run(process.argv.slice(2));
if (outcome.out !== undefined) process.stdout.write(`${outcome.out}\n`);
if (outcome.err !== undefined) process.stderr.write(`${outcome.err}\n`);
process.exitCode = outcome.code;
