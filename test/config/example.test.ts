import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DEFAULT_MAXIMUM } from '../../src/assess/scaling.ts';
import { DEFAULT_LOG_GROUP_PATTERN } from '../../src/collector/log-groups.ts';
import { DEFAULT_WATCH } from '../../src/collector/watch.ts';
import { parseConfigFile } from '../../src/config/file.ts';
import { DELIVERY_DEFAULTS } from '../../src/domain/delivery-settings.ts';
import { INCIDENT_DEFAULTS } from '../../src/domain/incident-settings.ts';
import { REMINDER_DEFAULTS } from '../../src/domain/route.ts';
import { DEFAULT_THRESHOLDS } from '../../src/domain/thresholds.ts';

/** docs/deckhand.example.yaml, which says of some blocks that they are the defaults. */
function example() {
  const parsed = parseConfigFile(
    'deckhand.example.yaml',
    readFileSync(new URL('../../docs/deckhand.example.yaml', import.meta.url), 'utf8'),
  );
  if ('problems' in parsed) throw new Error(parsed.problems.join('\n'));
  return parsed.value;
}

test('what the example calls the defaults are the defaults', () => {
  const { thresholds, collector, scaling, reminders, incidents } = example();
  expect({ thresholds, collector, scaling, reminders }).toEqual({
    thresholds: DEFAULT_THRESHOLDS,
    collector: { ...DEFAULT_WATCH, logGroupPattern: DEFAULT_LOG_GROUP_PATTERN },
    scaling: DEFAULT_MAXIMUM,
    reminders: REMINDER_DEFAULTS,
  });
  const { fallbackTopicArn, project, environment } = incidents ?? INCIDENT_DEFAULTS;
  expect(incidents).toEqual({ ...INCIDENT_DEFAULTS, fallbackTopicArn, project, environment });
  expect([fallbackTopicArn, project, environment]).not.toContain(undefined);
});

test('the README shows the defaults of delivery', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const block = /```yaml\n(delivery:[\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const parsed = parseConfigFile('README', block);
  expect(parsed).toMatchObject({ value: { delivery: DELIVERY_DEFAULTS } });
});
