import { checkSeries } from './check-series.ts';
import { describe, nearest, type Path, type Problem } from './problems.ts';
import { accountId, findServices, namesOf, serviceAddresses } from './references.ts';
import type { ClusterSpec, Scenario, TimelineSpec } from './schema.ts';
import type { LogSpec, ServiceSpec } from './service-schema.ts';
import { EVENT_NAMES } from './vocabulary.ts';

/** What one key alone cannot tell: references, order, keys that exclude each other. */
export function crossChecks(scenario: Scenario): Problem[] {
  return [
    ...checkAccounts(scenario),
    ...scenario.accounts.flatMap((account, index) =>
      Object.entries(account.regions).flatMap(([region, { clusters }]) => {
        const path = ['accounts', index, 'regions', region, 'clusters'];
        return [...checkClusters(clusters, path), ...checkLoadBalancers(clusters, path)];
      }),
    ),
    ...scenario.timeline.flatMap((entry, index) => checkTimeline(scenario, entry, ['timeline', index])),
  ];
}

function checkAccounts(scenario: Scenario): Problem[] {
  const problems: Problem[] = [];
  const ids = new Map<string, number>();
  const names = new Map<string, number>();
  scenario.accounts.forEach((account, index) => {
    const id = accountId(account.id, index);
    const name = account.name ?? id;
    const sameId = ids.get(id);
    if (sameId !== undefined) problems.push(repeated(['accounts', index, 'id'], id, sameId));
    const sameName = names.get(name);
    if (sameName !== undefined) problems.push(repeated(['accounts', index, 'name'], name, sameName));
    ids.set(id, index);
    names.set(name, index);
  });
  return problems;
}

function repeated(path: Path, value: string, first: number): Problem {
  return {
    path,
    expected: 'a value that no other account has',
    found: `${describe(value)}, as in accounts[${first}]`,
  };
}

function checkClusters(clusters: Readonly<Record<string, ClusterSpec>>, path: Path): Problem[] {
  return Object.entries(clusters).flatMap(([name, cluster]) => [
    ...checkInstances(cluster, [...path, name, 'instances']),
    ...Object.entries(cluster.services).flatMap(([service, spec]) =>
      checkService(service, spec, [...path, name, 'services', service]),
    ),
  ]);
}

function checkInstances(cluster: ClusterSpec, path: Path): Problem[] {
  const ids = cluster.instances.map((instance) => instance.id);
  return ids.flatMap((id, index) =>
    id !== undefined && ids.indexOf(id) < index
      ? [
          {
            path: [...path, index, 'id'],
            expected: 'an id that is unique in its cluster',
            found: describe(id),
          },
        ]
      : [],
  );
}

/** A load balancer is named by its target groups; it has one type. */
function checkLoadBalancers(clusters: Readonly<Record<string, ClusterSpec>>, path: Path): Problem[] {
  const types = new Map<string, string>();
  const problems: Problem[] = [];
  for (const [cluster, { services }] of Object.entries(clusters)) {
    for (const [service, spec] of Object.entries(services)) {
      targetGroupPaths(spec).forEach(([group, keys]) => {
        if (group.loadBalancer === undefined) return;
        const known = types.get(group.loadBalancer) ?? group.type;
        types.set(group.loadBalancer, known);
        if (known === group.type) return;
        problems.push({
          path: [...path, cluster, 'services', service, ...keys, 'type'],
          expected: `${known}, as the other target groups of load balancer ${group.loadBalancer} say`,
          found: describe(group.type),
        });
      });
    }
  }
  return problems;
}

function targetGroupPaths(spec: ServiceSpec) {
  const list = spec.targetGroups ?? [];
  const single = spec.targetGroup ? [[spec.targetGroup, ['targetGroup']] as const] : [];
  return [...single, ...list.map((group, index) => [group, ['targetGroups', index]] as const)];
}

function checkService(name: string, spec: ServiceSpec, path: Path): Problem[] {
  return [
    ...exclusive(spec, ['launchType', 'capacityProviders'], path),
    ...exclusive(spec, ['targetGroup', 'targetGroups'], path),
    ...checkScaling(spec, path),
    ...checkDeployments(spec, path),
    ...checkSeries(spec.metrics, [...path, 'metrics']),
    ...spec.logs.flatMap((entry, index) => checkLog(name, spec, entry, [...path, 'logs', index])),
  ];
}

function exclusive(spec: ServiceSpec, keys: readonly (keyof ServiceSpec)[], path: Path): Problem[] {
  const given = keys.filter((key) => spec[key] !== undefined);
  const last = given.at(-1);
  if (given.length < 2 || last === undefined) return [];
  return [{ path: [...path, last], expected: `one of ${keys.join(' and ')}, not both`, found: 'both' }];
}

