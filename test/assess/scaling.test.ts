import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { monthlyTaskCost } from '../../src/assess/price.ts';
import { clampCount, countBounds, type Load, suggestCount } from '../../src/assess/scaling.ts';

/** `CASES=1000000 npx vitest run test/assess/scaling` for a long run. */
const CASES = Number(process.env.CASES ?? 120_000);

const count = fc.oneof(
  fc.integer({ min: -5, max: 40 }),
  fc.integer({ min: -1e6, max: 1e6 }),
  fc.constantFrom(0, 1, Number.NaN, 2.5, Number.POSITIVE_INFINITY),
);
const bound = fc.integer({ min: -2, max: 60 });

describe('clampCount', () => {
  it(`never leaves [min, max], never gives 0, never takes tasks away during a deployment (${CASES} cases)`, () => {
    let changes = 0;
    const property = fc.property(
      count,
      fc.integer({ min: 0, max: 60 }),
      fc.boolean(),
      bound,
      bound,
      (wanted, desired, deploying, min, max) => {
        const result = clampCount(wanted, { desired, deploying }, { min, max });
        if (result.kind === 'none') return true;
        changes += 1;
        return (
          Number.isInteger(result.count) &&
          result.count >= Math.max(1, min) &&
          result.count <= max &&
          result.count !== desired &&
          !(deploying && result.count < desired)
        );
      },
    );
    fc.assert(property, { numRuns: CASES });
    expect(changes).toBeGreaterThan(CASES / 20);
  });

  it.each([
    [6, { desired: 4, deploying: false }, { min: 2, max: 10 }, { kind: 'change', count: 6 }],
    [
      50,
      { desired: 4, deploying: false },
      { min: 2, max: 10 },
      { kind: 'change', count: 10, limited: 'max' },
    ],
    [0, { desired: 4, deploying: false }, { min: 0, max: 10 }, { kind: 'change', count: 1, limited: 'min' }],
    [4, { desired: 4, deploying: false }, { min: 2, max: 10 }, { kind: 'none', why: 'same' }],
    [3, { desired: 4, deploying: true }, { min: 2, max: 10 }, { kind: 'none', why: 'deploying' }],
    [14, { desired: 12, deploying: true }, { min: 2, max: 10 }, { kind: 'none', why: 'deploying' }],
    [3, { desired: 4, deploying: false }, { min: 0, max: 0 }, { kind: 'none', why: 'no_room' }],
    [2.5, { desired: 4, deploying: false }, { min: 1, max: 10 }, { kind: 'none', why: 'not_a_count' }],
  ] as const)('of %s gives what is allowed', (wanted, now, bounds, result) => {
    expect(clampCount(wanted, now, bounds)).toEqual(result);
  });
});

describe('suggestCount', () => {
  const load: Load = {
    running: 4,
    desired: 4,
    cpuPercent: 50,
    memoryPercent: 50,
    cpuTarget: 70,
    memoryTarget: 80,
    deploying: false,
  };
  const bounds = { min: 1, max: 20 };
  const of = (change: Partial<Load>) => suggestCount({ ...load, ...change }, bounds);

  it('takes the larger of CPU and memory against their targets', () => {
    expect(of({ cpuPercent: 105 })).toMatchObject({ action: 'scale_up', count: 6 });
    expect(of({ cpuPercent: 75, memoryPercent: 99 })).toMatchObject({ action: 'scale_up', count: 5 });
  });

  it('takes tasks away only where both are clearly below, and never during a deployment', () => {
    expect(of({ cpuPercent: 20, memoryPercent: 20 })).toMatchObject({ action: 'scale_down', count: 2 });
    expect(of({ cpuPercent: 20, memoryPercent: 79, running: 8, desired: 12 })).toMatchObject({
      action: 'no_change',
    });
    expect(of({ cpuPercent: 20, memoryPercent: undefined })).toMatchObject({ action: 'no_change' });
    expect(of({ cpuPercent: 20, memoryPercent: 20, deploying: true })).toMatchObject({ action: 'no_change' });
  });

  it('says so where there is no data', () => {
    expect(of({ cpuPercent: undefined, memoryPercent: undefined })).toMatchObject({
      action: 'no_change',
      why: /no recent/,
    });
  });
});

describe('countBounds', () => {
  it('are those of Application Auto Scaling, else the tag, else twice what is there and at least ten', () => {
    expect(countBounds({ min: 0, max: 8 }, { 'deckhand:max': '3' }, 4)).toEqual({
      min: 1,
      max: 8,
      source: 'auto_scaling',
    });
    expect(countBounds(undefined, { 'deckhand:max': '3' }, 4)).toEqual({ min: 1, max: 3, source: 'tag' });
    expect(countBounds(undefined, { 'deckhand:max': 'many' }, 4)).toEqual({
      min: 1,
      max: 10,
      source: 'default',
    });
    expect(countBounds(undefined, {}, 9)).toEqual({ min: 1, max: 18, source: 'default' });
  });
});

describe('monthlyTaskCost', () => {
  const task = { cpuUnits: 512, memoryMiB: 1024, arch: undefined };
  const fargate = { launchType: 'FARGATE', capacityProviders: [] } as const;

  it('is the list price of Fargate for 730 hours', () => {
    expect(monthlyTaskCost(fargate, task)).toBeCloseTo((0.5 * 0.04048 + 0.004445) * 730, 5);
    expect(monthlyTaskCost(fargate, { ...task, arch: 'ARM64' })).toBeCloseTo(
      (0.5 * 0.03238 + 0.00356) * 730,
      5,
    );
  });

  it('is not told for EC2, or where the size is not known', () => {
    expect(monthlyTaskCost({ launchType: 'EC2', capacityProviders: [] }, task)).toBeUndefined();
    expect(monthlyTaskCost(fargate, { ...task, cpuUnits: undefined })).toBeUndefined();
  });

  it('counts Spot by its weight', () => {
    const half = {
      launchType: undefined,
      capacityProviders: [
        { name: 'FARGATE', weight: 1, base: 0 },
        { name: 'FARGATE_SPOT', weight: 1, base: 0 },
      ],
    };
    expect(monthlyTaskCost(half, task)).toBeCloseTo((monthlyTaskCost(fargate, task) ?? 0) * 0.65, 5);
  });
});
