import {
  ClientException,
  type ContinueServiceDeploymentCommandInput,
  type ContinueServiceDeploymentResponse,
  InvalidParameterException,
  ServiceDeploymentNotFoundException,
  ServiceNotFoundException,
  type StopTaskCommandInput,
  type StopTaskResponse,
  type UpdateServiceCommandInput,
  type UpdateServiceResponse,
} from '@aws-sdk/client-ecs';
import type { WorldService } from '../../world/model.ts';
import type { Ctx } from '../service.ts';
import { findDeployment } from './deployment-history.ts';
import { clusterNamed, findService, lastPart, visibleTasks } from './find.ts';
import { serviceShape } from './service-shape.ts';
import { findDefinition } from './task-definitions.ts';
import { taskShape } from './tasks.ts';

/** Count, revision or a forced deployment. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html */
export function updateService(input: UpdateServiceCommandInput, ctx: Ctx): UpdateServiceResponse {
  const cluster = clusterNamed(input.cluster, ctx);
  const service = findService(cluster, input.service ?? '');
  if (service === undefined)
    throw new ServiceNotFoundException({ message: 'Service not found.', $metadata: {} });
  refuseForeignDeployments(input, service);
  if (service.strategy === 'DAEMON' && input.desiredCount !== undefined) {
    throw invalid(
      'The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again',
    );
  }
  const definition =
    input.taskDefinition === undefined ? undefined : findDefinition(input.taskDefinition, ctx);
  if (input.taskDefinition !== undefined && definition === undefined) {
    throw new ClientException({ message: 'TaskDefinition not found.', $metadata: {} });
  }
  ctx.world.updateService(service, {
    ...(input.desiredCount === undefined ? {} : { desired: input.desiredCount }),
    ...(definition === undefined ? {} : { taskDefinitionArn: definition.arn }),
    ...(input.forceNewDeployment ? { forceNewDeployment: true } : {}),
  });
  return { service: serviceShape(service, cluster, false) };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopTask.html */
export function stopTask(input: StopTaskCommandInput, ctx: Ctx): StopTaskResponse {
  const cluster = clusterNamed(input.cluster, ctx);
  const id = lastPart(input.task ?? '');
  const found = visibleTasks(cluster, ctx).find(({ task }) => task.id === id);
  if (found === undefined) throw invalid('The referenced task was not found.');
  if (found.task.lastStatus !== 'STOPPED') {
    ctx.world.stopTask(found.service, found.task, input.reason ?? 'Task stopped by user');
  }
  return { task: taskShape(found.task, found.service, cluster, ctx) };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContinueServiceDeployment.html */
export function continueServiceDeployment(
  input: ContinueServiceDeploymentCommandInput,
  ctx: Ctx,
): ContinueServiceDeploymentResponse {
  const arn = input.serviceDeploymentArn ?? '';
  const action: string = input.action ?? 'CONTINUE';
  if (action !== 'CONTINUE' && action !== 'ROLLBACK') throw invalid(`Invalid action: ${action}`);
  const found = findDeployment(arn, ctx);
  if (found === undefined) {
    throw new ServiceDeploymentNotFoundException({
      message: 'The specified service deployment does not exist.',
      $metadata: {},
    });
  }
  const { service, deployment } = found;
  const { hook } = deployment;
  if (hook?.id !== input.hookId)
    throw invalid(`Hook ${input.hookId} was not found for the service deployment.`);
  if (deployment.state !== 'IN_PROGRESS' || hook?.status !== 'AWAITING_ACTION') {
    throw invalid(`Hook ${input.hookId} is not in the AWAITING_ACTION status.`);
  }
  ctx.world.continueDeployment(service, deployment, action);
  return { serviceDeploymentArn: arn };
}

/** Only ECS's own controller lets UpdateService start a deployment. */
function refuseForeignDeployments(input: UpdateServiceCommandInput, service: WorldService): void {
  if (service.controller === 'ECS') return;
  const tool =
    service.controller === 'CODE_DEPLOY'
      ? ' Use AWS CodeDeploy to trigger a new deployment.'
      : ' Use the CreateTaskSet action to create a new task set.';
  if (input.taskDefinition !== undefined) {
    throw invalid(
      `Unable to update task definition on services with a ${service.controller} deployment controller.${tool}`,
    );
  }
  if (input.forceNewDeployment) {
    throw invalid(
      `Cannot force a new deployment on services with a ${service.controller} deployment controller.${tool}`,
    );
  }
}

function invalid(message: string): InvalidParameterException {
  return new InvalidParameterException({ message, $metadata: {} });
}
