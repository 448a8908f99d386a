import { expect, test } from 'vitest';
import { makeHeartbeatStore } from '../../src/store/heartbeat-store.ts';
import { G2, pagesKey, spokeKey } from '../../src/store/keys.ts';
import { makePageStore } from '../../src/store/page-store.ts';
import { makeMemoryTable } from './memory-table.ts';

const NOW = Date.parse('2026-11-20T09:00:00Z');

test('one record that means nothing any more stops no reminder of another incident', async () => {
  const table = makeMemoryTable({ now: () => NOW });
  const pages = makePageStore(table, () => NOW);
  await table.put({ ...pagesKey('a'), g2pk: G2.pages, g2sk: 'a', version: 1, body: '{"incident":7}' });
  const record = {
    incident: 'b',
    round: 0,
    held: [],
    freeSinceMs: {},
    done: [],
    posts: [],
    shown: '',
    pages: [],
  };
  await pages.save(0, record, false);
  expect(await pages.active(10)).toEqual([{ value: record, version: 1 }]);
});

test('nor does one hide the signs of life of other accounts', async () => {
  const table = makeMemoryTable({ now: () => NOW });
  const heartbeats = makeHeartbeatStore(table);
  await table.put({ ...spokeKey('1/eu-west-1'), version: 1, body: '{"accountId":7}' });
  const spoke = { accountId: '111122223333', region: 'eu-west-1', recent: [NOW] };
  await heartbeats.save(0, spoke, NOW);
  expect(await heartbeats.all()).toEqual([{ value: spoke, version: 1 }]);
});
