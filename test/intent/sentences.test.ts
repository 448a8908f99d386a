import { describe, expect, it } from 'vitest';
import type { Intent } from '../../src/domain/intent.ts';
import { say } from './fleet.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const INDEXER = { service: 'search-indexer' };

type Row = readonly [sentence: string, intent: Intent];

const understood = (rows: readonly Row[]) => {
  it.each(rows)('%s', (sentence, intent) => {
    expect(say(sentence)).toEqual({ intent });
  });
};

describe('reading commands', () => {
  understood([
    ['health', { command: 'health' }],
    ['health all', { command: 'health' }],
    ['health search-indexer', { command: 'health', ...INDEXER }],
    ['health shop', { command: 'health', cluster: 'shop' }],
    ['health acme', { command: 'health', account: 'acme' }],
    ['health eu-west-1', { command: 'health', region: 'eu-west-1' }],
    ['health --only critical', { command: 'health', only: 'critical' }],
    ['health --only=Warning --fresh', { command: 'health', only: 'warning', fresh: true }],
    ['health data --diagnose', { command: 'health', cluster: 'data', diagnose: true }],
    ['health --account acme --region us-east-1', { command: 'health', account: 'acme', region: 'us-east-1' }],
    ['service toy', { command: 'service', service: 'toy' }],
    ['service toy --fresh', { command: 'service', service: 'toy', fresh: true }],
    ['svc toy', { command: 'service', service: 'toy' }],
    ['metrics toy', { command: 'metrics', service: 'toy' }],
    ['metrics toy cpu', { command: 'metrics', service: 'toy', metric: 'cpu' }],
    [
      'metrics toy memory --since 24h',
      { command: 'metrics', service: 'toy', metric: 'memory', sinceMs: DAY },
    ],
    ['metrics latency toy', { command: 'metrics', service: 'toy', metric: 'latency' }],
    ['metrics search indexer errors', { command: 'metrics', ...INDEXER, metric: 'errors' }],
    ['logs toy', { command: 'logs', service: 'toy' }],
    ['logs toy --since 30m --limit 50', { command: 'logs', service: 'toy', sinceMs: 30 * MINUTE, limit: 50 }],
    ['logs toy --grep thanks', { command: 'logs', service: 'toy', grep: 'thanks' }],
    ['logs toy --grep timeout', { command: 'logs', service: 'toy', grep: 'timeout' }],
    ['logs toy --container sidecar', { command: 'logs', service: 'toy', container: 'sidecar' }],
    ['logs toy 2h', { command: 'logs', service: 'toy', sinceMs: 2 * HOUR }],
    ['errors', { command: 'errors' }],
    ['errors all', { command: 'errors' }],
    ['errors toy --since 2 hours', { command: 'errors', service: 'toy', sinceMs: 2 * HOUR }],
    ['errors data', { command: 'errors', cluster: 'data' }],
    ['diagnose', { command: 'diagnose' }],
    ['diagnose toy', { command: 'diagnose', service: 'toy' }],
    ['diagnose shop', { command: 'diagnose', cluster: 'shop' }],
    ['diagnose all', { command: 'diagnose' }],
    ['restarts', { command: 'restarts' }],
    ['restarts toy --since 1d', { command: 'restarts', service: 'toy', sinceMs: DAY }],
    ['deployments shop', { command: 'deployments', cluster: 'shop' }],
    ['deployments toy --since deploy', { command: 'deployments', service: 'toy', since: 'deploy' }],
    ['recommend', { command: 'recommend' }],
    ['recommend shop --priority high', { command: 'recommend', cluster: 'shop', priority: 'high' }],
    ['recommend --health critical', { command: 'recommend', only: 'critical' }],
    ['alerts', { command: 'alerts' }],
    ['alerts open', { command: 'alerts', action: 'open' }],
    ['alerts mine', { command: 'alerts', action: 'mine' }],
    ['alerts all', { command: 'alerts' }],
    ['alerts test', { command: 'alerts', action: 'test' }],
    ['alerts open in shop', { command: 'alerts', action: 'open', cluster: 'shop' }],
    ['alert open', { command: 'alerts', action: 'open' }],
    ['cost', { command: 'cost' }],
    ['cost shop', { command: 'cost', cluster: 'shop' }],
    ['forecast toy', { command: 'forecast', service: 'toy' }],
    ['anomalies --since 24h', { command: 'anomalies', sinceMs: DAY }],
    ['export', { command: 'export' }],
    ['export lab', { command: 'export', cluster: 'lab' }],
    ['audit', { command: 'audit' }],
    ['audit toy', { command: 'audit', service: 'toy' }],
    ['audit @olivia --since 7d', { command: 'audit', user: 'olivia', sinceMs: 7 * DAY }],
    ['help', { command: 'help' }],
    ['help scale', { command: 'help', action: 'scale' }],
    ['help ack', { command: 'help', action: 'ack' }],
    ['', { command: 'help' }],
  ]);
});

