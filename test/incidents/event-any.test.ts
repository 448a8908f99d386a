import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BadRequest } from '../../src/domain/errors.ts';
import { catalogueEntry } from '../../src/incidents/catalogue.ts';
import { parseMessage } from '../../src/incidents/event.ts';
import { factOf, reasonKey, signatureOf } from '../../src/incidents/story.ts';
import { action, alarm, call, deployment, hook, raw, taskStop } from './events.ts';

/** Reads a message and everything that is told of it. Anything but an answer or a BadRequest fails the property. */
function readAll(body: string): void {
  try {
    const parsed = parseMessage(body);
    if (parsed.kind !== 'event') return;
    const { event } = parsed;
    expect(event.fingerprint).toMatch(/^[\w-]{16}$/);
    expect(Number.isFinite(event.atMs)).toBe(true);
    const fact = factOf(event, catalogueEntry(event.name, event.level));
    expect(fact.text).not.toBe('');
    expect(typeof signatureOf(event)).toBe('string');
    expect(['string', 'undefined']).toContain(typeof reasonKey(event));
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error;
    expect(error.message).toMatch(/\.$/);
  }
}

const EVENTS: readonly object[] = [
  action('SERVICE_TASK_PLACEMENT_FAILURE', { reason: 'RESOURCE:CPU' }),
  deployment('SERVICE_DEPLOYMENT_FAILED', '09:00:00', 'ERROR'),
  taskStop({ containers: [{ name: 'app', exitCode: 1, reason: 'CannotPullContainerError: x.example/y' }] }),
  hook('HOOK_AWAITING_ACTION'),
  alarm('ALARM'),
  call('UpdateService', {
    requestParameters: { service: 'web', desiredCount: 2, capacityProviderStrategy: [] },
  }),
  raw({
    'detail-type': 'ECS Container Instance Health Change',
    detail: { overallStatus: 'IMPAIRED', healthChecks: [{ type: 'X', status: 'IMPAIRED' }] },
  }),
];

describe('whatever the queue holds is answered or refused with a sentence', () => {
  test('any JSON value', () => {
    fc.assert(fc.property(fc.json(), readAll), { numRuns: 500 });
  });

  test('any text', () => {
    fc.assert(fc.property(fc.string(), readAll), { numRuns: 300 });
  });

  test('an event with any detail of any family', () => {
    const families = fc.constantFrom(...EVENTS);
    const anyDetail = fc.tuple(families, fc.dictionary(fc.string(), fc.jsonValue()));
    fc.assert(
      fc.property(anyDetail, ([event, detail]) => readAll(JSON.stringify({ ...event, detail }))),
      { numRuns: 500 },
    );
  });

  test('a real event in which any member became something else', () => {
    const mutation = fc
      .constantFrom(...EVENTS)
      .chain((event) =>
        fc.tuple(fc.constant(event), fc.constantFrom(...pathsIn(event)), fc.option(fc.jsonValue())),
      );
    fc.assert(
      fc.property(mutation, ([event, path, value]) => readAll(JSON.stringify(changed(event, path, value)))),
      { numRuns: 2000 },
    );
  });
});

type Path = readonly string[];

function pathsIn(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Object.entries(value).flatMap(([key, member]) => pathsIn(member, [...path, key]));
  return path.length === 0 ? below : [path, ...below];
}

function changed(value: unknown, [key, ...rest]: Path, instead: unknown): unknown {
  if (key === undefined) return instead;
  if (Array.isArray(value)) {
    return value.map((one: unknown, at) => (String(at) === key ? changed(one, rest, instead) : one));
  }
  const members = Object.entries(typeof value === 'object' && value !== null ? value : {});
  return Object.fromEntries(
    members.map(([name, one]) => [name, name === key ? changed(one, rest, instead) : one]),
  );
}
