import { describe, expect, it } from 'vitest';
import { parseConfigFile } from '../../src/config/file.ts';
import { INCIDENT_DEFAULTS } from '../../src/domain/incident-settings.ts';

const read = (text: string) => parseConfigFile('deckhand.yaml', text);
const settings = (text: string) => {
  const parsed = read(text);
  return 'value' in parsed ? parsed.value.incidents : parsed.problems;
};

describe('the incidents block', () => {
  it('has every default where it is empty', () => {
    expect(settings('incidents: {}')).toEqual(INCIDENT_DEFAULTS);
  });

  it('is read in minutes and kept in milliseconds, each setting by itself', () => {
    expect(
      settings(`incidents:
  reopenMinutes: 10
  stuckMinutes: 0.5
  crashLoop: { stops: 5 }
  group: { minutes: 2 }
  publishMetric: false
  fallbackTopicArn: arn:aws:sns:eu-west-1:111122223333:deckhand-fallback
  project: shop`),
    ).toEqual({
      ...INCIDENT_DEFAULTS,
      reopenMs: 600_000,
      stuckMs: 30_000,
      crashLoop: { stops: 5, withinMs: INCIDENT_DEFAULTS.crashLoop.withinMs },
      group: { services: INCIDENT_DEFAULTS.group.services, withinMs: 120_000 },
      publishMetric: false,
      fallbackTopicArn: 'arn:aws:sns:eu-west-1:111122223333:deckhand-fallback',
      project: 'shop',
    });
  });

  it.each([
    [
      'a length of zero',
      'incidents: { silenceMinutes: 0 }',
      'incidents.silenceMinutes: expected minutes above 0',
    ],
    [
      'a length in words',
      'incidents: { stuckMinutes: 30m }',
      'incidents.stuckMinutes: expected minutes above 0',
    ],
    [
      'a loop of one stop',
      'incidents: { crashLoop: { stops: 1 } }',
      'incidents.crashLoop.stops: expected a whole number',
    ],
    [
      'a topic that is none',
      'incidents: { fallbackTopicArn: deckhand }',
      'incidents.fallbackTopicArn: expected the ARN',
    ],
    [
      'a FIFO topic, which needs what a notice has not',
      'incidents: { fallbackTopicArn: "arn:aws:sns:eu-west-1:111122223333:deckhand.fifo" }',
      'incidents.fallbackTopicArn: expected the ARN of a standard SNS topic',
    ],
    [
      'a misspelt setting',
      'incidents: { silentMinutes: 5 }',
      'incidents: there is no setting called silentMinutes',
    ],
  ])('refuses %s and says what it expects', (_, text, sentence) => {
    expect(settings(text)).toEqual([expect.stringContaining(sentence)]);
  });
});
