/** How messages are delivered, all times in milliseconds. The `delivery` block of `deckhand.yaml` sets any of them. */
export interface DeliverySettings {
  /** The longest that one request to a platform may take. */
  readonly clientTimeoutMs: number;
  /** How long a channel or message is claimed for. */
  readonly leaseMs: number;
  /** How long after an attempt without an answer one looks whether it arrived. */
  readonly reconcileMs: number;
  /** How long after that one looks for late copies. */
  readonly verifyMs: number;
  /** How often a process looks for work of others: after a restart, from another replica. */
  readonly pollMs: number;
  /** First pause after a failed attempt; doubles up to `backoffMaxMs`. */
  readonly backoffMs: number;
  readonly backoffMaxMs: number;
  /** First pause of a channel that refuses us; doubles up to `pauseMaxMs`. `outbox resume` ends it. */
  readonly pauseMs: number;
  readonly pauseMaxMs: number;
  /** Slack: posts per channel. One a second, and a margin for uneven latency. */
  readonly slackPostEveryMs: number;
  /** Slack: edits per workspace. Tier 3 is about 50 a minute: 10 at once and 40 more in a minute. */
  readonly slackEditEveryMs: number;
  readonly slackEditBurst: number;
  /** Teams: posts and edits per thread. Its bucket holds 7; one stays for uneven latency. */
  readonly teamsEveryMs: number;
  readonly teamsBurst: number;
  /** Requests in flight per channel; at most one per thread, and one for the channel's own messages. */
  readonly parallel: number;
}

/** What holds where nothing is set. */
export const DELIVERY_DEFAULTS: DeliverySettings = {
  clientTimeoutMs: 10_000,
  leaseMs: 15_000,
  reconcileMs: 20_000,
  verifyMs: 60_000,
  pollMs: 1_000,
  backoffMs: 1_000,
  backoffMaxMs: 60_000,
  pauseMs: 60_000,
  pauseMaxMs: 1_800_000,
  slackPostEveryMs: 1_050,
  slackEditEveryMs: 1_500,
  slackEditBurst: 10,
  teamsEveryMs: 2_000,
  teamsBurst: 6,
  parallel: 4,
};

/** The configured settings, with the defaults for what is not set. */
export function deliveryWith(
  configured: { readonly [K in keyof DeliverySettings]?: number | undefined } = {},
): DeliverySettings {
  const set = Object.entries(configured).filter(([, value]) => value !== undefined);
  return { ...DELIVERY_DEFAULTS, ...Object.fromEntries(set) };
}

/** The times on which it rests that nothing is doubled; each must be shorter than the next. */
const RISING = ['clientTimeoutMs', 'leaseMs', 'reconcileMs', 'verifyMs'] as const;

/** What is wrong with the settings, in a sentence that names the two that contradict each other. */
export function deliveryProblem(settings: DeliverySettings): string | undefined {
  for (const [at, name] of RISING.entries()) {
    const next = RISING[at + 1];
    if (next !== undefined && settings[name] >= settings[next]) {
      return `${name} (${settings[name]}) must be less than ${next} (${settings[next]}): ${RISING.join(' < ')} keeps a message from being sent twice`;
    }
  }
  return undefined;
}

/** The same proportions on a faster clock: every time divided by `factor` (the kill test runs at 20). */
export function fasterDelivery(settings: DeliverySettings, factor: number): DeliverySettings {
  const scaled = Object.entries(settings).map(([name, value]: [string, number]) => [
    name,
    name.endsWith('Ms') ? value / factor : value,
  ]);
  return { ...settings, ...Object.fromEntries(scaled) };
}
