// Bundles the product, the simulation and its page into dist/. `npm start` and `npm run ecs` call it first; when
// no source changed since the last build it does nothing. `--force` builds all the same.
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, stop } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);

const fingerprint = () => {
  const hash = createHash('sha256');
  const files = readdirSync('src', { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const file of [...files, 'tools/build.mjs', 'package-lock.json', 'tsconfig.json'].sort((a, b) =>
    a < b ? -1 : 1,
  )) {
    const { mtimeMs, size } = statSync(file);
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
};

const STAMP = 'dist/.stamp';
const now = fingerprint();
const current = !process.argv.includes('--force') && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === now; // Built beside the old one and swapped in whole: an instance may be running from dist/.
const OUT = `dist.${process.pid}`;

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  logLevel: 'warning',
  legalComments: 'none',
};

// CommonJS packages inside an ES module call `require` for Node's own modules.
const banner = {
  js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
};

// The product: self-contained. Split, so that the Teams packages load only where Teams is configured.
const product = () =>
  build({
    ...common,
    entryPoints: {
      start: 'src/start.ts',
      main: 'src/main.ts',
      ecs: 'src/ecs.ts',
      doctor: 'src/doctor.ts',
    },
    outdir: OUT,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    minifySyntax: true,
    minifyWhitespace: true,
    banner,
  });

// The simulation: runs in a checkout only, so its packages stay where they are.
const simulation = () =>
  build({
    ...common,
    entryPoints: { local: 'src/local/main.ts', scenario: 'src/local/scenario/cli.ts' },
    outdir: OUT,
    packages: 'external',
  });

const page = () =>
  build({
    ...common,
    platform: 'browser',
    target: 'es2022',
    entryPoints: { page: 'src/local/page/main.tsx', style: 'src/local/page/page.css' },
    entryNames: 'page',
    outdir: `${OUT}/page`,
    minify: true,
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
  });

if (!current) await buildAll();

async function buildAll() {
  try {
    mkdirSync(`${OUT}/page`, { recursive: true });
    await Promise.all([product(), simulation(), page()]);
    cpSync('src/local/page/index.html', `${OUT}/page/index.html`);
    cpSync('src/local/scenario/default.yaml', `${OUT}/default.yaml`);
    writeFileSync(`${OUT}/.stamp`, now);
    rmSync('dist', { recursive: true, force: true });
    renameSync(OUT, 'dist');
    // The bundler's own process would live as long as the program that goes on from here.
    await stop();
  } catch (error) {
    rmSync(OUT, { recursive: true, force: true });
    if (!error.errors) console.error(error);
    process.exit(1);
  }
}
