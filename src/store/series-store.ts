import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { seriesKey, TTL_MS } from './keys.ts';
import type { Table } from './table.ts';

/** The hourly series of services, as text that only the collector reads; each goes 15 days after it was kept. */
export interface SeriesStore {
  /** `service` is `account/region/cluster/service`. @throws what the table throws. */
  load(service: string): Promise<string | undefined>;
  save(service: string, text: string): Promise<void>;
}

/**
 * Series in the table, one packed item a service; `systemNow` is the machine's clock, which also removes them, and
 * `fleet` tells apart fleets that have the same names.
 */
export function makeSeriesStore(table: Table, systemNow: () => number, fleet = ''): SeriesStore {
  const within = (service: string) => (fleet === '' ? service : `${fleet}/${service}`);
  return {
    async load(service) {
      const data = (await table.get(seriesKey(within(service))))?.['data'];
      return data instanceof Uint8Array ? (await promisify(gunzip)(data)).toString('utf8') : undefined;
    },
    async save(service, text) {
      const data = new Uint8Array(await promisify(gzip)(text));
      await table.put({
        ...seriesKey(within(service)),
        data,
        expiresAt: Math.ceil((systemNow() + TTL_MS.series) / 1000),
      });
    },
  };
}
