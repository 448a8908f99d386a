import { z } from 'zod';
import type { Said } from '../chat/understand.ts';
import { BadRequest } from '../domain/errors.ts';

const utterance = z.strictObject({
  say: z.string(),
  thread: z
    .strictObject({
      service: z.string(),
      cluster: z.string().exactOptional(),
      account: z.string().exactOptional(),
      region: z.string().exactOptional(),
    })
    .exactOptional(),
});

/**
 * One line of `--intent --stdin`: a sentence, or `{ "say": "…", "thread": { "service": "…" } }`.
 * @throws BadRequest for an object of another shape.
 */
export function readUtterance(line: string): Said {
  if (!line.trimStart().startsWith('{')) return { words: line };
  const parsed = utterance.safeParse(parseJson(line));
  if (!parsed.success) {
    throw new BadRequest(
      'A line that starts with { must be {"say": "…", "thread": {"service": "…"}}; thread may be left out.',
    );
  }
  const { say, thread } = parsed.data;
  return thread === undefined ? { words: say } : { words: say, thread };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