describe('changing commands', () => {
  understood([
    ['scale toy 4', { command: 'scale', service: 'toy', count: 4 }],
    ['scale toy 0', { command: 'scale', service: 'toy', count: 0 }],
    ['scale toy to 4 tasks', { command: 'scale', service: 'toy', count: 4 }],
    ['scale toy suggested', { command: 'scale', service: 'toy', count: 'suggested' }],
    ['scale toy +2', { command: 'scale', service: 'toy', delta: 2 }],
    ['scale toy -2', { command: 'scale', service: 'toy', delta: -2 }],
    ['scale toy \u22122', { command: 'scale', service: 'toy', delta: -2 }],
    ['scale worker 2 5', { command: 'scale', service: 'worker-2', count: 5 }],
    ['scale basket api in lab 3', { command: 'scale', service: 'basket-api', cluster: 'lab', count: 3 }],
    ['redeploy toy', { command: 'redeploy', service: 'toy' }],
    ['rollback toy', { command: 'rollback', service: 'toy' }],
    ['stop 0f9c1d2e4b6a4f7c8d9e0a1b2c3d4e5f', { command: 'stop', task: '0f9c1d2e4b6a4f7c8d9e0a1b2c3d4e5f' }],
    [
      'stop arn:aws:ecs:us-east-1:111122223333:task/shop/0f9c1d2e',
      { command: 'stop', task: 'arn:aws:ecs:us-east-1:111122223333:task/shop/0f9c1d2e' },
    ],
    ['stop 0f9c1d2e --cluster shop', { command: 'stop', task: '0f9c1d2e', cluster: 'shop' }],
    ['ack', { command: 'ack' }],
    ['ack toy', { command: 'ack', service: 'toy' }],
    ['ack #12', { command: 'ack', incident: 12 }],
    ['ack 12', { command: 'ack', incident: 12 }],
    ['acknowledge #12', { command: 'ack', incident: 12 }],
    ['release #3', { command: 'release', incident: 3 }],
    ['resolve toy', { command: 'resolve', service: 'toy' }],
    ['assign #12 @olivia', { command: 'assign', incident: 12, user: 'olivia' }],
    ['assign toy to @olivia', { command: 'assign', service: 'toy', user: 'olivia' }],
    ['assign @olivia', { command: 'assign', user: 'olivia' }],
    ['deployments toy --since last deploy', { command: 'deployments', service: 'toy', since: 'deploy' }],
    ['assign toy me', { command: 'assign', service: 'toy', user: 'me' }],
    ['assign toy slack:U012AB3CD', { command: 'assign', service: 'toy', user: 'slack:U012AB3CD' }],
    ['note #12 the pool is exhausted', { command: 'note', incident: 12, text: 'the pool is exhausted' }],
    ['note toy pool exhausted', { command: 'note', service: 'toy', text: 'pool exhausted' }],
    ['note toy: pool exhausted', { command: 'note', service: 'toy', text: 'pool exhausted' }],
    ['note search indexer is slow', { command: 'note', ...INDEXER, text: 'is slow' }],
    ['note the pool is exhausted', { command: 'note', text: 'the pool is exhausted' }],
    ['mute toy 2h', { command: 'mute', service: 'toy', durationMs: 2 * HOUR }],
    ['mute toy for 2 hours', { command: 'mute', service: 'toy', durationMs: 2 * HOUR }],
    ['mute toy 1h 30m', { command: 'mute', service: 'toy', durationMs: 90 * MINUTE }],
    ['unmute toy', { command: 'unmute', service: 'toy' }],
    ['mute shop-eu 2h', { command: 'mute', cluster: 'shop-eu', durationMs: 2 * HOUR }],
    ['mute acme-lab for 30 minutes', { command: 'mute', account: 'acme-lab', durationMs: 30 * MINUTE }],
    ['unmute shop-eu', { command: 'unmute', cluster: 'shop-eu' }],
    ['mute list', { command: 'mute', action: 'list' }],
    ['alerts handover', { command: 'alerts', action: 'handover' }],
    ['alerts timeline #12', { command: 'alerts', action: 'timeline', incident: 12 }],
    ['alerts timeline toy', { command: 'alerts', action: 'timeline', service: 'toy' }],
    ['alerts timeline', { command: 'alerts', action: 'timeline' }],
    ['scale toy 0', { command: 'scale', service: 'toy', count: 0 }],
  ]);
});

