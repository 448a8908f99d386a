import { describe, expect, it } from 'vitest';
import { Throttled } from '../../src/domain/errors.ts';
import { notTakenInNote, poisonNote, queueNote } from '../../src/incidents/own-trouble.ts';

describe('a message that cannot be read', () => {
  const message = { id: 'm-1', receives: 2, why: 'The message is no JSON.' };

  it('is told of by its id, once it came a second time', () => {
    expect(poisonNote({ ...message, receives: 1 })).toBeUndefined();
    expect(poisonNote(message)).toMatchObject({ about: 'm-1', why: expect.stringContaining('no JSON') });
    expect(poisonNote(message)?.whatToDo).toContain('dead-letter queue');
  });
});

it.each([
  ['its service', { service: 'checkout-api', cluster: 'core', accountId: '1' }, 'An event of checkout-api'],
  ['its cluster', { service: undefined, cluster: 'core', accountId: '1' }, 'An event of core'],
  [
    'its account',
    { service: undefined, cluster: undefined, accountId: '111122223333' },
    'An event of account 111122223333',
  ],
])(
  'an event that could not be stored is told by %s, with why, and that nothing is lost',
  (_, event, what) => {
    const note = notTakenInNote(event, new Throttled('My store is busy.'));
    expect(note.what).toContain(what);
    expect(note.why).toBe('My store is busy.');
    expect(note.whatToDo).toContain('nothing is lost');
    expect(note.about).toBeUndefined();
  },
);

it('a queue that refuses us is told by the name of its error, not by its words', () => {
  const error = new Error('arn:aws:iam::1:role/x is not authorized');
  error.name = 'AccessDenied';
  expect(queueNote(error).why).toBe('No event comes in (AccessDenied).');
  expect(queueNote('x').why).toBe('No event comes in (no answer).');
});
