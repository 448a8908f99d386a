import type { Access } from '../access/access.ts';
import type { Audit } from '../access/audit.ts';
import { requireNoted } from '../access/require-noted.ts';
import type { DefaultMaximum } from '../assess/scaling.ts';
import { proposalCard } from '../cards/write-card.ts';
import { type GrantTarget, grantCovers, type RightAsked } from '../domain/access.ts';
import { BadRequest } from '../domain/errors.ts';
import { serviceKey } from '../domain/fleet.ts';
import type { Clock } from '../domain/time.ts';
import { isServiceOrder, isTaggedProtected, type Order, type WriteRecord } from '../domain/write.ts';
import type { WriteStore } from '../store/write-store.ts';
import type { Answer, Asking } from './command.ts';

export interface ProposeDeps {
  readonly access: Access;
  readonly audit: Audit;
  /** Undefined where nothing keeps writes (the command line). */
  readonly writes: Pick<WriteStore, 'save'> | undefined;
  /** Patterns `account/cluster/service` whose writes need two people. */
  readonly protectedServices: readonly string[];
  /** The highest count of a service that nothing else limits. */
  readonly defaultMaximum?: DefaultMaximum;
  readonly clock: Clock;
  /** A new id that nobody else makes. */
  readonly mint: () => string;
}

/** What a command wants done, ready to be shown. */
export interface Wanted {
  readonly order: Order;
  readonly from: string;
  readonly to: string;
  readonly costDelta?: number;
  readonly evidence?: readonly string[];
  readonly notes?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * Asks for the right first, so that nobody is led to a button that refuses them; the click asks again.
 * @throws Denied with how to get it, BadRequest on the command line.
 */
export async function mayPropose(
  deps: ProposeDeps,
  asking: Asking,
  { action, doing, target }: RightAsked & { readonly target: GrantTarget & { readonly region?: string } },
): Promise<void> {
  if (deps.writes === undefined || asking.person.platform === 'cli') {
    throw new BadRequest(
      'The command line cannot confirm a change: ask in Slack or Teams. Incidents can be worked on here, too.',
    );
  }
  const { person, prefix } = asking;
  const { account, region, cluster, service } = target;
  const place = [account, region, cluster, service].filter((part) => part !== undefined).join('/');
  await requireNoted(
    deps,
    person,
    { action, target, prefix, ...(doing === undefined ? {} : { doing }) },
    { action: `ask ${action}`, target: place || 'Deckhand' },
  );
}

/** Mints the proposal, keeps what is shown, and shows it. The id is the write's key from here on. */
export async function propose(deps: ProposeDeps, asking: Asking, wanted: Wanted): Promise<Answer> {
  const { order, from, to, costDelta, evidence = [], notes = [], tags = {} } = wanted;
  const record: WriteRecord = {
    id: deps.mint(),
    order,
    state: 'proposed',
    from,
    to,
    evidence,
    notes,
    isProtected: isServiceOrder(order) && isProtected(deps, order.ref, tags),
    proposedBy: asking.person,
    proposedAtMs: deps.clock.now(),
    ...(costDelta === undefined ? {} : { costDelta }),
  };
  if (deps.writes === undefined || !(await deps.writes.save(0, record)))
    throw new BadRequest('I could not keep this proposal. Ask again; nothing changed.');
  const about = isServiceOrder(order) ? serviceKey(order.ref) : undefined;
  return {
    card: proposalCard(record),
    data: { proposal: record.id, kind: order.kind, about, from, to, costDelta },
    verdict: 'ok',
  };
}

/** By the configuration's patterns, or by the service's own tag `deckhand:protected`. */
function isProtected(
  { protectedServices }: ProposeDeps,
  ref: Required<GrantTarget>,
  tags: Readonly<Record<string, string>>,
): boolean {
  return isTaggedProtected(tags) || protectedServices.some((pattern) => grantCovers(pattern, ref));
}
