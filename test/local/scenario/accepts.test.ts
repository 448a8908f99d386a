import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { defaultScenario, loadScenario, parseScenario } from '../../../src/local/scenario/load.ts';
import { serviceAddresses } from '../../../src/local/scenario/references.ts';

const everything = new URL('./everything.yaml', import.meta.url).pathname;
const page = new URL('../../../../shared/SCENARIO.md', import.meta.url);

describe('a scenario', () => {
  test('may use every key of the format', () => {
    const scenario = loadScenario(everything);
    expect(scenario.accounts[0]?.id).toBe('012345678901');
    expect(serviceAddresses(scenario).map(({ service }) => service)).toEqual([
      'seat-map',
      'gate',
      'agent',
      'kiosk',
      'plain',
    ]);
  });

  test.skipIf(!existsSync(page))('may be the one of the format description, word for word', () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(readFileSync(page, 'utf8'))?.[1] ?? '';
    expect(parseScenario(example, 'SCENARIO.md').timeline).toHaveLength(5);
  });

  test('needs accounts and nothing else', () => {
    const scenario = parseScenario('accounts: [ {} ]', 'small.yaml');
    expect(scenario.latencyMs).toBe(0);
    expect(scenario.timeline).toEqual([]);
    expect(scenario.people.map(({ role }) => role)).toContain('admin');
  });

  test('may be JSON', () => {
    const json = JSON.stringify({ accounts: [{ id: '111111111111', regions: {} }] });
    expect(parseScenario(json, 'small.json').accounts[0]?.id).toBe('111111111111');
  });

  test('has its times in milliseconds from the start', () => {
    const service =
      loadScenario(everything).accounts[0]?.regions['eu-central-1']?.clusters.live?.services['seat-map'];
    expect(service?.createdAt).toBe(-200 * 86_400_000);
    expect(service?.deployments?.[1]?.at).toBe(-22 * 60_000);
    expect(service?.metrics.memoryPercent?.ramps?.[0]).toEqual({ from: -6 * 3_600_000, until: 0, to: 97 });
    expect(service?.metrics.responseTimeMs?.spikes?.[0]?.for).toBe(900_000);
    expect(service?.certificate?.expires).toBe(6 * 86_400_000);
  });

  test('may name an event that AWS has added since', () => {
    const text = `
accounts: [ { regions: { us-east-1: { clusters: { c: { services: { s: {} } } } } } } ]
timeline: [ { at: +1s, service: c/s, eventName: SERVICE_MOON_PHASE_CHANGED } ]`;
    expect(parseScenario(text, 'new.yaml').timeline[0]?.eventName).toBe('SERVICE_MOON_PHASE_CHANGED');
  });

  test('may hold numbers and booleans in tags, which AWS knows as texts', () => {
    const text =
      'accounts: [ { regions: { us-east-1: { clusters: { c: { services: { s: { tags: { tier: 1, public: true } } } } } } } } ]';
    const service = parseScenario(text, 'tags.yaml').accounts[0]?.regions['us-east-1']?.clusters.c?.services
      .s;
    expect(service?.tags).toEqual({ tier: '1', public: 'true' });
  });
});

describe('the default scenario', () => {
  const scenario = defaultScenario();
  const services = serviceAddresses(scenario);
  const specs = services.map(
    ({ account, region, cluster, service }) =>
      scenario.accounts[account]?.regions[region]?.clusters[cluster]?.services[service],
  );

  test('is a fleet over several accounts and regions', () => {
    expect(scenario.accounts.length).toBe(3);
    expect(new Set(services.map(({ region }) => region)).size).toBe(2);
    expect(services.length).toBeGreaterThanOrEqual(40);
  });

  test('has every kind of service', () => {
    expect(specs.some((spec) => spec?.launchType === 'EC2' && spec.strategy === 'DAEMON')).toBe(true);
    expect(specs.some((spec) => spec?.launchType === 'EXTERNAL')).toBe(true);
    expect(specs.some((spec) => spec?.controller === 'CODE_DEPLOY')).toBe(true);
    expect(specs.some((spec) => spec?.capacityProviders?.FARGATE_SPOT !== undefined)).toBe(true);
    expect(specs.some((spec) => spec?.targetGroup?.type === 'network')).toBe(true);
  });

  test('has a service name in two places, and people of every role', () => {
    const names = services.map(({ service }) => service);
    expect(names.some((name, index) => names.indexOf(name) < index)).toBe(true);
    expect(scenario.people.map(({ role }) => role).toSorted()).toEqual([
      'admin',
      'operator',
      'stranger',
      'viewer',
    ]);
  });

  test('denies nothing and has every region up', () => {
    expect(scenario.accounts.flatMap(({ deny }) => deny)).toEqual([]);
    expect(scenario.accounts.flatMap(({ regions }) => Object.values(regions)).some(({ down }) => down)).toBe(
      false,
    );
  });
});
