import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isClusterWatched, isWatched, wildcardMatch } from '../../src/domain/accounts.ts';

describe('a wildcard pattern', () => {
  it.each([
    ['*', 'anything', true],
    ['*', '', true],
    ['api', 'api', true],
    ['api', 'api-2', false],
    ['api-*', 'api-2', true],
    ['*-api', 'checkout-api', true],
    ['a*b*c', 'a--b--c', true],
    ['a*b*c', 'a--c--b', false],
    ['ab*ba', 'aba', false],
    ['a.i', 'abi', false],
    ['**', 'x', true],
  ])('%s and %s: %s', (pattern, text, fits) => {
    expect(wildcardMatch(pattern, text)).toBe(fits);
  });

  it('decides as a regular expression would', () => {
    const short = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 });
    fc.assert(
      fc.property(short, short, (pattern, raw) => {
        const text = raw.replaceAll('*', 'a');
        const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
        expect(wildcardMatch(pattern, text)).toBe(expression.test(text));
      }),
    );
  });
});

describe('what is watched', () => {
  const api = { cluster: 'core', service: 'checkout-api' };

  it.each([
    [[], [], true],
    [['core'], [], true],
    [['core/checkout-*'], [], true],
    [['other/*'], [], false],
    [[], ['core'], false],
    [[], ['*/checkout-*'], false],
    [['core/*'], ['core/checkout-api'], false],
    [[], ['core/other'], true],
  ])('include %j exclude %j: %s', (include, exclude, watched) => {
    expect(isWatched({ include, exclude }, api)).toBe(watched);
  });

  it.each([
    [[], ['core/*'], false],
    [[], ['c*'], false],
    [[], ['core/checkout-api'], true],
    [['edge/*'], [], false],
    [['core/checkout-api'], [], true],
  ])('a cluster is listed or not: include %j exclude %j: %s', (include, exclude, watched) => {
    expect(isClusterWatched({ include, exclude }, 'core')).toBe(watched);
  });
});
