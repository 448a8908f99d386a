import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BadRequest } from '../../src/domain/errors.ts';
import { catalogueEntry } from '../../src/incidents/catalogue.ts';
import { parseMessage } from '../../src/incidents/event.ts';
import type { IncidentEvent } from '../../src/incidents/incident-event.ts';
import { factOf, reasonKey, signatureOf } from '../../src/incidents/story.ts';
import { action, alarm, call, deployment, hook, raw, taskStop } from './events.ts';

/** What is wrong with what is said of a message; throws whatever the product throws, apart from a BadRequest. */
function faultsOf(body: string): readonly string[] {
  try {
    const parsed = parseMessage(body);
    return parsed.kind === 'event' ? faultsOfEvent(parsed.event) : [];
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error;
    return error.message.endsWith('.') ? [] : ['the refusal is no sentence'];
  }
}

function faultsOfEvent(event: IncidentEvent): readonly string[] {
  const fact = factOf(event, catalogueEntry(event.name, event.level));
  const checks: readonly (readonly [string, boolean])[] = [
    ['the fingerprint', /^[\w-]{16}$/.test(event.fingerprint)],
    ['the time', Number.isFinite(event.atMs)],
    ['the fact', fact.text !== ''],
    ['the signature', signatureOf(event) !== ''],
    ['the key of the reason', reasonKey(event) !== ''],
  ];
  return checks.flatMap(([what, isRight]) => (isRight ? [] : [what]));
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

/** A message for which anything but an answer or a sentence comes out. */
function broken(messages: fc.Arbitrary<string>, numRuns: number): unknown {
  const property = fc.property(messages, (body) => faultsOf(body).length === 0);
  return fc.check(property, { numRuns }).counterexample;
}

describe('whatever the queue holds is answered or refused with a sentence', () => {
  test('any JSON value', () => {
    expect(broken(fc.json(), 500)).toBeNull();
  });

  test('any text', () => {
    expect(broken(fc.string(), 300)).toBeNull();
  });

  test('an event with any detail of any family', () => {
    const anyDetail = fc.tuple(fc.constantFrom(...EVENTS), fc.dictionary(fc.string(), fc.jsonValue()));
    const messages = anyDetail.map(([event, detail]) => JSON.stringify({ ...event, detail }));
    expect(broken(messages, 500)).toBeNull();
  });

  test('a real event in which any member became something else', () => {
    const messages = fc
      .constantFrom(...EVENTS)
      .chain((event) =>
        fc
          .tuple(fc.constantFrom(...pathsIn(event)), fc.option(fc.jsonValue()))
          .map(([path, value]) => JSON.stringify(changed(event, path, value))),
      );
    expect(broken(messages, 2000)).toBeNull();
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
