import {
  ClientException,
  type ContainerDefinition,
  type DescribeTaskDefinitionCommandInput,
  type DescribeTaskDefinitionResponse,
  type ListTaskDefinitionsCommandInput,
  type ListTaskDefinitionsResponse,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { WorldService, WorldTaskDefinition } from '../../world/model.ts';
import { type Ctx, clustersOf } from '../service.ts';
import { arnPage, lastPart } from './find.ts';

/** A revision by ARN, `family:revision`, or the newest of a family. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html */
export function describeTaskDefinition(
  input: DescribeTaskDefinitionCommandInput,
  ctx: Ctx,
): DescribeTaskDefinitionResponse {
  const found = findDefinition(input.taskDefinition ?? '', ctx);
  if (found === undefined) {
    throw new ClientException({ message: 'Unable to describe task definition.', $metadata: {} });
  }
  return {
    taskDefinition: definitionShape(found, ctx),
    ...(input.include?.includes('TAGS') ? { tags: [] } : {}),
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTaskDefinitions.html */
export function listTaskDefinitions(
  input: ListTaskDefinitionsCommandInput,
  ctx: Ctx,
): ListTaskDefinitionsResponse {
  const arns = knownDefinitions(ctx)
    .filter(
      (each) =>
        (input.familyPrefix === undefined || each.family === input.familyPrefix) &&
        (input.status === undefined || input.status === 'ACTIVE'),
    )
    .map((each) => each.arn);
  const page = arnPage('ListTaskDefinitions', input.sort === 'DESC' ? arns.toReversed() : arns, input, ctx);
  return { taskDefinitionArns: [...page.items], nextToken: page.next };
}

/** The revision of a service's family that a task or deployment uses. */
export function definitionOf(
  service: WorldService,
  revision: number,
  ctx: Ctx,
): WorldTaskDefinition | undefined {
  const arn = service.deployments.at(-1)?.taskDefinitionArn ?? service.name;
  const family = lastPart(arn).replace(/:\d+$/, '');
  return ctx.world.taskDefinition(`${family}:${revision}`, service.accountId, service.region);
}

/** Looks a revision up the way ECS reads a task definition argument. */
export function findDefinition(reference: string, ctx: Ctx): WorldTaskDefinition | undefined {
  if (/:\d+$/.test(reference)) return ctx.world.taskDefinition(reference, ctx.accountId, ctx.region);
  return knownDefinitions(ctx).findLast((each) => each.family === lastPart(reference));
}

/** Every revision that a deployment or task names, by family and revision: the world lists no others. */
function knownDefinitions(ctx: Ctx): readonly WorldTaskDefinition[] {
  const all = clustersOf(ctx)
    .flatMap((cluster) => cluster.services)
    .flatMap((service) =>
      [...service.deployments, ...service.tasks].map((each) => definitionOf(service, each.revision, ctx)),
    )
    .filter((each) => each !== undefined);
  const unique = [...new Map(all.map((each) => [each.arn, each])).values()];
  return unique.sort((a, b) => a.family.localeCompare(b.family) || a.revision - b.revision);
}

function definitionShape(definition: WorldTaskDefinition, ctx: Ctx): TaskDefinition {
  const fargate = definition.launchType === 'FARGATE';
  return {
    taskDefinitionArn: definition.arn,
    family: definition.family,
    revision: definition.revision,
    status: 'ACTIVE',
    networkMode: fargate ? 'awsvpc' : 'bridge',
    cpu: String(definition.cpu),
    memory: String(definition.memoryMiB),
    compatibilities: fargate ? ['EC2', 'FARGATE'] : [definition.launchType],
    requiresCompatibilities: [definition.launchType],
    runtimePlatform: {
      cpuArchitecture: definition.arch === 'ARM64' ? 'ARM64' : 'X86_64',
      operatingSystemFamily: 'LINUX',
    },
    executionRoleArn: `arn:aws:iam::${ctx.accountId}:role/ecsTaskExecutionRole`,
    taskRoleArn: `arn:aws:iam::${ctx.accountId}:role/${definition.family}`,
    registeredAt: new Date(definition.registeredAtMs),
    registeredBy: `arn:aws:iam::${ctx.accountId}:role/deploy`,
    containerDefinitions: definition.containers.map((each) => containerShape(each, ctx.region)),
    volumes: [],
    placementConstraints: [],
    requiresAttributes: [],
  };
}

function containerShape(
  container: WorldTaskDefinition['containers'][number],
  region: string,
): ContainerDefinition {
  return {
    name: container.name,
    image: container.image,
    essential: container.essential,
    cpu: container.cpu,
    ...(container.memoryMiB === undefined ? {} : { memory: container.memoryMiB }),
    portMappings: [],
    environment: [],
    mountPoints: [],
    volumesFrom: [],
    ...(container.healthCheck === undefined
      ? {}
      : {
          healthCheck: {
            command: ['CMD-SHELL', container.healthCheck],
            interval: 30,
            timeout: 5,
            retries: 3,
          },
        }),
    ...(container.logGroup === undefined
      ? {}
      : {
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': container.logGroup,
              'awslogs-region': region,
              'awslogs-stream-prefix': 'ecs',
            },
          },
        }),
  };
}
