import { expect, test } from 'vitest';
import { packRecord, unpackRecord } from '../../src/store/incident-codec.ts';

const TARGET = { account: 'production', region: 'eu-west-1', cluster: 'core', service: 'web' };
const empty = { target: TARGET, log: [], numbered: [] };

test('a record is read as it was written', () => {
  expect(unpackRecord(packRecord(empty))).toEqual(empty);
});

test("a record of an earlier format holds nothing and stands in nobody's way", () => {
  expect(unpackRecord({ incident: { id: 'x', number: 3, target: TARGET }, seen: ['a'] })).toEqual(empty);
  expect(unpackRecord({ v: 1, target: TARGET, events: 'other' })).toEqual(empty);
});

test('a record of a later format is refused, so that nobody overwrites it', () => {
  expect(() => unpackRecord({ ...packRecord(empty), v: 3 })).toThrow(/"v"/);
  expect(() => unpackRecord('nothing of ours')).toThrow(/expected object/);
});
