import { fallbackKey, TTL_MS } from './keys.ts';
import type { Table } from './table.ts';

/** Which incidents have been told past chat: once each. */
export interface FallbackStore {
  /**
   * Claims the notice of an incident. False: it was sent, or somebody else is sending it at this moment. A claimer that
   * died without a word holds it until `untilMs`.
   */
  claim(incident: string, at: { readonly nowMs: number; readonly untilMs: number }): Promise<boolean>;
  sent(incident: string, nowMs: number): Promise<void>;
  /** It could not be sent; somebody may try again. */
  release(incident: string): Promise<void>;
}

/** The notices in the table. */
export function makeFallbackStore(table: Table): FallbackStore {
  const expiresAt = (nowMs: number) => Math.ceil((nowMs + TTL_MS.fallback) / 1000);
  return {
    async claim(incident, { nowMs, untilMs }) {
      const key = fallbackKey(incident);
      const item = { ...key, untilMs, expiresAt: expiresAt(nowMs) };
      const found = await table.get(key);
      if (found === undefined) return table.put(item, 'absent');
      const heldUntilMs = found['untilMs'];
      if (found['sentAtMs'] !== undefined || typeof heldUntilMs !== 'number' || heldUntilMs > nowMs)
        return false;
      return table.put(item, { untilMs: heldUntilMs, sentAtMs: undefined });
    },
    async sent(incident, nowMs) {
      await table.update(fallbackKey(incident), { set: { sentAtMs: nowMs, expiresAt: expiresAt(nowMs) } });
    },
    async release(incident) {
      await table.delete(fallbackKey(incident), { sentAtMs: undefined });
    },
  };
}
