/**
 * Makes the package that is uploaded to Teams: manifest.json and both icons, with your bot's app id in the place of
 * the placeholder (the nil GUID). The same input gives the same bytes.
 *
 *   npm run teams:zip -- --app-id <GUID> [--website https://…] [--out teams-app/deckhand.zip]
 *
 * Without --app-id it takes MicrosoftAppId from the environment.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { zipSync } from 'fflate';

const PLACEHOLDER = '00000000-0000-0000-0000-000000000000';
const PLACEHOLDER_SITE = 'https://deckhand.example';
const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const folder = new URL('../teams-app/', import.meta.url);

try {
  main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function main() {
  const { values } = parseArgs({
    options: { 'app-id': { type: 'string' }, website: { type: 'string' }, out: { type: 'string' } },
  });
  const appId = values['app-id'] ?? process.env.MicrosoftAppId ?? '';
  const out = resolve(values.out ?? fileURLToPath(new URL('deckhand.zip', folder)));
  writeFileSync(out, pack(checkedId(appId), checkedSite(values.website)));
  console.log(`Wrote ${out}. Upload it in Teams: Apps > Manage your apps > Upload an app.`);
}

function checkedId(appId) {
  if (GUID.test(appId) && appId !== PLACEHOLDER) return appId.toLowerCase();
  throw new Error(
    'Which bot? Give its app id, a GUID: npm run teams:zip -- --app-id <GUID>, or set MicrosoftAppId.',
  );
}

function checkedSite(site) {
  if (site === undefined) return PLACEHOLDER_SITE;
  if (URL.canParse(site) && site.startsWith('https:')) return site.replace(/\/+$/, '');
  throw new Error(`--website must be an https address, not "${site}".`);
}

function pack(appId, site) {
  const manifest = readFileSync(new URL('manifest.json', folder), 'utf8')
    .replaceAll(PLACEHOLDER, appId)
    .replaceAll(PLACEHOLDER_SITE, site);
  const files = {
    'manifest.json': new TextEncoder().encode(manifest),
    'color.png': new Uint8Array(readFileSync(new URL('color.png', folder))),
    'outline.png': new Uint8Array(readFileSync(new URL('outline.png', folder))),
  };
  // The oldest date that a zip can hold, in local time as zip has it: the bytes do not depend on when and where.
  return zipSync(files, { mtime: new Date(1980, 0, 1), level: 9 });
}
