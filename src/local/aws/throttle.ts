/** A token bucket: `burst` tokens at most, `perSecond` new ones. */
export interface BucketSize {
  readonly burst: number;
  readonly perSecond: number;
}

interface BucketRule extends BucketSize {
  readonly name: string;
  /** `service:Operation`, with `*`. */
  readonly actions: readonly string[];
  readonly source: string;
}

const ECS_PAGE = 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html';
const CLOUDWATCH_PAGE =
  'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html';
const LOGS_PAGE = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html';
const ELB_PAGE = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html';

/** First match wins. One bucket per account, region and rule. What no rule names is not throttled here. */
export const BUCKET_RULES: readonly BucketRule[] = [
  rule('ecs service read', ['ecs:DescribeServices', 'ecs:ListServices'], 100, 20, ECS_PAGE),
  rule('ecs cluster read', ['ecs:DescribeClusters', 'ecs:ListClusters'], 50, 20, ECS_PAGE),
  rule('ecs task read', ['ecs:ListTasks', 'ecs:DescribeTasks'], 100, 20, ECS_PAGE),
  rule('ecs service write', ['ecs:UpdateService'], 50, 5, ECS_PAGE),
  rule('ecs namespace read', ['ecs:ListServicesByNamespace'], 10, 1, ECS_PAGE),
  rule('ecs other read', ['ecs:Describe*', 'ecs:List*'], 100, 20, ECS_PAGE),
  rule('ecs other write', ['ecs:*'], 40, 5, ECS_PAGE),
  rule('GetMetricData', ['cloudwatch:GetMetricData'], 50, 50, CLOUDWATCH_PAGE),
  rule('GetMetricStatistics', ['cloudwatch:GetMetricStatistics'], 400, 400, CLOUDWATCH_PAGE),
  rule('ListMetrics', ['cloudwatch:ListMetrics'], 25, 25, CLOUDWATCH_PAGE),
  rule('PutMetricData', ['cloudwatch:PutMetricData'], 500, 500, CLOUDWATCH_PAGE),
  rule('DescribeAlarms', ['cloudwatch:DescribeAlarms'], 9, 9, CLOUDWATCH_PAGE),
  rule('elb read', ['elasticloadbalancing:Describe*'], 40, 10, ELB_PAGE),
  rule('FilterLogEvents', ['logs:FilterLogEvents'], 5, 5, LOGS_PAGE),
  rule('GetLogEvents', ['logs:GetLogEvents'], 10, 10, LOGS_PAGE),
  rule('DescribeLogGroups', ['logs:DescribeLogGroups'], 10, 10, LOGS_PAGE),
  rule('DescribeLogStreams', ['logs:DescribeLogStreams'], 25, 25, LOGS_PAGE),
];

/** Buckets that are not counted in calls. Source: CloudWatch service quotas, GetMetricData datapoints per second. */
export const AMOUNT_BUCKETS: Readonly<Record<string, BucketSize>> = {
  'datapoints of the last 3 hours': { burst: 180_000, perSecond: 180_000 },
  'older datapoints': { burst: 90_000, perSecond: 90_000 },
};

/** Decides whether a call is let through. */
export interface Throttle {
  /** Takes one token for the action (`service:Operation`); false when its bucket is empty. */
  admit(account: string, region: string, action: string): boolean;
  /** Takes `amount` from one of {@link AMOUNT_BUCKETS}; an amount over the burst needs a full bucket. */
  spend(account: string, region: string, bucket: string, amount: number): boolean;
}

/** Full buckets that refill on the given clock (milliseconds). */
export function makeThrottle(systemNow: () => number, rules: readonly BucketRule[] = BUCKET_RULES): Throttle {
  const levels = new Map<string, { tokens: number; atMs: number }>();
  const take = (key: string, size: BucketSize, amount: number): boolean => {
    const now = systemNow();
    const level = levels.get(key) ?? { tokens: size.burst, atMs: now };
    const refilled = level.tokens + (Math.max(0, now - level.atMs) / 1000) * size.perSecond;
    const tokens = Math.min(size.burst, refilled);
    const needed = Math.min(amount, size.burst);
    const admitted = tokens >= needed;
    levels.set(key, { tokens: admitted ? tokens - needed : tokens, atMs: now });
    return admitted;
  };
  return {
    admit(account, region, action) {
      const found = rules.find((each) => each.actions.some((pattern) => fits(pattern, action)));
      return found === undefined || take(`${account}/${region}/${found.name}`, found, 1);
    },
    spend(account, region, bucket, amount) {
      const size = AMOUNT_BUCKETS[bucket];
      return size === undefined || take(`${account}/${region}/${bucket}`, size, amount);
    },
  };
}

function rule(
  name: string,
  actions: readonly string[],
  burst: number,
  perSecond: number,
  source: string,
): BucketRule {
  return { name, actions, burst, perSecond, source };
}

function fits(pattern: string, action: string): boolean {
  return pattern.endsWith('*') ? action.startsWith(pattern.slice(0, -1)) : pattern === action;
}