describe('administration', () => {
  understood([
    ['digest now', { command: 'digest', action: 'now' }],
    ['digest now in shop', { command: 'digest', action: 'now', cluster: 'shop' }],
    ['digest list', { command: 'digest', action: 'list' }],
    ['digest remove 3', { command: 'digest', action: 'remove', text: '3' }],
    [
      'digest schedule "0 9 * * 1-5" Europe/Amsterdam',
      { command: 'digest', action: 'schedule', cron: '0 9 * * 1-5', zone: 'Europe/Amsterdam' },
    ],
    [
      'digest schedule 0 9 * * mon-fri in america/new_york',
      { command: 'digest', action: 'schedule', cron: '0 9 * * MON-FRI', zone: 'America/New_York' },
    ],
    ['digest schedule @daily', { command: 'digest', action: 'schedule', cron: '0 0 * * *' }],
    [
      'digest schedule "*/30 8-17 * * *" --zone utc',
      { command: 'digest', action: 'schedule', cron: '*/30 8-17 * * *', zone: 'UTC' },
    ],
    ['accounts', { command: 'accounts' }],
    ['accounts list', { command: 'accounts', action: 'list' }],
    [
      'accounts add lab role arn:aws:iam::1:role/x --external-id y',
      { command: 'accounts', action: 'add', text: 'lab role arn:aws:iam::1:role/x --external-id y' },
    ],
    ['accounts test lab', { command: 'accounts', action: 'test', text: 'lab' }],
    ['routes add shop/* high <#C1|ops>', { command: 'routes', action: 'add', text: 'shop/* high <#C1>' }],
    ['routes why toy', { command: 'routes', action: 'why', text: 'toy' }],
    ['alerts timeline #12 csv', { command: 'alerts', action: 'timeline', incident: 12, text: 'csv' }],
    ['audit csv', { command: 'audit', text: 'csv' }],
    ['audit --since 7d csv', { command: 'audit', sinceMs: 604_800_000, text: 'csv' }],
    [
      'grants add <@U1|olivia> shop/* scale',
      { command: 'grants', action: 'add', text: '<@U1> shop/* scale' },
    ],
    ['grants why @olivia', { command: 'grants', action: 'why', text: '@olivia' }],
    ['rules remove 4', { command: 'rules', action: 'remove', text: '4' }],
    [
      'probes add <https://shop.example.com/health|shop.example.com/health>',
      { command: 'probes', action: 'add', text: 'shop.example.com/health' },
    ],
    ['outbox', { command: 'outbox' }],
    ['outbox list', { command: 'outbox', action: 'list' }],
    ['outbox resume <#C1|ops>', { command: 'outbox', action: 'resume', text: '<#C1>' }],
  ]);
});

describe('how people and platforms write', () => {
  understood([
    ['HEALTH Shop', { command: 'health', cluster: 'shop' }],
    ['/ecs health', { command: 'health' }],
    ['/health', { command: 'health' }],
    ['<@U0BOT> health', { command: 'health' }],
    ['<at>Deckhand</at> health', { command: 'health' }],
    ['@Deckhand health toy', { command: 'health', service: 'toy' }],
    ['please redeploy toy', { command: 'redeploy', service: 'toy' }],
    ['redeploy toy, please!', { command: 'redeploy', service: 'toy' }],
    ['`scale toy 4`', { command: 'scale', service: 'toy', count: 4 }],
    ['health `toy`', { command: 'health', service: 'toy' }],
    ['health *toy*', { command: 'health', service: 'toy' }],
    ['health toy.', { command: 'health', service: 'toy' }],
    ['service toy?', { command: 'service', service: 'toy' }],
    ['ack #12!', { command: 'ack', incident: 12 }],
    ['health \u201csearch indexer\u201d', { command: 'health', ...INDEXER }],
    ['health \u2014only critical', { command: 'health', only: 'critical' }],
    ['health \u2013only critical', { command: 'health', only: 'critical' }],
    ['health -only critical', { command: 'health', only: 'critical' }],
    ['health --ONLY Critical.', { command: 'health', only: 'critical' }],
    ['health\u00a0toy', { command: 'health', service: 'toy' }],
    ['logs toy --grep "a  b"', { command: 'logs', service: 'toy', grep: 'a  b' }],
    [
      'logs toy --grep=\u201cconnection refused\u201d',
      { command: 'logs', service: 'toy', grep: 'connection refused' },
    ],
    ["logs toy --grep 'it is'", { command: 'logs', service: 'toy', grep: 'it is' }],
    ['logs toy --grep connection refused', { command: 'logs', service: 'toy', grep: 'connection refused' }],
    ['logs toy --grep a&amp;b', { command: 'logs', service: 'toy', grep: 'a&b' }],
    ['logs toy --grep &lt;init&gt;', { command: 'logs', service: 'toy', grep: '<init>' }],
    ['assign toy <@U012AB3CD|olivia>', { command: 'assign', service: 'toy', user: 'U012AB3CD' }],
    ['assign toy <at>Olivia B</at>', { command: 'assign', service: 'toy', user: 'Olivia B' }],
    [
      'note #12 see <https://x.example/a?b=1&amp;c=2>',
      { command: 'note', incident: 12, text: 'see https://x.example/a?b=1&c=2' },
    ],
    [
      'note #12 don\u2019t \u201ctouch\u201d it',
      { command: 'note', incident: 12, text: 'don\u2019t \u201ctouch\u201d it' },
    ],
    ['note toy \u2014 it is back', { command: 'note', service: 'toy', text: 'it is back' }],
  ]);

  it('takes words that a shell has separated, each as one value', () => {
    expect(say(['health', '--only', 'critical'])).toEqual({
      intent: { command: 'health', only: 'critical' },
    });
    expect(say(['logs', 'toy', '--grep', 'connection refused', '--limit=5'])).toEqual({
      intent: { command: 'logs', service: 'toy', grep: 'connection refused', limit: 5 },
    });
  });

  it('reads a single argument of a shell as a sentence', () => {
    expect(say(['health shop'])).toEqual({ intent: { command: 'health', cluster: 'shop' } });
  });
});

