import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Aws } from './aws/index.ts';
import { configText, removeWhole, writeWhole } from './bot-files.ts';
import type { Cast } from './cast.ts';
import { type LocalConfig, LocalConfigError } from './config.ts';
import { parseJson, stringAt } from './json.ts';
import type { Endpoints } from './offer.ts';
import type { World } from './world/model.ts';

/**
 * The files of one run: the bot's configuration and `local.json`. In memory the first is a temporary file that goes
 * with the run, and the second is not written.
 */
export class LaunchFiles {
  private readonly config: LocalConfig;
  private readonly configFile: string | undefined;
  private readonly temporary: string | undefined;
  private endpointsFile: string | undefined;

  constructor(config: LocalConfig, cast: Cast, aws: Aws | undefined, world: World | undefined) {
    this.config = config;
    if (world === undefined || aws === undefined) return;
    const folder = config.memory ? mkdtempSync(join(tmpdir(), 'deckhand-')) : resolve(config.folder);
    this.temporary = config.memory ? folder : undefined;
    this.configFile = join(folder, 'deckhand.yaml');
    const accounts = world.accounts.map(({ id, name, regions }) => ({
      id,
      name,
      regions: regions.map((region) => region.name),
    }));
    const offer = {
      accounts,
      people: cast.people,
      hubAccountId: aws.hub.accountId,
      roleArnFor: (accountId: string) => aws.roleArnFor(accountId),
      externalId: aws.externalId,
    };
    writeWhole(this.configFile, configText(offer));
  }

  /** What the bot's environment needs to find them. */
  env(): Readonly<Record<string, string>> {
    return this.configFile === undefined ? {} : { DECKHAND_CONFIG: this.configFile };
  }

  /** Says in `local.json` where everything is, and with which environment a program joins. */
  announce(endpoints: Endpoints, scenario: string, env: Readonly<Record<string, string>>): void {
    if (this.config.memory) return;
    this.endpointsFile = endpointsFile(this.config);
    writeWhole(
      this.endpointsFile,
      `${JSON.stringify({ ...endpoints, scenario, pid: process.pid, env }, null, 2)}\n`,
    );
  }

  remove(): void {
    if (this.endpointsFile !== undefined) removeWhole(this.endpointsFile);
    if (this.temporary !== undefined) removeWhole(this.temporary);
  }
}

/**
 * Two runs cannot share a folder: its table belongs to one of them. A `local.json` that a killed run left is removed.
 * @throws LocalConfigError when the one that it names still answers
 */
export async function refuseSecond(config: LocalConfig): Promise<void> {
  const file = endpointsFile(config);
  if (config.memory || !existsSync(file)) return;
  const url = stringAt(parseJson(readFileSync(file, 'utf8')), 'aws');
  if (url === undefined || !(await answers(url))) return removeWhole(file);
  throw new LocalConfigError(
    `Deckhand already runs from ${config.folder} (${url}). Stop it first, or set DECKHAND_DIR to another folder.`,
  );
}

function endpointsFile(config: LocalConfig): string {
  return join(resolve(config.folder), 'local.json');
}

async function answers(url: string): Promise<boolean> {
  try {
    await fetch(url, { signal: AbortSignal.timeout(1_000) });
    return true;
  } catch {
    return false;
  }
}
