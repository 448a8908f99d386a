import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const localFile = z.object({
  page: z.string(),
  pid: z.number(),
  /** What the bot was given: endpoints and credentials of the simulation. */
  env: z.record(z.string(), z.string()),
});

/** A local instance that is running now. */
export interface RunningLocal {
  readonly page: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The instance described by `local.json` in this folder; undefined when there is none, or it was killed. */
export function runningLocal(directory: string): RunningLocal | undefined {
  const path = join(directory, 'local.json');
  if (!existsSync(path)) return undefined;
  try {
    const parsed = localFile.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success && isAlive(parsed.data.pid) ? parsed.data : undefined;
  } catch {
    // Half written or removed at this very moment: as good as none.
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
