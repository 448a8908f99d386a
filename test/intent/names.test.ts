import { describe, expect, it } from 'vitest';
import type { ServiceRef } from '../../src/domain/fleet.ts';
import { findName, makeNameIndex, nearNames } from '../../src/intent/names.ts';
import { FLEET, say } from './fleet.ts';

const at = (account: string, region: string, cluster: string, service: string): ServiceRef => ({
  account,
  region,
  cluster,
  service,
});
const BASKET_SHOP = at('acme', 'us-east-1', 'shop', 'basket-api');
const BASKET_LAB = at('acme-lab', 'us-east-1', 'lab', 'basket-api');
const WORKER = at('acme', 'us-east-1', 'shop', 'basket-worker');
const INVOICES = at('acme', 'us-east-1', 'shop', 'invoices');
const INVOICES_EU = at('acme', 'eu-west-1', 'shop-eu', 'invoices');

describe('a name that is written differently', () => {
  it.each([
    ['search-indexer', 'search-indexer'],
    ['Search Indexer', 'search-indexer'],
    ['searchindexer', 'search-indexer'],
    ['SEARCH_INDEXER', 'search-indexer'],
    ['search-indexers', 'search-indexer'],
    ['indexer', 'search-indexer'],
    ['sea', 'search-indexer'],
    ['dexer', 'search-indexer'],
    ['photo resizer', 'photoResizer'],
    ['resizer', 'photoResizer'],
    ['ledger', 'Ledger_Sync'],
    ['worker 1', 'worker-1'],
    ['serach-indexer', 'search-indexer'],
    ['saerch-indexr', 'search-indexer'],
    ['ledgersynk', 'Ledger_Sync'],
    ['search indexer service', 'search-indexer'],
  ])('%s is %s', (said, service) => {
    expect(say(`service ${said}`)).toEqual({ intent: { command: 'service', service } });
  });

  it('prefers the exact name to longer ones that begin with it', () => {
    const inventory = [at('a', 'r', 'c', 'pay'), at('a', 'r', 'c', 'pay-gateway')];
    expect(say('scale pay 3', { inventory })).toEqual({
      intent: { command: 'scale', service: 'pay', count: 3 },
    });
  });

  it('prefers the name as written to one that differs in case or plural', () => {
    const inventory = [at('a', 'r', 'c', 'orders'), at('a', 'r', 'c', 'order'), at('a', 'r', 'c', 'Orders')];
    for (const service of ['order', 'orders', 'Orders']) {
      expect(say(`service ${service}`, { inventory }).intent).toEqual({ command: 'service', service });
    }
  });
});

describe('a typo', () => {
  const inventory = [
    at('a', 'r', 'c', 'billing'),
    at('a', 'r', 'c', 'image-proxy'),
    at('a', 'r', 'c', 'node-7'),
  ];
  const service = (said: string) => say(`redeploy ${said}`, { inventory }).intent;

  it('is forgiven once in up to seven letters, also for a change', () => {
    expect(service('biling')).toEqual({ command: 'redeploy', service: 'billing' });
    expect(service('ibllnig')).toMatchObject({ unknown: { service: 'ibllnig', suggestions: ['billing'] } });
  });

  it('is forgiven twice in more letters', () => {
    expect(service('imgae-prxy')).toEqual({ command: 'redeploy', service: 'image-proxy' });
    expect(service('imgae-prx')).toMatchObject({ unknown: { suggestions: ['image-proxy'] } });
  });

  it('counts two swapped letters as one', () => {
    expect(service('biliing')).toEqual({ command: 'redeploy', service: 'billing' });
    expect(service('bililng')).toEqual({ command: 'redeploy', service: 'billing' });
  });

  it('never changes a number', () => {
    expect(service('node-8')).toMatchObject({ unknown: { service: 'node-8', suggestions: ['node-7'] } });
    expect(say('health --region us-east-2').intent).toMatchObject({ unknown: { region: 'us-east-2' } });
  });

  it('that fits two names is not guessed', () => {
    const two = [at('a', 'r', 'c', 'cart'), at('a', 'r', 'c', 'card')];
    expect(say('redeploy carf', { inventory: two }).intent).toEqual({
      command: 'redeploy',
      unknown: { service: 'carf', suggestions: ['card', 'cart'] },
    });
  });

  it('does not turn one region of AWS into another', () => {
    const north = [at('a', 'eu-north-1', 'c', 's')];
    expect(say('health --region eu-south-1', { inventory: north }).intent?.unknown?.region).toBe(
      'eu-south-1',
    );
  });
});

