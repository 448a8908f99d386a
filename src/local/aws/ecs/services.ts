import {
  type DescribeServicesCommandInput,
  type DescribeServicesResponse,
  InvalidParameterException,
  type ListServicesByNamespaceCommandInput,
  type ListServicesByNamespaceResponse,
  type ListServicesCommandInput,
  type ListServicesResponse,
  type ListTagsForResourceCommandInput,
  type ListTagsForResourceResponse,
  NamespaceNotFoundException,
  ServiceNotFoundException,
} from '@aws-sdk/client-ecs';
import { type Ctx, clustersOf } from '../service.ts';
import { arnPage, clusterNamed, findService, resourceArn } from './find.ts';
import { serviceShape, tagsShape } from './service-shape.ts';

/** Ten a page unless asked for more. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServices.html */
export function listServices(input: ListServicesCommandInput, ctx: Ctx): ListServicesResponse {
  const cluster = clusterNamed(input.cluster, ctx);
  const arns = cluster.services
    .filter(
      (service) =>
        (input.launchType === undefined || service.launchType === input.launchType) &&
        (input.schedulingStrategy === undefined || service.strategy === input.schedulingStrategy),
    )
    .map((service) => service.arn);
  const page = arnPage('ListServices', arns, input, ctx);
  return { serviceArns: [...page.items], nextToken: page.next };
}

/** Up to ten services. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html */
export function describeServices(input: DescribeServicesCommandInput, ctx: Ctx): DescribeServicesResponse {
  const cluster = clusterNamed(input.cluster, ctx);
  const asked = (input.services ?? []).map((reference) => ({
    reference,
    found: findService(cluster, reference),
  }));
  const withTags = input.include?.includes('TAGS') ?? false;
  return {
    services: asked.flatMap(({ found }) =>
      found === undefined ? [] : [serviceShape(found, cluster, withTags)],
    ),
    failures: asked.flatMap(({ reference, found }) =>
      found === undefined
        ? [{ arn: resourceArn('service', reference, cluster.name, ctx), reason: 'MISSING' }]
        : [],
    ),
  };
}

/** The simulated services use no Service Connect namespace, so every namespace is unknown. */
export function listServicesByNamespace(
  _input: ListServicesByNamespaceCommandInput,
  _ctx: Ctx,
): ListServicesByNamespaceResponse {
  throw new NamespaceNotFoundException({ message: 'The specified namespace was not found.', $metadata: {} });
}

/** Tags of a service; clusters, tasks and the rest carry none here. */
export function listTagsForResource(
  input: ListTagsForResourceCommandInput,
  ctx: Ctx,
): ListTagsForResourceResponse {
  const arn = input.resourceArn ?? '';
  if (!/^arn:aws[\w-]*:ecs:/.test(arn)) {
    throw new InvalidParameterException({ message: 'Invalid ARN', $metadata: {} });
  }
  if (!arn.includes(':service/')) return { tags: [] };
  const found = clustersOf(ctx)
    .map((cluster) => findService(cluster, arn))
    .find((service) => service !== undefined);
  if (found === undefined)
    throw new ServiceNotFoundException({ message: 'Service not found.', $metadata: {} });
  return { tags: tagsShape(found) };
}
