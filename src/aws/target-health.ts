import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { callAws, type RegionConnection } from './region-call.ts';

/** What the load balancer thinks of one target, in its own words. */
export interface TargetState {
  /** An IP address or an instance. */
  readonly id: string;
  readonly port: number | undefined;
  /** `healthy`, `unhealthy`, `initial`, `draining`, `unused` … */
  readonly state: string;
  /** `Target.ResponseCodeMismatch` and the like. */
  readonly reason: string | undefined;
  /** `Health checks failed with these codes: [503]`. Untrusted. */
  readonly description: string | undefined;
}

/** The targets of one account and region. Metrics say how many are healthy; this says why one is not. */
export interface TargetHealthReader {
  /** One target group. @throws NotFound, Denied, Throttled, Unreachable */
  ofGroup(targetGroupArn: string): Promise<readonly TargetState[]>;
}

/** Reads with the account's own clients, one call a group. */
export function makeTargetHealthReader(to: RegionConnection): TargetHealthReader {
  return {
    ofGroup: (targetGroupArn) =>
      callAws(to, 'elasticloadbalancing:DescribeTargetHealth', { elbReads: 1 }, async (within) => {
        const answer = await to.clients
          .elb()
          .send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }), within);
        return (answer.TargetHealthDescriptions ?? []).map(({ Target, TargetHealth }) => ({
          id: Target?.Id ?? '',
          port: Target?.Port,
          state: TargetHealth?.State ?? 'unknown',
          reason: TargetHealth?.Reason,
          description: TargetHealth?.Description,
        }));
      }),
  };
}
