import { describe, expect, it } from 'vitest';
import { say } from './fleet.ts';

const corrected = (sentence: string) => {
  const { correction } = say(sentence);
  return correction && { kind: correction.kind, first: correction.suggestions[0] };
};

describe('a command that is almost right is corrected, and not carried out', () => {
  it.each([
    ['heath shop', 'unknown_command', 'health --cluster shop'],
    ['helath', 'unknown_command', 'health'],
    ['alrets mine', 'unknown_command', 'alerts mine'],
    ['rolback toy', 'unknown_command', 'rollback toy'],
    ['services', 'unknown_command', 'service'],
    ['help scal', 'unknown_command', 'help scale'],
    ['alerts opne', 'unknown_action', 'alerts open'],
    ['digest nwo', 'unknown_action', 'digest now'],
    ['accounts lst', 'unknown_action', 'accounts list'],
    ['outbox bla', 'unknown_action', 'outbox list'],
    ['health --fresch', 'unknown_flag', 'health --fresh'],
    ['health --onyl critical', 'unknown_flag', 'health --only critical'],
    ['health shop --verbose', 'unknown_flag', 'health --cluster shop'],
    ['service toy --only critical', 'unknown_flag', 'service toy'],
    ['scale toy 4 --force', 'unknown_flag', 'scale toy 4'],
    ['health --only criticl', 'bad_value', 'health --only critical'],
    ['health --only awful', 'bad_value', 'health --only critical'],
    ['recommend --priority hgih', 'bad_value', 'recommend --priority high'],
    ['logs toy --limit 0', 'bad_value', 'logs toy --limit 200'],
    ['logs toy --limit 1.5', 'bad_value', 'logs toy --limit 200'],
    ['logs toy --since 5', 'bad_value', 'logs toy --since 24h'],
    ['logs toy --since 99999999d', 'bad_value', 'logs toy --since 24h'],
    ['health --fresh=maybe', 'bad_value', 'health --fresh'],
    ['scale toy 4.5', 'bad_value', 'scale toy suggested'],
    ['scale toy +0', 'bad_value', 'scale toy suggested'],
    ['scale toy 50%', 'bad_value', 'scale toy suggested'],
    ['scale toy sugested', 'bad_value', 'scale toy suggested'],
    ['metrics toy memroy', 'bad_value', 'metrics toy memory'],
    ['mute toy 0h', 'bad_value', 'mute toy 2h'],
    ['stop toy', 'bad_value', undefined],
    ['digest schedule 61 9 * * 1-5', 'bad_value', 'digest schedule "0 9 * * 1-5" Europe/Amsterdam'],
    [
      'digest schedule 0 9 * * 1-5 Europe/Amsterdm',
      'bad_value',
      'digest schedule "0 9 * * 1-5" Europe/Amsterdam',
    ],
    ['health --only', 'missing', 'health --only critical'],
    ['logs toy --since', 'missing', 'logs toy --since 24h'],
    ['service', 'missing', undefined],
    ['logs --since 2h', 'missing', undefined],
    ['scale', 'missing', undefined],
    ['scale 4', 'missing', undefined],
    ['scale toy', 'missing', 'scale toy suggested'],
    ['mute toy', 'missing', 'mute toy 2h'],
    ['unmute', 'missing', undefined],
    ['unmute all', 'missing', undefined],
    ['mute 2h', 'missing', undefined],
    ['mute all 2h', 'missing', undefined],
    ['stop', 'missing', undefined],
    ['assign toy', 'missing', 'assign toy me'],
    ['note', 'missing', undefined],
    ['note #12', 'missing', undefined],
    ['digest', 'missing', 'digest now'],
    ['digest schedule', 'missing', 'digest schedule "0 9 * * 1-5"'],
    ['accounts add', 'missing', undefined],
    ['health toy invoices', 'too_many', 'health toy'],
  ])('%s: %s', (sentence, kind, first) => {
    expect(corrected(sentence)).toEqual({ kind, first });
  });
});

describe('a correction', () => {
  it('of a flag names the nearest one and those that the command takes', () => {
    expect(say('service toy --fresch').correction?.text).toBe(
      '`service` has no flag --fresch. Did you mean --fresh? `service` takes --account, --cluster, --region, --fresh.',
    );
  });

  it('of a value names the values that there are', () => {
    expect(say('health --only awful').correction?.text).toBe(
      '--only does not understand "awful": it takes critical, warning, good or unknown.',
    );
  });

  it('of something missing shows how the command goes', () => {
    expect(say('scale toy').correction?.text).toBe('`scale` needs a count: `scale NAME COUNT|suggested`');
  });

  it('offers only actions that are answered today', () => {
    expect(say('accounts tset').correction?.suggestions).toEqual([
      'accounts test',
      'accounts list',
      'accounts refresh',
    ]);
  });

  it('keeps what was understood', () => {
    expect(say('mute toy --cluster lab').correction?.understood).toEqual({
      command: 'mute',
      service: 'toy',
      cluster: 'lab',
    });
  });

  it('is not made of a sentence that only resembles a command', () => {
    for (const sentence of [
      'heath is a moor',
      'not now',
      'back to work',
      'the scale is off',
      'lots of errors',
    ]) {
      expect(say(sentence).intent?.command).toBe('ask');
    }
  });

  it('is not made of a report or a plan', () => {
    for (const sentence of ['scaling toy 4', 'resolved #12', 'acks toy', 'exported lab']) {
      expect(say(sentence).intent?.command).toBe('ask');
    }
  });
});
