/** The rules by which incidents begin, group and end, and how Deckhand tells of its own trouble. Milliseconds. */
export interface IncidentSettings {
  /** The same service failing again within this time after its end reopens its incident. */
  readonly reopenMs: number;
  /** Fewer tasks than desired for so long without progress, and no event that says so, are an incident. */
  readonly silenceMs: number;
  /** A deployment that got nowhere for so long is an incident. */
  readonly stuckMs: number;
  /** So many failing stops of one service within this time are an incident. */
  readonly crashLoop: { readonly stops: number; readonly withinMs: number };
  /** So many services that fail for one reason within this time are one incident. */
  readonly group: { readonly services: number; readonly withinMs: number };
  /** An account and region that sends signs of life and is silent for longer is an incident. */
  readonly canaryMs: number;
  /** Every configured account and region must send signs of life, also one that was never heard of. */
  readonly expectCanaries: boolean;
  /** Publishes how many failures each service had as a CloudWatch metric. */
  readonly publishMetric: boolean;
  /** The SNS topic that hears of incidents while chat cannot be reached; undefined: none. */
  readonly fallbackTopicArn: string | undefined;
  /** Chat counts as out of reach when an alert could not be posted for so long. */
  readonly fallbackMs: number;
  /** What the subject of such a notice begins with. */
  readonly project: string;
  readonly environment: string | undefined;
}

const MINUTE_MS = 60_000;

/** What holds where nothing is set. */
export const INCIDENT_DEFAULTS: IncidentSettings = {
  reopenMs: 30 * MINUTE_MS,
  silenceMs: 5 * MINUTE_MS,
  stuckMs: 30 * MINUTE_MS,
  crashLoop: { stops: 3, withinMs: 10 * MINUTE_MS },
  group: { services: 3, withinMs: 5 * MINUTE_MS },
  canaryMs: 5 * MINUTE_MS,
  expectCanaries: false,
  publishMetric: true,
  fallbackTopicArn: undefined,
  fallbackMs: 5 * MINUTE_MS,
  project: 'Deckhand',
  environment: undefined,
};
