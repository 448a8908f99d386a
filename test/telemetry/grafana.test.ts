import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { makeBotMetrics } from '../../src/telemetry/prometheus.ts';
import { service } from '../assess/make.ts';

interface Dashboard {
  readonly panels: readonly {
    readonly id: number;
    readonly targets: readonly { readonly expr: string }[];
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  }[];
  readonly templating: { readonly list: readonly { readonly query: string | { readonly query: string } }[] };
}

// The file is ours; its shape is what these tests read.
const dashboard = JSON.parse(
  readFileSync(new URL('../../infra/grafana/deckhand.json', import.meta.url), 'utf8'),
) as Dashboard;

/** Names of the series that a scrape may hold, their suffixes included. */
async function told(): Promise<ReadonlySet<string>> {
  const metrics = makeBotMetrics();
  metrics.call({
    account: 'a',
    region: 'r',
    action: 'x:Y',
    outcome: 'ok',
    durationMs: 1,
    dollars: 1,
  });
  const text = await metrics.render({
    services: () => [service()],
    openIncidents: async () => [],
    outbox: async () => ({ waiting: 0, parked: 0 }),
    spending: () => ({ todayDollars: 0, slowdown: 1 }),
  });
  return new Set([
    ...[...text.matchAll(/^(\w+)[{ ]/gm)].flatMap(([, name]) => name ?? []),
    ...[...text.matchAll(/^# TYPE (\w+)/gm)].flatMap(([, name]) => name ?? []),
  ]);
}

describe('the Grafana dashboard', () => {
  it('asks for nothing that /metrics does not tell', async () => {
    const known = await told();
    const queries = [
      ...dashboard.panels.flatMap((panel) => panel.targets.map((target) => target.expr)),
      ...dashboard.templating.list.map(({ query }) => (typeof query === 'string' ? query : query.query)),
    ];
    const asked = new Set(queries.flatMap((query) => query.match(/\bdeckhand_\w+/g) ?? []));
    expect(asked.size).toBeGreaterThan(12);
    expect([...asked].filter((name) => !known.has(name))).toEqual([]);
  });

  it('shows everything of ours that /metrics tells', async () => {
    const text = JSON.stringify(dashboard);
    const ours = [...(await told())].filter((name) => name.startsWith('deckhand_'));
    const families = new Set(ours.map((name) => name.replace(/_(bucket|sum|count)$/, '')));
    expect([...families].filter((name) => !text.includes(name))).toEqual([]);
  });

  it('has panels that do not lie on each other', () => {
    expect(new Set(dashboard.panels.map((panel) => panel.id)).size).toBe(dashboard.panels.length);
    for (const one of dashboard.panels) {
      for (const other of dashboard.panels) {
        if (one === other) continue;
        const [a, b] = [one.gridPos, other.gridPos];
        const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
        expect(apart, `${one.id} and ${other.id}`).toBe(true);
      }
    }
  });
});
