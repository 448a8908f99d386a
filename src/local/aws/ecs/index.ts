import {
  ContinueServiceDeploymentCommand,
  DescribeClustersCommand,
  DescribeContainerInstancesCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  errorTypeRegistries,
  ListClustersCommand,
  ListContainerInstancesCommand,
  ListServiceDeploymentsCommand,
  ListServicesByNamespaceCommand,
  ListServicesCommand,
  ListTagsForResourceCommand,
  ListTaskDefinitionsCommand,
  ListTasksCommand,
  StopTaskCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { operation, operationsByName, type Service } from '../service.ts';
import { describeClusters, listClusters } from './clusters.ts';
import {
  describeServiceDeployments,
  describeServiceRevisions,
  listServiceDeployments,
} from './deployment-history.ts';
import { resourceArn } from './find.ts';
import { describeContainerInstances, listContainerInstances } from './instances.ts';
import { describeServices, listServices, listServicesByNamespace, listTagsForResource } from './services.ts';
import { describeTaskDefinition, listTaskDefinitions } from './task-definitions.ts';
import { describeTasks, listTasks } from './tasks.ts';
import { continueServiceDeployment, stopTask, updateService } from './writes.ts';

/** Amazon ECS. Resource types: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html */
export const ecs: Service = {
  prefix: 'ecs',
  signingName: 'ecs',
  xmlNamespace: 'http://ecs.amazonaws.com/doc/2014-11-13/',
  validationCode: 'InvalidParameterException',
  errorRegistries: errorTypeRegistries,
  operations: operationsByName([
    operation(ListClustersCommand, listClusters),
    operation(DescribeClustersCommand, describeClusters, {
      resources: ({ clusters }, ctx) =>
        (clusters ?? ['default']).map((each) => resourceArn('cluster', each, undefined, ctx)),
    }),
    operation(ListServicesCommand, listServices),
    operation(ListServicesByNamespaceCommand, listServicesByNamespace),
    operation(DescribeServicesCommand, describeServices, {
      resources: ({ services, cluster }, ctx) =>
        (services ?? []).map((each) => resourceArn('service', each, cluster, ctx)),
    }),
    operation(ListTagsForResourceCommand, listTagsForResource, {
      resources: ({ resourceArn: arn }) => [arn ?? '*'],
    }),
    operation(ListTasksCommand, listTasks),
    operation(DescribeTasksCommand, describeTasks, {
      resources: ({ tasks, cluster }, ctx) =>
        (tasks ?? []).map((each) => resourceArn('task', each, cluster, ctx)),
    }),
    operation(DescribeTaskDefinitionCommand, describeTaskDefinition),
    operation(ListTaskDefinitionsCommand, listTaskDefinitions),
    operation(ListContainerInstancesCommand, listContainerInstances, {
      resources: ({ cluster }, ctx) => [resourceArn('cluster', cluster, undefined, ctx)],
    }),
    operation(DescribeContainerInstancesCommand, describeContainerInstances, {
      resources: ({ containerInstances, cluster }, ctx) =>
        (containerInstances ?? []).map((each) => resourceArn('container-instance', each, cluster, ctx)),
    }),
    operation(ListServiceDeploymentsCommand, listServiceDeployments, {
      resources: ({ service, cluster }, ctx) => [resourceArn('service', service, cluster, ctx)],
    }),
    operation(DescribeServiceDeploymentsCommand, describeServiceDeployments, {
      resources: ({ serviceDeploymentArns }) => serviceDeploymentArns ?? [],
    }),
    operation(DescribeServiceRevisionsCommand, describeServiceRevisions, {
      resources: ({ serviceRevisionArns }) => serviceRevisionArns ?? [],
    }),
    operation(UpdateServiceCommand, updateService, {
      resources: ({ service, cluster }, ctx) => [resourceArn('service', service, cluster, ctx)],
      isWrite: true,
    }),
    operation(ContinueServiceDeploymentCommand, continueServiceDeployment, {
      resources: ({ serviceDeploymentArn }) => [serviceDeploymentArn ?? '*'],
      isWrite: true,
    }),
    operation(StopTaskCommand, stopTask, {
      resources: ({ task, cluster }, ctx) => [resourceArn('task', task, cluster, ctx)],
      isWrite: true,
    }),
  ]),
};
