import type { AwsApi } from '../aws/api.ts';
import { CredentialProblem, translateAwsError } from '../aws/errors.ts';
import { type IamAction, PERMISSIONS } from '../aws/permissions.ts';
import type { AccountConfig } from '../domain/accounts.ts';
import { BadRequest, Denied, NotFound } from '../domain/errors.ts';
import { lastHour } from './metrics.ts';

/** How trying one action ended. `not_tried`: it changes something, or nothing can be asked with it. */
export type ActionOutcome = 'allowed' | 'denied' | 'failed' | 'not_tried';

export interface ActionTest {
  readonly region: string;
  /** The ability that needs it: `inventory`, `metrics` … */
  readonly capability: keyof typeof PERMISSIONS;
  readonly action: IamAction;
  readonly outcome: ActionOutcome;
  /** What AWS said, as a sentence; absent where the action is allowed. */
  readonly why?: string;
}

export interface AccountTest {
  readonly account: string;
  /** Whose credentials they are (sts:GetCallerIdentity); undefined when STS did not say. */
  readonly id: string | undefined;
  /** No usable credentials at all, in a sentence; then nothing else was tried. */
  readonly credentials?: string;
  readonly actions: readonly ActionTest[];
}

export interface AccountTestOptions {
  readonly account: AccountConfig;
  readonly api: (region: string) => AwsApi;
  /** Asks for one service's tasks; not there where nothing does. */
  readonly tasks?: (region: string) => Partial<Record<IamAction, (cluster: string) => Promise<unknown>>>;
  readonly identity: () => Promise<string | undefined>;
  readonly now: () => number;
}

/**
 * Tries every action that only reads, in every region of an account, with the smallest question there is, and past
 * every cache. A question about something that does not exist is allowed to fail: who may not ask is told so before.
 */
export async function testAccount(options: AccountTestOptions): Promise<AccountTest> {
  const { account } = options;
  const id = await options.identity();
  const regions = await Promise.all(account.regions.map((region) => testRegion(options, region)));
  const problem = regions.flat().find((each) => each.credentials !== undefined)?.credentials;
  return {
    account: account.name,
    id,
    ...(problem === undefined ? {} : { credentials: problem }),
    actions: regions.flat().flatMap(({ test }) => test),
  };
}

interface Tried {
  readonly test: ActionTest;
  readonly credentials?: string;
}

/** A region that gives no answer to the first question is asked no other. */
async function testRegion(options: AccountTestOptions, region: string): Promise<readonly Tried[]> {
  const api = options.api(region);
  const listing = await tryAction(
    { region, capability: 'inventory', action: 'ecs:ListClusters' },
    options.account.name,
    () => api.listClusters(),
  );
  const isSilent = listing.test.outcome === 'failed';
  const cluster = isSilent ? 'default' : await anyCluster(api);
  const probes = isSilent
    ? {}
    : { ...readingProbes(api, cluster, options.now()), ...bound(options.tasks?.(region), cluster) };
  const tests = allActions()
    .filter(({ action }) => action !== 'ecs:ListClusters')
    .map((each) => tryAction({ region, ...each }, options.account.name, probes[each.action]));
  return [listing, ...(await Promise.all(tests))];
}

function allActions(): readonly Pick<ActionTest, 'capability' | 'action'>[] {
  return Object.entries(PERMISSIONS).flatMap(([capability, actions]) =>
    // The keys of PERMISSIONS are its own.
    actions.map((action) => ({ capability: capability as keyof typeof PERMISSIONS, action })),
  );
}

const NOT_TRIED = 'It changes something, needs something to ask about, or the region gives no answer.';

type Probes = Partial<Record<IamAction, () => Promise<unknown>>>;

async function tryAction(
  of: Pick<ActionTest, 'region' | 'capability' | 'action'>,
  account: string,
  probe: (() => Promise<unknown>) | undefined,
): Promise<Tried> {
  if (!probe)
    return {
      test: { ...of, outcome: 'not_tried', why: NOT_TRIED },
    };
  try {
    await probe();
    return { test: { ...of, outcome: 'allowed' } };
  } catch (error) {
    const known = translateAwsError(error, { account, region: of.region, action: of.action });
    if (known instanceof NotFound || known instanceof BadRequest)
      return { test: { ...of, outcome: 'allowed' } };
    const why = known.message;
    if (known instanceof CredentialProblem)
      return { test: { ...of, outcome: 'failed', why }, credentials: why };
    return { test: { ...of, outcome: known instanceof Denied ? 'denied' : 'failed', why } };
  }
}

/** A cluster to ask about; the name of the one that every account has at first where none can be listed. */
async function anyCluster(api: AwsApi): Promise<string> {
  const page = await api.listClusters().catch(() => undefined);
  return page?.items[0]?.split('/').at(-1) ?? 'default';
}

const NOBODY = 'deckhand-permission-check';

function readingProbes(api: AwsApi, cluster: string, nowMs: number): Probes {
  const query = {
    id: 'q0',
    namespace: 'AWS/ECS',
    metric: 'CPUUtilization',
    dimensions: { ClusterName: cluster, ServiceName: NOBODY },
    stat: 'Average',
  };
  return {
    'ecs:ListServices': () => api.listServices(cluster),
    'ecs:DescribeServices': () => api.describeServices(cluster, [NOBODY]),
    'ecs:DescribeTaskDefinition': () => api.describeTaskDefinition(`${NOBODY}:1`),
    'elasticloadbalancing:DescribeTargetGroups': () => api.describeTargetGroups(),
    'application-autoscaling:DescribeScalableTargets': () =>
      api.describeScalableTargets([`service/${cluster}/${NOBODY}`]),
    'application-autoscaling:DescribeScalingPolicies': () =>
      api.describeScalingPolicies(`service/${cluster}/${NOBODY}`),
    'cloudwatch:GetMetricData': () =>
      api.getMetricData({ queries: [query], periodSeconds: 300, ...lastHour(nowMs) }),
  };
}

function bound(
  probes: Partial<Record<IamAction, (cluster: string) => Promise<unknown>>> | undefined,
  cluster: string,
): Probes {
  const entries = Object.entries(probes ?? {}).map(
    ([action, probe]) => [action, () => probe(cluster)] as const,
  );
  return Object.fromEntries(entries);
}