function checkScaling(spec: ServiceSpec, path: Path): Problem[] {
  const { scaling } = spec;
  if (!scaling || scaling.min <= scaling.max) return [];
  return [
    {
      path: [...path, 'scaling', 'min'],
      expected: `at most max (${scaling.max})`,
      found: describe(scaling.min),
    },
  ];
}

function checkDeployments(spec: ServiceSpec, path: Path): Problem[] {
  const deployments = spec.deployments ?? [];
  return deployments.flatMap((deployment, index) => {
    const before = deployments[index - 1]?.at;
    if (before === undefined || deployment.at === undefined || before <= deployment.at) return [];
    return [
      {
        path: [...path, 'deployments', index, 'at'],
        expected: 'a time after the deployment before it (newest last)',
        found: 'an earlier one',
      },
    ];
  });
}

function checkLog(name: string, spec: ServiceSpec, entry: LogSpec, path: Path): Problem[] {
  const problems: Problem[] = [];
  if ((entry.line === undefined) === (entry.lines === undefined)) {
    const found = entry.line === undefined ? 'neither' : 'both';
    problems.push({ path, expected: 'either line or lines', found });
  }
  if (entry.until !== undefined && entry.until < entry.at) {
    problems.push({ path: [...path, 'until'], expected: 'a time not before at', found: 'an earlier one' });
  }
  const containers = spec.containers?.map((container, index) =>
    containerName(container.name, index, name),
  ) ?? [name];
  if (entry.container !== undefined && !containers.includes(entry.container)) {
    problems.push({
      path: [...path, 'container'],
      expected: `a container of this service: ${containers.join(', ')}`,
      found: describe(entry.container),
      suggestion: nearest(entry.container, containers),
    });
  }
  return problems;
}

/** The name of a container that gives none. */
export function containerName(name: string | undefined, index: number, service: string): string {
  return name ?? (index === 0 ? service : `sidecar-${index}`);
}

function checkTimeline(scenario: Scenario, entry: TimelineSpec, path: Path): Problem[] {
  const kinds = ['eventName', 'event', 'set', 'throttle'] as const;
  const given = kinds.filter((kind) => entry[kind] !== undefined);
  if (given.length !== 1) {
    const found = given.length === 0 ? 'none of them' : given.join(' and ');
    return [{ path, expected: 'exactly one of eventName, event, set, throttle', found }];
  }
  return [
    ...checkReference(scenario, entry, path),
    ...checkEventName(entry, path),
    ...(entry.set && Object.keys(entry.set).length === 0
      ? [
          {
            path: [...path, 'set'],
            expected: 'at least one of desired, running, pending, targets',
            found: 'none',
          },
        ]
      : []),
    ...(entry.for !== undefined && entry.throttle === undefined
      ? [{ path: [...path, 'for'], expected: 'for only beside throttle', found: 'no throttle' }]
      : []),
  ];
}

function checkReference(scenario: Scenario, entry: TimelineSpec, path: Path): Problem[] {
  const at = [...path, 'service'];
  if (entry.service === undefined) {
    const needed = entry.eventName !== undefined || entry.set !== undefined;
    return needed ? [{ path: at, expected: 'cluster/service', found: 'nothing' }] : [];
  }
  const fits = findServices(scenario, entry.service);
  if (fits.length === 1) return [];
  const found = describe(entry.service);
  if (fits.length > 1) {
    const longer = fits.map((address) => namesOf(scenario, address).at(-2)).join(' or ');
    return [{ path: at, expected: `one service; write ${longer}`, found: `${found}, which fits several` }];
  }
  const known = serviceAddresses(scenario).map((address) => `${address.cluster}/${address.service}`);
  return [
    {
      path: at,
      expected: 'a service of this file, written cluster/service',
      found,
      suggestion: nearest(entry.service, known) ?? known.find((name) => name.endsWith(`/${entry.service}`)),
    },
  ];
}

/** Names that AWS may add are accepted, a slip of the pen is not. */
function checkEventName(entry: TimelineSpec, path: Path): Problem[] {
  if (entry.eventName === undefined || EVENT_NAMES.includes(entry.eventName)) return [];
  const suggestion = nearest(entry.eventName, EVENT_NAMES);
  if (suggestion === undefined) return [];
  return [
    {
      path: [...path, 'eventName'],
      expected: 'an event name that ECS sends',
      found: describe(entry.eventName),
      suggestion,
    },
  ];
}
