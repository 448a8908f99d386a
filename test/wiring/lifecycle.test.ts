import { beforeEach, describe, expect, test } from 'vitest';
import { Unreachable } from '../../src/domain/errors.ts';
import { Lifecycle } from '../../src/wiring/lifecycle.ts';
import { keepLog } from '../kept-log.ts';

let due: { readonly ms: number; readonly run: () => void }[];
let lifecycle: Lifecycle;
let lines: readonly string[];

beforeEach(() => {
  due = [];
  const kept = keepLog();
  lines = kept.lines;
  lifecycle = new Lifecycle(kept.log, {
    after: (ms, run) => {
      due.push({ ms, run });
      return () => {};
    },
  });
});

const settled = () => new Promise((resolve) => setImmediate(resolve));

async function timePasses(): Promise<void> {
  for (const { run } of due.splice(0)) run();
  await settled();
}

describe('a part that is not there yet', () => {
  test('is named until it answers, is tried again, and then its work begins once', async () => {
    let there = false;
    let begun = 0;
    lifecycle.begin(
      'the table',
      async () => {
        if (!there) throw new Unreachable('The table does not answer.');
      },
      () => {
        begun += 1;
      },
    );
    expect(lifecycle.waitingFor()).toEqual(['the table is being reached']);
    await lifecycle.firstTry();
    expect(lifecycle.waitingFor()).toEqual(['the table: The table does not answer.']);
    await timePasses();
    expect(begun).toBe(0);
    there = true;
    await timePasses();
    expect(lifecycle.waitingFor()).toEqual([]);
    expect(begun).toBe(1);
    expect(due).toEqual([]);
  });

  test('is not tried again after the end, and what comes too late begins nothing', async () => {
    let begun = 0;
    let attempts = 0;
    let answer = () => {};
    lifecycle.begin(
      'Slack',
      () => {
        attempts += 1;
        return new Promise((resolve) => {
          answer = resolve;
        });
      },
      () => {
        begun += 1;
      },
    );
    await lifecycle.stop();
    answer();
    await settled();
    await timePasses();
    expect({ begun, attempts }).toEqual({ begun: 0, attempts: 1 });
  });
});

describe('the end', () => {
  test('comes in reverse order, each after the other, and goes on past one that fails', async () => {
    const ended: string[] = [];
    lifecycle.onStop(() => void ended.push('store'));
    lifecycle.onStop(() => Promise.reject(new Error('no')));
    lifecycle.onStop(async () => {
      await settled();
      ended.push('outbox');
    });
    await lifecycle.stop();
    expect(ended).toEqual(['outbox', 'store']);
    expect(lines).toHaveLength(1);
  });

  test('that is asked for twice is waited for twice and happens once', async () => {
    let ended = 0;
    let finish = () => {};
    lifecycle.onStop(
      () =>
        new Promise<void>((resolve) => {
          finish = () => {
            ended += 1;
            resolve();
          };
        }),
    );
    const first = lifecycle.stop();
    let second = false;
    const again = (async () => {
      await lifecycle.stop();
      second = true;
    })();
    await settled();
    expect(second).toBe(false);
    finish();
    await Promise.all([first, again]);
    expect(ended).toBe(1);
  });
});

test('regular work runs again after it failed, and not after the end', async () => {
  let runs = 0;
  lifecycle.every(5000, async () => {
    runs += 1;
    if (runs === 1) throw new Error('no');
  });
  await settled();
  expect(due.map(({ ms }) => ms)).toEqual([5000]);
  await timePasses();
  expect(runs).toBe(2);
  await lifecycle.stop();
  await timePasses();
  expect(runs).toBe(2);
});
