// `node test/bench/run.mjs delivery`: bundles one benchmark, so that it runs as the product does, and runs it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const name = process.argv[2] ?? '';
const source = join(here, `${name}.ts`);
if (!/^[a-z-]+$/.test(name) || !existsSync(source)) {
  console.error(
    `There is no benchmark called "${name}": say the name of a file in test/bench, such as delivery.`,
  );
  process.exit(1);
}
const outfile = join(here, `../../node_modules/.cache/deckhand-bench/${name}.mjs`);
await build({
  entryPoints: [source],
  outfile,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  logLevel: 'error',
});
const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(3)], {
  stdio: 'inherit',
  env,
});
process.exit(status ?? 1);
