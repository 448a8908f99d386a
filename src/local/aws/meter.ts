/** What a call is billed for: a unit of {@link PRICES} and how many. */
export interface Charge {
  readonly unit: keyof typeof PRICES;
  readonly count: number;
}

/**
 * List prices in us-east-1, dollars per unit, after the free tier of a month.
 * Sources: https://aws.amazon.com/cloudwatch/pricing/ (APIs), https://aws.amazon.com/sqs/pricing/. The DynamoDB
 * table is not metered: its price depends on item sizes that nobody here measures. Calls to ECS, Elastic Load
 * Balancing, Application Auto Scaling, STS and reading logs with FilterLogEvents cost nothing.
 */
export const PRICES = {
  'metric by GetMetricData': { dollars: 0.01 / 1000, freePerMonth: 0 },
  'CloudWatch request': { dollars: 0.01 / 1000, freePerMonth: 1_000_000 },
  'PutMetricData request': { dollars: 0.01 / 1000, freePerMonth: 1_000_000 },
  'SQS request': { dollars: 0.4 / 1_000_000, freePerMonth: 1_000_000 },
} as const;

/** One line of the report. `outcome` is `ok` or the error code that was answered. */
export interface MeterRow {
  readonly account: string;
  readonly region: string;
  readonly service: string;
  readonly operation: string;
  readonly outcome: string;
  readonly calls: number;
  readonly dollars: number;
}

/** `units` counts what is billed, free or not. */
export interface MeterReport {
  readonly calls: number;
  readonly dollars: number;
  readonly units: Readonly<Record<string, number>>;
  readonly rows: readonly MeterRow[];
}

/** Counts calls and dollars. */
export interface Meter {
  record(call: {
    readonly account: string;
    readonly region: string;
    readonly service: string;
    readonly operation: string;
    readonly outcome: string;
    readonly charge?: Charge | undefined;
  }): void;
  report(): MeterReport;
  reset(): void;
}

/** A meter that starts at nothing. Free tiers are counted per account from its start or last reset. */
export function makeMeter(): Meter {
  const rows = new Map<string, { -readonly [K in keyof MeterRow]: MeterRow[K] }>();
  const used = new Map<string, number>();
  const units: Record<string, number> = {};
  const dollarsFor = (account: string, charge: Charge | undefined): number => {
    if (charge === undefined) return 0;
    const price = PRICES[charge.unit];
    const key = `${account} ${charge.unit}`;
    const before = used.get(key) ?? 0;
    used.set(key, before + charge.count);
    units[charge.unit] = (units[charge.unit] ?? 0) + charge.count;
    const billable = (count: number) => Math.max(0, count - price.freePerMonth);
    return (billable(before + charge.count) - billable(before)) * price.dollars;
  };
  return {
    record({ charge, ...call }) {
      const key = JSON.stringify(call);
      const row = rows.get(key) ?? {
        account: call.account,
        region: call.region,
        service: call.service,
        operation: call.operation,
        outcome: call.outcome,
        calls: 0,
        dollars: 0,
      };
      row.calls += 1;
      row.dollars += dollarsFor(call.account, charge);
      rows.set(key, row);
    },
    report() {
      const all = [...rows.values()].map((row) => ({ ...row }));
      return {
        calls: all.reduce((sum, row) => sum + row.calls, 0),
        dollars: all.reduce((sum, row) => sum + row.dollars, 0),
        units: { ...units },
        rows: all,
      };
    },
    reset() {
      rows.clear();
      used.clear();
      for (const unit of Object.keys(units)) delete units[unit];
    },
  };
}
