import { accountId, findServices } from '../scenario/references.ts';
import type { Scenario } from '../scenario/schema.ts';
import type { IsSilent } from './emitter.ts';
import { deniesEvents, PUT_EVENTS } from './spokes.ts';

/** Where a call goes. */
interface Site {
  readonly accountId: string;
  readonly region: string;
}

/** Until when an action is throttled at a moment; undefined while it is not. */
export type Throttles = (site: Site, action: string, nowMs: number) => number | undefined;

/**
 * The throttling that the timeline orders, everywhere, or in the account and region of the service that stands beside
 * it.
 */
export function throttlesOf(scenario: Scenario, timelineFromMs: () => number | undefined): Throttles {
  const orders = scenario.timeline.flatMap(({ throttle, at, for: lasts, service }) =>
    throttle === undefined
      ? []
      : [
          {
            pattern: patternOf(throttle),
            afterMs: at,
            lastsMs: lasts ?? 60_000,
            site: service === undefined ? undefined : siteOf(scenario, service),
          },
        ],
  );
  return (asked, action, nowMs) => {
    const fromMs = timelineFromMs();
    if (fromMs === undefined) return undefined;
    const ends = orders
      .filter(({ pattern, site }) => pattern.test(action) && (site === undefined || isSame(site, asked)))
      .filter(({ afterMs }) => nowMs >= fromMs + afterMs)
      .map(({ afterMs, lastsMs }) => fromMs + afterMs + lastsMs)
      .filter((untilMs) => nowMs < untilMs);
    return ends.length === 0 ? undefined : Math.max(...ends);
  };
}

/** Which accounts and regions pass no events on: those that may not, and those that are throttled. */
export function silenceOf(scenario: Scenario, throttles: Throttles): IsSilent {
  const denied = new Set(
    scenario.accounts.flatMap(({ id }, index) =>
      deniesEvents(scenario, index) ? [accountId(id, index)] : [],
    ),
  );
  return (account, region, atMs) =>
    denied.has(account) || throttles({ accountId: account, region }, PUT_EVENTS, atMs) !== undefined;
}

/** A reference fits one service: the file was checked. */
function siteOf(scenario: Scenario, reference: string): Site | undefined {
  const [address] = findServices(scenario, reference);
  if (!address) return undefined;
  return {
    accountId: accountId(scenario.accounts[address.account]?.id, address.account),
    region: address.region,
  };
}

function isSame(a: Site, b: Site): boolean {
  return a.accountId === b.accountId && a.region === b.region;
}

function patternOf(action: string): RegExp {
  const escaped = action.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 'i');
}
