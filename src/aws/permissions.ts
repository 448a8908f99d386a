/**
 * What Deckhand can do in an account, and the IAM actions each ability needs: the one list behind the roles that
 * `infra` creates and the sentences that name what is missing.
 *
 * DescribeServices with `include: [TAGS]` needs no action of its own.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
 */
export const PERMISSIONS = {
  inventory: [
    'ecs:ListClusters',
    'ecs:ListServices',
    'ecs:DescribeServices',
    'elasticloadbalancing:DescribeTargetGroups',
    'application-autoscaling:DescribeScalableTargets',
  ],
  metrics: ['cloudwatch:GetMetricData'],
  service: ['ecs:DescribeTaskDefinition', 'application-autoscaling:DescribeScalingPolicies'],
  tasks: ['ecs:ListTasks', 'ecs:DescribeTasks'],
  history: ['ecs:ListServiceDeployments', 'ecs:DescribeServiceRevisions'],
  /** What an incident shows besides its event; each missing one leaves a part of the message out. */
  evidence: [
    'logs:GetLogEvents',
    'elasticloadbalancing:DescribeTargetHealth',
    'ecs:DescribeServiceDeployments',
  ],
  /**
   * Each click narrows its session to one of them on one ARN. The role's trust policy should allow
   * sts:SetSourceIdentity as well, so that CloudTrail names the person; writes work without it.
   */
  writes: ['ecs:UpdateService', 'ecs:StopTask', 'ecs:ContinueServiceDeployment'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/**
 * What Deckhand does in the account that it runs in, besides its own table and queue. `sns:Publish` on the topic for
 * when chat is out of reach; `cloudwatch:PutMetricData` under its namespace (`cloudwatch:namespace` as a condition).
 */
export const HUB_PERMISSIONS = {
  notices: ['sns:Publish'],
  ownMetrics: ['cloudwatch:PutMetricData'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** An IAM action that some capability names. */
export type IamAction =
  | (typeof PERMISSIONS)[keyof typeof PERMISSIONS][number]
  | (typeof HUB_PERMISSIONS)[keyof typeof HUB_PERMISSIONS][number];
