import { EPHEMERAL_STORAGE_GIB } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { child, idOf, tagsOf } from '../../scope.ts';
import { serviceContainer, sidecarContainer } from './containers.ts';
import type { ServiceContext } from './context.ts';
import type { ServiceRoles } from './roles.ts';

/** The service's container and its sidecar, as one Fargate task. */
export function createTaskDefinition(
  context: ServiceContext,
  roles: ServiceRoles,
  logGroup: aws.cloudwatch.LogGroup,
): aws.ecs.TaskDefinition {
  const { scope, service, key } = context;
  const sidecar = service.tracing?.sidecar ?? null;
  const containers = [
    scope.transform('container', key, serviceContainer(context, logGroup)),
    ...(sidecar === null
      ? []
      : [
          scope.transform(
            'container',
            `${key}/${sidecar.name}`,
            sidecarContainer(sidecar, context, logGroup),
          ),
        ]),
  ];
  return new aws.ecs.TaskDefinition(
    idOf(scope, key),
    scope.transform('taskDefinition', key, {
      family: service.taskFamily,
      cpu: String(service.cpuUnits),
      memory: String(service.memoryMiB),
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      // Only more than every task has can be asked for.
      ...(service.ephemeralStorageGiB > EPHEMERAL_STORAGE_GIB.included
        ? { ephemeralStorage: { sizeInGib: service.ephemeralStorageGiB } }
        : {}),
      runtimePlatform: { cpuArchitecture: service.architecture, operatingSystemFamily: 'LINUX' },
      executionRoleArn: roles.executionRole.arn,
      taskRoleArn: roles.taskRole.arn,
      containerDefinitions: pulumi.jsonStringify(containers),
      tags: tagsOf(scope, service.tags),
    }),
    child(scope),
  );
}
