import { expect, it } from 'vitest';
import { Throttled } from '../../src/domain/errors.ts';
import { notTakenInNote, poisonNote, queueNote } from '../../src/incidents/own-trouble.ts';

it('a message that cannot be read is told of by its id, with why and what becomes of it', () => {
  const note = poisonNote('m-1', 'The message is no JSON.');
  expect(note).toMatchObject({ about: 'm-1', why: 'The message is no JSON. It is message m-1.' });
  expect(note.whatToDo).toContain('dead-letter queue');
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
