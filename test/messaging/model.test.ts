import { describe, expect, it } from 'vitest';
import { type ChaosResult, chaos } from './chaos.ts';

const SEEDS = Array.from({ length: 60 }, (_, i) => i + 1);

/** All runs together; `kills` shows that there was something to survive. */
async function runs(platform: 'slack' | 'teams', reconcile = true): Promise<ChaosResult> {
  const all: ChaosResult[] = [];
  for (const seed of SEEDS) all.push(await chaos({ seed, platform, reconcile }));
  const sum = (of: (r: ChaosResult) => number): number => all.reduce((total, r) => total + of(r), 0);
  const list = (of: (r: ChaosResult) => readonly string[]): string[] =>
    all.flatMap((r, i) => of(r).map((id) => `seed ${SEEDS[i]}: ${id}`));
  return {
    kills: sum((r) => r.kills),
    messages: sum((r) => r.messages),
    lost: list((r) => r.lost),
    doubled: list((r) => r.doubled),
    unexplained: list((r) => r.unexplained),
    stale: list((r) => r.stale),
    disordered: list((r) => r.disordered),
  };
}

describe('two workers under kills, freezes, lost, late and refused answers', () => {
  it('lose nothing and double nothing on Slack, keep the order and end with the last text', async () => {
    const { kills, messages, ...wrong } = await runs('slack');
    console.log(`Slack: ${messages} messages, ${kills} kills`);
    expect(kills).toBeGreaterThan(5_000);
    expect(wrong).toEqual({ lost: [], doubled: [], unexplained: [], stale: [], disordered: [] });
  });

  it('lose nothing on Teams, with at most one extra copy per answer that was never seen', async () => {
    const { kills, messages, doubled, ...wrong } = await runs('teams');
    console.log(`Teams: ${messages} messages, ${kills} kills, ${doubled.length} extra copies`);
    expect(wrong).toEqual({ lost: [], unexplained: [], stale: [], disordered: [] });
    // Without trouble there would be nothing to explain.
    expect(kills).toBeGreaterThan(5_000);
    expect(doubled.length).toBeGreaterThan(0);
  });

  it('double messages on Slack once a search finds nothing: the checker sees what reconcile prevents', async () => {
    const { doubled } = await runs('slack', false);
    expect(doubled.length).toBeGreaterThan(0);
  });
});
