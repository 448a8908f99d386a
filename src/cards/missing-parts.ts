import type { MissingPart } from '../domain/fleet.ts';
import type { Block, ListItem } from './card.ts';
import { plural } from './quantity.ts';

/** What could not be read and why, with the exact IAM action; nothing when all could. */
export function missingBlocks(missing: readonly MissingPart[]): Block[] {
  if (missing.length === 0) return [];
  return [
    { kind: 'heading', text: `${plural(missing.length, 'part')} could not be read` },
    { kind: 'list', items: missing.map(missingItem) },
  ];
}

function missingItem({ account, region, action, why, kind }: MissingPart): ListItem {
  return {
    mark: 'unknown',
    text: [{ kind: 'bold', text: `${account} ${region}` }, ' ', { kind: 'code', text: action }],
    detail:
      kind === 'denied' ? `${sentence(why)} Allow this action in the role that I use there.` : sentence(why),
  };
}

/** With a capital and a full stop. */
function sentence(text: string): string {
  const trimmed = text.trim();
  const whole = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?…]$/.test(whole) ? whole : `${whole}.`;
}
