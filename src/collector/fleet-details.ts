import type { AwsApi } from '../aws/api.ts';
import type { AccountConfig } from '../domain/accounts.ts';
import type { MissingPart, ScalingPolicy, ServiceSnapshot } from '../domain/fleet.ts';
import type { Clock } from '../domain/time.ts';
import { TimedCache } from './cache.ts';
import { nameKey } from './changes.ts';
import { logGroupsOf } from './log-groups.ts';
import { Failures } from './missing.ts';
import { forEachLimited } from './paging.ts';
import { readAllPolicies, readPolicies } from './service-details.ts';
import type { TaskDefinitions } from './task-definitions.ts';

export interface FleetDetailsOptions {
  readonly account: AccountConfig;
  readonly region: string;
  readonly api: AwsApi;
  readonly clock: Clock;
  readonly definitions: TaskDefinitions;
  readonly logGroupPattern: string | undefined;
}

/** Policies change seldom, no event tells of them, and whoever acts on one reads it live. */
const POLICIES_MS = 60 * 60 * 1000;
/** Up to so many services are asked for one by one; more are cheaper as one listing of fifty a page. */
const FEW = 3;

/**
 * What health does not need of one region's services: task definitions, scaling policies, log groups. Each is read
 * once (a definition ever, a policy an hour) and put to every later snapshot from memory.
 */
export class FleetDetails {
  readonly #options: FleetDetailsOptions;
  readonly #policies = new TimedCache<readonly ScalingPolicy[]>();

  constructor(options: FleetDetailsOptions) {
    this.#options = options;
  }

  /** Adds what is known. No call. */
  addKnown(service: ServiceSnapshot): ServiceSnapshot {
    const task = this.#options.definitions.known(this.#options, service.taskDefinition);
    const policies = this.#policies.get(nameKey(service.ref))?.value;
    return {
      ...service,
      ...(task ? { task } : {}),
      ...(policies ? { scalingPolicies: policies } : {}),
      logGroups: logGroupsOf(service.ref, task, this.#options.logGroupPattern),
    };
  }

  /** Reads what is not known yet of these services, and says what could not be read. */
  async learn(services: readonly ServiceSnapshot[]): Promise<readonly MissingPart[]> {
    const failures = new Failures(this.#options.account.name, this.#options.region);
    await Promise.all([this.#learnDefinitions(services, failures), this.#learnPolicies(services, failures)]);
    return failures.list();
  }

  async #learnDefinitions(services: readonly ServiceSnapshot[], failures: Failures): Promise<void> {
    const { definitions } = this.#options;
    const action = 'ecs:DescribeTaskDefinition';
    const arns = [...new Set(services.map((each) => each.taskDefinition))];
    const unknown = arns.filter((arn) => arn !== '' && !definitions.known(this.#options, arn));
    await forEachLimited(unknown, 8, async (arn) => {
      if (!failures.hopeless(action))
        await failures.attempt(action, () => definitions.read(this.#options, arn));
    });
  }

  async #learnPolicies(services: readonly ServiceSnapshot[], failures: Failures): Promise<void> {
    const { api, clock } = this.#options;
    const action = 'application-autoscaling:DescribeScalingPolicies';
    const sinceMs = clock.now() - POLICIES_MS;
    const scaled = services.filter((each) => each.scalingBounds);
    const stale = scaled.filter((each) => !this.#policies.isFresh(nameKey(each.ref), sinceMs));
    const readAtMs = clock.now();
    if (stale.length > FEW) {
      const all = await failures.attempt(action, () => readAllPolicies(api));
      for (const { ref } of all ? stale : []) {
        this.#policies.set(nameKey(ref), all?.get(nameKey(ref)) ?? [], readAtMs);
      }
      return;
    }
    await forEachLimited(stale, FEW, async ({ ref }) => {
      if (failures.hopeless(action)) return;
      const policies = await failures.attempt(action, () => readPolicies(api, ref));
      if (policies) this.#policies.set(nameKey(ref), policies, readAtMs);
    });
  }
}
