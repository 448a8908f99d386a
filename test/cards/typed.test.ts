import { expect, test } from 'vitest';
import { typed } from '../../src/cards/typed.ts';

test('a number goes without its sign where a shell would take the rest for a comment', () => {
  expect(typed('npm run -s ecs --', 'resolve #12')).toBe('npm run -s ecs -- resolve 12');
  expect(typed('/ecs', 'resolve #12')).toBe('/ecs resolve #12');
  expect(typed('', 'alerts open')).toBe('alerts open');
});