describe('a name that fits several', () => {
  it('is answered with all of them', () => {
    expect(say('service invoices')).toEqual({
      intent: { command: 'service', ambiguous: { service: [INVOICES, INVOICES_EU] } },
    });
    expect(say('scale basket 3').intent?.ambiguous?.service).toEqual([BASKET_SHOP, BASKET_LAB, WORKER]);
  });

  it('keeps what else was said', () => {
    expect(say('scale invoices +2').intent).toEqual({
      command: 'scale',
      delta: 2,
      ambiguous: { service: [INVOICES, INVOICES_EU] },
    });
  });

  it.each([
    ['service invoices --cluster shop-eu', { service: 'invoices', cluster: 'shop-eu' }],
    ['service invoices --region eu-west-1', { service: 'invoices', region: 'eu-west-1' }],
    ['service basket-api --account acme-lab', { service: 'basket-api', account: 'acme-lab' }],
    ['service basket api in lab', { service: 'basket-api', cluster: 'lab' }],
    ['service invoices in eu-west-1', { service: 'invoices', region: 'eu-west-1' }],
    ['service basket worker in shop', { service: 'basket-worker', cluster: 'shop' }],
    ['service basket in lab', { service: 'basket-api', cluster: 'lab' }],
    ['service invoices shop-eu', { service: 'invoices', cluster: 'shop-eu' }],
    ['service lab basket', { service: 'basket-api', cluster: 'lab' }],
    ['service shop-eu/invoices', { service: 'invoices', cluster: 'shop-eu' }],
    ['service acme/shop/invoices', { service: 'invoices', cluster: 'shop', account: 'acme' }],
    [
      'service acme/eu-west-1/shop-eu/invoices',
      { service: 'invoices', cluster: 'shop-eu', account: 'acme', region: 'eu-west-1' },
    ],
    ['service invoices in shop/us-east-1', { service: 'invoices', cluster: 'shop', region: 'us-east-1' }],
    [
      'service arn:aws:ecs:us-east-1:111122223333:service/lab/basket-api',
      { service: 'basket-api', cluster: 'lab', region: 'us-east-1' },
    ],
  ])('%s narrows it', (sentence, expected) => {
    expect(say(sentence)).toEqual({ intent: { command: 'service', ...expected } });
  });
});

describe('the scope of a question', () => {
  it('is a service before it is a cluster, and a cluster before it is an account', () => {
    const inventory = [
      at('core', 'r', 'core', 'core'),
      at('edge', 'r', 'edge', 'web'),
      at('main', 'r', 'c', 'api'),
    ];
    const scope = (word: string) => say(`health ${word}`, { inventory }).intent;
    expect(scope('core')).toEqual({ command: 'health', service: 'core' });
    expect(scope('edge')).toEqual({ command: 'health', cluster: 'edge' });
    expect(scope('main')).toEqual({ command: 'health', account: 'main' });
  });

  it('is an exact cluster before it is part of the name of a service', () => {
    const inventory = [at('a', 'r', 'web', 'api'), at('a', 'r', 'x', 'web-admin')];
    expect(say('health web', { inventory }).intent).toEqual({ command: 'health', cluster: 'web' });
  });

  it('can be said to be a cluster or an account', () => {
    const inventory = [at('core', 'r', 'core', 'core')];
    expect(say('health cluster core', { inventory }).intent).toEqual({ command: 'health', cluster: 'core' });
    expect(say('health account core', { inventory }).intent).toEqual({ command: 'health', account: 'core' });
  });

  it('may be an account without services', () => {
    expect(say('health attic', { accounts: ['attic'] }).intent).toEqual({
      command: 'health',
      account: 'attic',
    });
  });

  it('that fits several clusters is offered, not guessed', () => {
    const inventory = [at('x', 'r', 'prod-a', 's'), at('x', 'r', 'prod-b', 't')];
    expect(say('health prod', { inventory }).intent).toEqual({
      command: 'health',
      unknown: { cluster: 'prod', suggestions: ['prod-a', 'prod-b'] },
    });
  });
});