describe('looking back', () => {
  const minutes = (rows: readonly (readonly [string, number])[]) =>
    it.each(rows)('--since %s is %i minutes at 10:00 in Amsterdam', (since, expected) => {
      expect(say(`errors --since ${since}`).intent?.sinceMs).toBe(expected * MINUTE);
    });
  minutes([
    ['45s', 0.75],
    ['90m', 90],
    ['1h30m', 90],
    ['1.5h', 90],
    ['2 days', 2880],
    ['1w', 10_080],
    ['today', 600],
    ['yesterday', 2040],
    ['overnight', 960],
  ]);

  it('counts today from the local midnight, also over a change of the clocks', () => {
    // Berlin put its clocks back on 25 October 2026: the day had 25 hours.
    const nowMs = Date.parse('2026-10-25T12:00:00Z');
    const result = say('errors --since today', { nowMs, zone: 'Europe/Berlin' });
    expect(result.intent?.sinceMs).toBe(14 * HOUR);
  });

  it('counts in UTC where the zone is not known', () => {
    const nowMs = Date.UTC(2026, 0, 2, 3);
    expect(say('errors --since today', { nowMs, zone: 'No/Where' }).intent?.sinceMs).toBe(3 * HOUR);
  });
});

describe('plain sentences, which are left to others', () => {
  it.each([
    'help me understand why basket is slow',
    'stop sending me alerts',
    'stop alerts',
    'scale is weird today',
    'service basket is down, why?',
    'why is toy slow?',
    'how is toy doing?',
    'what is wrong with toy',
    'health of toy',
    'health looks bad -- why',
    'logs look strange',
    'errors in the last hour',
    'alerts are too noisy',
    'accounts look weird',
    'digest schedule every morning',
    'release notes for toy',
    'resolve the issue with toy',
    'ack that',
    'ack #12 and #13',
    'assign toy @olivia @ravi',
    'scale up toy',
    'ack all',
    'ack, looking into it',
    'mute everything',
    'cost of acme',
    'hello',
    'thanks',
    'toy',
  ])('%s', (sentence) => {
    expect(say(sentence)).toEqual({ intent: { command: 'ask', text: sentence } });
  });
});

describe('a change that is not asked for, here and now', () => {
  it.each([
    'scale toy 4?',
    'redeploy toy?',
    'ack #12?',
    'should I redeploy toy',
    "don't scale toy 4",
    'do not redeploy toy',
    'never stop 0f9c1d2e4b6a4f7c8d9e0a1b2c3d4e5f',
    'scaled toy 4',
    'redeployed toy',
    'muting toy 2h',
    'scale toy 4 if cpu is high',
    'scale toy 4 tomorrow',
    'redeploy toy after lunch',
    'scale toy 4 and invoices 3',
    '"scale toy 4"',
    '\u201cscale toy 4\u201d',
    'she said: scale toy 4',
    'restart toy',
    'deploy toy',
  ])('%s', (sentence) => {
    expect(say(sentence)).toEqual({ intent: { command: 'ask', text: sentence } });
  });
});
