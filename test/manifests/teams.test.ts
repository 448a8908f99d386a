import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Ajv04 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { unzipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { BUILT } from '../../src/intent/grammar.ts';
import { parse } from '../../src/intent/parse.ts';

interface TeamsManifest {
  readonly id: string;
  readonly version: string;
  readonly bots: readonly {
    readonly botId: string;
    readonly supportsTargetedMessages: boolean;
    readonly scopes: readonly string[];
    readonly commandLists: readonly {
      readonly triggers: readonly string[];
      readonly scopes: readonly string[];
      readonly commands: readonly { readonly title: string; readonly description: string }[];
    }[];
  }[];
  readonly webApplicationInfo: { readonly id: string };
  readonly authorization: { readonly permissions: { readonly resourceSpecific: readonly unknown[] } };
}

const root = new URL('../../', import.meta.url);
const text = readFileSync(new URL('teams-app/manifest.json', root), 'utf8');
const manifest: TeamsManifest = JSON.parse(text);
const [bot] = manifest.bots;

describe('teams-app/manifest.json', () => {
  it('is valid by the schema that Microsoft ships', () => {
    const require = createRequire(import.meta.url);
    const schema = JSON.parse(
      readFileSync(
        require.resolve('@microsoft/app-manifest/build/json-schemas/teams/v1.29/MicrosoftTeams.schema.json'),
        'utf8',
      ),
    );
    const ajv = new Ajv04.default({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const validate = ajv.compile(schema);

    expect(validate(manifest) ? [] : validate.errors).toEqual([]);
  });

  it('lists the first dozen of the commands that are answered today, with their sentences', () => {
    // Teams shows twelve; the others are understood all the same, and `help` lists them.
    const commands = BUILT.slice(0, 12).map((spec) => ({ title: spec.name, description: spec.about }));
    expect(bot?.commandLists).toEqual([
      { triggers: ['mention', 'slash'], scopes: ['team', 'groupChat', 'personal'], commands },
    ]);
  });

  it('lists only commands that are understood when they are picked from the list', () => {
    for (const { title } of bot?.commandLists[0]?.commands ?? []) {
      const { intent, correction } = parse(title, { inventory: [], nowMs: 0 });
      expect(intent?.command ?? correction?.command).toBe(title);
    }
  });

  it('takes messages that only one person sees, in teams, group chats and alone', () => {
    expect(bot?.supportsTargetedMessages).toBe(true);
    expect(bot?.scopes).toEqual(['team', 'groupChat', 'personal']);
  });

  it('asks for the channel messages of a team, and for nothing else', () => {
    expect(manifest.authorization.permissions.resourceSpecific).toEqual([
      { name: 'ChannelMessage.Read.Group', type: 'Application' },
    ]);
  });

  it('has the version of the package', () => {
    const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
    expect(manifest.version).toBe(version);
  });

  it.each([
    ['color.png', 192],
    ['outline.png', 32],
  ])('has %s in the size that Teams asks for', (name, size) => {
    const png = readFileSync(new URL(`teams-app/${name}`, root));
    expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([size, size]);
  });

  it('has an outline icon with transparency', () => {
    // Colour type 6 of the PNG header: truecolour with alpha.
    expect(readFileSync(new URL('teams-app/outline.png', root))[25]).toBe(6);
  });
});

describe('npm run teams:zip', () => {
  const folder = mkdtempSync(join(tmpdir(), 'teams-zip-'));
  const tool = fileURLToPath(new URL('tools/teams-zip.mjs', root));
  const appId = '8a1f3c5e-0b2d-4c6f-9e7a-1d3b5f7a9c0e';
  const run = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    promisify(execFile)(process.execPath, [tool, ...args], { env: { PATH: process.env.PATH ?? '', ...env } });

  afterAll(() => rmSync(folder, { recursive: true }));

  it('holds exactly the manifest and both icons, with the app id in every place', async () => {
    const out = join(folder, 'one.zip');
    await run(['--app-id', appId, '--out', out]);

    const files = unzipSync(new Uint8Array(readFileSync(out)));
    expect(Object.keys(files).toSorted()).toEqual(['color.png', 'manifest.json', 'outline.png']);
    const packed: TeamsManifest = JSON.parse(new TextDecoder().decode(files['manifest.json']));
    expect([packed.id, packed.bots[0]?.botId, packed.webApplicationInfo.id]).toEqual([appId, appId, appId]);
  });

  it('takes the app id from the environment, and makes the same bytes again in another time zone', async () => {
    const [a, b] = [join(folder, 'a.zip'), join(folder, 'b.zip')];
    await run(['--app-id', appId, '--out', a], { TZ: 'UTC' });
    await run(['--out', b], { MicrosoftAppId: appId, TZ: 'Pacific/Auckland' });

    expect(readFileSync(b).equals(readFileSync(a))).toBe(true);
  });

  it('refuses without a real app id and says how to give one', async () => {
    await expect(run(['--out', join(folder, 'no.zip')])).rejects.toThrow(/--app-id <GUID>/);
    await expect(
      run(['--app-id', '00000000-0000-0000-0000-000000000000', '--out', join(folder, 'no.zip')]),
    ).rejects.toThrow(/--app-id <GUID>/);
  });
});