describe('a name that nothing has', () => {
  it.each([
    ['service baskt', { service: 'baskt', suggestions: ['basket-api', 'basket-worker'] }],
    ['health quux', { service: 'quux', suggestions: [] }],
    ['health --cluster shpo-eux', { cluster: 'shpo-eux', suggestions: ['shop-eu'] }],
    ['health --account prod', { account: 'prod', suggestions: [] }],
    ['health in mars', { cluster: 'mars', suggestions: [] }],
    ['service toy in shop', { service: 'toy', suggestions: ['lab/toy'] }],
  ])('%s', (sentence, unknown) => {
    expect(say(sentence).intent?.unknown).toEqual(unknown);
  });
});

describe('a thread about a service', () => {
  const thread = INVOICES_EU;
  const { service, cluster, account, region } = thread;
  const rows = [
    ['logs', { command: 'logs', service, cluster, account, region }],
    ['ack', { command: 'ack', service, cluster, account, region }],
    ['scale 4', { command: 'scale', count: 4, service, cluster, account, region }],
    ['metrics cpu', { command: 'metrics', metric: 'cpu', service, cluster, account, region }],
    ['mute 2h', { command: 'mute', durationMs: 7_200_000, service, cluster, account, region }],
    ['assign me', { command: 'assign', user: 'me', service, cluster, account, region }],
    ['note it is back', { command: 'note', text: 'it is back', service, cluster, account, region }],
    [
      'note invoices is back',
      { command: 'note', text: 'invoices is back', service, cluster, account, region },
    ],
    ['note toy is back', { command: 'note', text: 'is back', service: 'toy' }],
    ['note #7 is back', { command: 'note', text: 'is back', incident: 7 }],
    ['ack #7', { command: 'ack', incident: 7 }],
    ['logs toy', { command: 'logs', service: 'toy' }],
    ['logs invoices', { command: 'logs', service, cluster, account, region }],
    ['logs in us-east-1', { command: 'logs', service, region: 'us-east-1' }],
    ['health all', { command: 'health' }],
    ['health --cluster lab', { command: 'health', cluster: 'lab' }],
    ['alerts', { command: 'alerts' }],
    ['help', { command: 'help' }],
  ] as const;

  it.each(rows)('gives what was not said: %s', (sentence, intent) => {
    expect(say(sentence, { thread })).toEqual({ intent });
  });

  it('gives only what it knows', () => {
    expect(say('logs', { thread: { service: 'toy' } }).intent).toEqual({ command: 'logs', service: 'toy' });
    expect(say('logs', { thread: { service: 'invoices' } }).intent?.ambiguous?.service).toHaveLength(2);
    expect(say('ack', { thread: {} }).intent).toEqual({ command: 'ack' });
  });

  it('about one of several that a name fits means that one', () => {
    expect(say('logs basket', { thread: BASKET_LAB }).intent).toMatchObject({
      service: 'basket-api',
      cluster: 'lab',
    });
  });

  it('about a service that is no longer watched still means it', () => {
    const gone = at('acme', 'us-east-1', 'shop', 'gone');
    expect(say('logs', { thread: gone }).intent).toMatchObject({ service: 'gone', cluster: 'shop' });
  });
});

describe('an inventory of 5,000 services', () => {
  const words = ['cart', 'user', 'mail', 'auth', 'feed', 'geo', 'rank', 'vote', 'tax', 'ship'];
  const inventory = Array.from({ length: 5000 }, (_, i) =>
    at(
      'acme',
      'us-east-1',
      `c${Math.floor(i / 100)}`,
      `${words[i % 10]}-${words[Math.floor(i / 10) % 10]}-${i}`,
    ),
  );
  const index = makeNameIndex(inventory);

  it('is looked up as well as a small one', () => {
    expect(say('scale cart mail 4321 5', { inventory, index }).intent).toMatchObject({ count: 5 });
    expect(findName(index, 'user-rank-61', { kinds: ['service'] })?.entries).toHaveLength(1);
    expect(nearNames(index, 'usre-rnak-61', { kinds: ['service'] })).toContain('user-rank-61');
  });
});

describe('makeNameIndex', () => {
  it('is the same whether it is given or made', () => {
    const index = makeNameIndex(FLEET);
    for (const sentence of ['health shop', 'service basket', 'service quux', 'logs toy in lab']) {
      expect(say(sentence, { index })).toEqual(say(sentence));
    }
  });
});
