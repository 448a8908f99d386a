import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sendText } from './http-exchange.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
};

/** Where the build puts the page: beside the bundle, or under `dist` when run from the source. */
export const PAGE_FOLDERS: readonly string[] = ['./page/', '../../dist/page/'].map((place) =>
  fileURLToPath(new URL(place, import.meta.url)),
);

/** Serves a file of the page; `/` is index.html. Only names without folders exist. */
export async function servePage(
  res: ServerResponse,
  path: string,
  folders: readonly string[] = PAGE_FOLDERS,
): Promise<void> {
  const name = path === '/' ? 'index.html' : path.slice(1);
  const type = TYPES[extname(name)];
  if (!/^[\w-]+(\.[\w-]+)*$/.test(name) || type === undefined) return sendText(res, 404, 'Not found');
  for (const folder of folders) {
    const content = await readFile(join(folder, name)).catch(() => undefined);
    if (content === undefined) continue;
    res.writeHead(200, {
      'content-type': type,
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    });
    res.end(content);
    return;
  }
  if (name === 'index.html') return sendText(res, 503, 'The page is not built yet: `npm start` builds it.');
  sendText(res, 404, 'Not found');
}
