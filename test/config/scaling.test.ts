import { describe, expect, it } from 'vitest';
import { parseConfigFile } from '../../src/config/file.ts';

const read = (content: string) => parseConfigFile('deckhand.yaml', content);

describe('the scaling block', () => {
  it('sets the default maximum; what is left out keeps its default', () => {
    expect(read('scaling: { maxTimes: 3 }')).toMatchObject({ value: { scaling: { times: 3, atLeast: 10 } } });
    expect(read('scaling: { maxAtLeast: 4 }')).toMatchObject({
      value: { scaling: { times: 2, atLeast: 4 } },
    });
  });

  it.each([
    ['scaling: { maxTimes: 0.5 }', 'scaling.maxTimes: expected a number of at least 1'],
    ['scaling: { maxAtLeast: 2.5 }', 'scaling.maxAtLeast: expected a whole number of at least 1'],
    ['scaling: { most: 4 }', 'there is no setting called most'],
  ])('names what is wrong in %s', (content, problem) => {
    const read_ = read(content);
    expect('problems' in read_ ? read_.problems.join() : '').toContain(problem);
  });
});
