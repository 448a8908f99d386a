import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The whole product as `npm start` runs it, in a folder and on ports of its own. */
export interface Product {
  /** Where the page is. */
  readonly page: string;
  /** What it printed so far, for a failing test. */
  output(): string;
  stop(): Promise<void>;
}

/** Builds, starts with no settings but free ports, and resolves once local.json says that all is ready. */
export async function startProduct(): Promise<Product> {
  await promisify(execFile)(process.execPath, ['tools/build.mjs'], { cwd: ROOT });
  const folder = await mkdtemp(join(tmpdir(), 'deckhand-product-'));
  const [port, localPort] = await Promise.all([freePort(), freePort()]);
  const child = spawn(process.execPath, ['dist/start.js'], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(port), LOCAL_PORT: String(localPort), DECKHAND_DIR: folder },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const stop = async (): Promise<void> => {
    await ended(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const page = await Promise.race([pageOf(folder), failed(child, () => output)]);
    return { page, output: () => output, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The `page` of local.json, as soon as it is there and whole. */
function pageOf(folder: string): Promise<string> {
  return new Promise((resolve) => {
    const look = async (): Promise<void> => {
      const text = await readFile(join(folder, 'local.json'), 'utf8').catch(() => '');
      const page = /"page":\s*"([^"]+)"/.exec(text)?.[1];
      if (page === undefined || !text.trimEnd().endsWith('}')) return;
      watcher.close();
      resolve(page);
    };
    const watcher = watch(folder, () => void look());
    void look();
  });
}

function failed(child: ChildProcess, output: () => string): Promise<never> {
  return new Promise((_, reject) => {
    child.once('exit', (code) => reject(new Error(`The product ended with ${code}:\n${output()}`)));
  });
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
