import type { ServiceRef } from '../../src/domain/fleet.ts';
import { parse } from '../../src/intent/parse.ts';
import type { ParseContext, ParseResult } from '../../src/intent/parse-result.ts';

const at = (account: string, region: string, cluster: string, ...services: string[]): ServiceRef[] =>
  services.map((service) => ({ account, region, cluster, service }));

/** A fleet with what makes names hard: the same service in three places, shared beginnings, numbers, plurals. */
export const FLEET: readonly ServiceRef[] = [
  ...at('acme', 'us-east-1', 'shop', 'basket-api', 'basket-worker', 'invoices', 'worker-1', 'worker-2'),
  ...at('acme', 'eu-west-1', 'shop-eu', 'invoices', 'Ledger_Sync'),
  ...at('acme', 'us-east-1', 'data', 'search-indexer', 'photoResizer'),
  ...at('acme-lab', 'us-east-1', 'lab', 'basket-api', 'toy'),
];

/** A Friday, 09:00 UTC, 10:00 in Amsterdam. */
export const NOW = Date.UTC(2026, 10, 20, 9, 0, 0);

export const CONTEXT: ParseContext = { inventory: FLEET, nowMs: NOW, zone: 'Europe/Amsterdam' };

/** Says something outside of any thread. */
export const say = (input: string | readonly string[], more: Partial<ParseContext> = {}): ParseResult =>
  parse(input, { ...CONTEXT, ...more });
