import type { Scope, ServiceRef } from '../domain/fleet.ts';
import { inScope } from '../domain/fleet.ts';
import type { NameIndex, NameKind, Tier } from './names.ts';
import { findName } from './names.ts';

export interface PathMatch {
  /** Full names of the places that the path names; with a service only if the path is about places alone. */
  readonly scope: Scope;
  /** The services that it fits; empty for a path of places alone. */
  readonly refs: readonly ServiceRef[];
}

/** What the parts of a path may be, tried in this order. */
const PATTERNS: Readonly<Record<number, readonly (readonly NameKind[])[]>> = {
  2: [
    ['cluster', 'service'],
    ['account', 'cluster'],
    ['cluster', 'region'],
    ['account', 'region'],
    ['region', 'cluster'],
    ['account', 'service'],
  ],
  3: [
    ['account', 'cluster', 'service'],
    ['region', 'cluster', 'service'],
    ['cluster', 'region', 'service'],
    ['account', 'region', 'service'],
    ['account', 'region', 'cluster'],
  ],
  4: [['account', 'region', 'cluster', 'service']],
};

/**
 * Reads `cluster/service`, `account/cluster/service`, `account/region/cluster/service`, `cluster/region`, and the
 * ARN of a service. `undefined` for what is no path or fits nothing.
 */
export function readPath(
  index: NameIndex,
  said: string,
  flags: Scope,
  takes: 'service' | 'scope',
): PathMatch | undefined {
  const parts = pathParts(said);
  if (!parts) return undefined;
  const patterns = (PATTERNS[parts.length] ?? []).filter(
    (pattern) => takes === 'scope' || pattern.includes('service'),
  );
  for (const until of ['singular', 'typo'] as const) {
    for (const pattern of patterns) {
      const match = readAs(index, parts, pattern, until, flags);
      if (match) return match;
    }
  }
  return undefined;
}

function pathParts(said: string): readonly string[] | undefined {
  const arn = /^arn:aws[\w-]*:ecs:([^:]+):\d{12}:service\/([^/]+)\/([^/]+)$/.exec(said);
  if (arn) return [arn[1] ?? '', arn[2] ?? '', arn[3] ?? ''];
  const parts = said.split('/').map((part) => part.trim());
  return parts.length > 1 && parts.every((part) => part !== '') ? parts : undefined;
}

/** Each part narrows where the next one is looked for; the service, always last, may still be several. */
function readAs(
  index: NameIndex,
  parts: readonly string[],
  pattern: readonly NameKind[],
  until: Tier,
  flags: Scope,
): PathMatch | undefined {
  let scope: Scope = flags;
  for (const [i, kind] of pattern.entries()) {
    const match = findName(index, parts[i] ?? '', { kinds: [kind], within: scope, until });
    const [only, ...others] = match?.entries ?? [];
    if (!match || !only) return undefined;
    if (kind === 'service') {
      const inside = scope;
      const refs = match.entries.flatMap((entry) => entry.refs).filter((ref) => inScope(ref, inside));
      return refs.length > 0 ? { scope, refs } : undefined;
    }
    if (others.length > 0) return undefined;
    scope = { ...scope, [kind]: only.name };
  }
  return { scope, refs: [] };
}
