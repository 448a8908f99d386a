/**
 * Work that need not be done once per call: of the calls for one key, one runs, and all that come meanwhile share
 * the next run. `merge` makes one input of theirs.
 */
export function makeOneAtATime<I, O>(
  run: (key: string, input: I) => Promise<O>,
  merge: (a: I, b: I) => I,
): (key: string, input: I) => Promise<O> {
  const running = new Map<string, Turn<I, O>>();

  async function turn(key: string, mine: Turn<I, O>, before: Promise<unknown> | undefined): Promise<O> {
    if (before) await before.catch(() => undefined);
    mine.started = true;
    try {
      return await run(key, mine.input);
    } finally {
      if (running.get(key) === mine) running.delete(key);
    }
  }

  return (key, input) => {
    const last = running.get(key);
    if (last?.done && !last.started) {
      last.input = merge(last.input, input);
      return last.done;
    }
    const mine: Turn<I, O> = { input, started: false, done: undefined };
    running.set(key, mine);
    mine.done = turn(key, mine, last?.done);
    return mine.done;
  };
}

interface Turn<I, O> {
  input: I;
  started: boolean;
  done: Promise<O> | undefined;
}
