// `npm run bench -- NAME`: bundles bench/ and runs it. Apart from the product's build, which it is no part of.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

process.chdir(join(dirname(fileURLToPath(import.meta.url)), '..'));
const OUT = 'node_modules/.cache/deckhand-bench';

await build({
  entryPoints: {
    bench: 'bench/index.ts',
    'bench-fleet': 'bench/collector/fleet-process.ts',
    'bench-platforms': 'bench/delivery/platforms-process.ts',
    'bench-queue': 'bench/incidents/queue-process.ts',
  },
  outdir: OUT,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
const args = [join(OUT, 'bench.js'), ...process.argv.slice(2)];
process.exit(spawnSync(process.execPath, args, { stdio: 'inherit', env }).status ?? 1);
