import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const SOURCE = fileURLToPath(new URL('../../src/local/page/', import.meta.url));

/** Bundles the page alone into a temporary folder and returns that folder. */
export async function bundlePage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'deckhand-page-'));
  await build({
    entryPoints: { page: join(SOURCE, 'main.tsx') },
    outdir: folder,
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  await build({
    entryPoints: [join(SOURCE, 'page.css')],
    outfile: join(folder, 'page.css'),
    bundle: true,
    logLevel: 'error',
  });
  await cp(join(SOURCE, 'index.html'), join(folder, 'index.html'));
  return folder;
}
