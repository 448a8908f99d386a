import { describe, expect, test } from 'vitest';
import { Agenda } from '../../../src/local/world/agenda.ts';

describe('the agenda', () => {
  test('keeps the order of time, and of putting down within one moment', () => {
    const agenda = new Agenda();
    const done: string[] = [];
    for (const [dueMs, what] of [
      [20, 'c'],
      [10, 'a'],
      [10, 'b'],
      [30, 'd'],
    ] as const) {
      agenda.add(dueMs, (atMs) => done.push(`${what}${atMs}`));
    }
    agenda.runUntil(20);
    expect(done).toEqual(['a10', 'b10', 'c20']);
    expect(agenda.nextDueMs()).toBe(30);
  });

  test('runs what is put down meanwhile if that is due too', () => {
    const agenda = new Agenda();
    const done: number[] = [];
    agenda.add(10, () => {
      agenda.add(15, (atMs) => done.push(atMs));
      agenda.add(99, (atMs) => done.push(atMs));
    });
    agenda.runUntil(20);
    agenda.runUntil(20);
    expect(done).toEqual([15]);
  });
});
