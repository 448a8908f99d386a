import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Route } from '../../src/domain/route.ts';
import type { Pager } from '../../src/incidents/pages.ts';
import type { Table } from '../../src/store/table.ts';
import { change, MINUTE, olivia, openEscalation } from './escalation-world.ts';

const ROUTES: Route[] = [
  {
    match: '*',
    severity: 'info',
    to: 'slack:C1',
    escalate: [{ afterMinutes: 5, to: 'slack:C2', pagerDuty: { keyEnv: 'PAGERDUTY_KEY' } }],
  },
];

/** What goes wrong in one step of a process: nothing, before the effect, or after it. */
const trouble = fc.constantFrom<'none' | 'before' | 'after'>('none', 'none', 'none', 'before', 'after');

it('whatever fails and whenever, every step is told, PagerDuty hears of beginning and end in this order, and nothing is left', async () => {
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(trouble), fc.boolean(), async (troubles, isAcknowledged) => {
      let isFaulty = false;
      const faulty = async <T>(work: () => Promise<T>): Promise<T> => {
        const next = isFaulty ? troubles.next().value : 'none';
        if (next === 'before') throw new Error('before');
        const result = await work();
        if (next === 'after') throw new Error('after');
        return result;
      };
      const world = openEscalation({ routes: ROUTES });
      const { table: real } = world;
      const table: Table = {
        ...real,
        get: (...args) => faulty(() => real.get(...args)),
        put: (...args) => faulty(() => real.put(...args)),
        query: (...args) => faulty(() => real.query(...args)),
      };
      const heard: string[] = [];
      const pager: Pager = {
        async send(_page, event) {
          try {
            await faulty(async () => void heard.push(event));
            return { kind: 'taken' };
          } catch (error) {
            const isUnsure = error instanceof Error && error.message === 'after';
            return { kind: 'later', why: 'no answer', isUnsure };
          }
        },
      };
      const [a, b] = [world.replica({ table, pager }), world.replica({ table, pager })];
      const pass = async (minutes: number) => {
        for (let step = 0; step < minutes * 4; step += 1) {
          world.clock.nowMs += MINUTE / 4;
          await Promise.allSettled([a.run(), b.run()]);
        }
      };
      const troubled = async (minutes: number) => {
        isFaulty = true;
        await pass(minutes);
        isFaulty = false;
        await pass(12);
      };
      await troubled(12);
      if (isAcknowledged) {
        change(world, { state: 'acknowledged', acknowledged: { by: olivia, atMs: world.clock.nowMs } });
        await troubled(3);
      }
      change(world, { state: 'resolved', resolved: { atMs: world.clock.nowMs, how: 'steady' } });
      await troubled(3);

      expect(world.keys('C1').filter((key) => key.startsWith('escalate'))).toEqual(['escalate/1']);
      expect(world.keys('C2')).toEqual(['escalate/1']);
      expect([...world.shown.values()].find(({ dest }) => dest.channel === 'C2')?.card.tone).toBe('good');
      expect(heard[0]).toBe('triggered');
      expect(heard.at(-1)).toBe('resolved');
      expect(heard.includes('acknowledged')).toBe(isAcknowledged);
      const order = ['triggered', 'acknowledged', 'resolved'];
      expect(heard).toEqual(heard.toSorted((x, y) => order.indexOf(x) - order.indexOf(y)));
      expect(await world.pages.active(10)).toEqual([]);
      expect(world.notes).toEqual([]);
    }),
    { numRuns: 100 },
  );
});
