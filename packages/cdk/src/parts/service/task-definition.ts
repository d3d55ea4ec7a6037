import { EPHEMERAL_STORAGE_GIB, type ServicePlan } from '@breakwater/plan';
import { Duration } from 'aws-cdk-lib';
import {
  AppProtocol,
  type ContainerDefinition,
  CpuArchitecture,
  FargateTaskDefinition,
  LinuxParameters,
  LogDrivers,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { lowerValue } from '../../references.ts';
import type { ServiceContext } from './context.ts';
import { imageOf } from './image.ts';
import type { ServiceRoles } from './roles.ts';
import { injectedSecrets } from './secrets.ts';
import { addSidecar } from './sidecar.ts';

const ARCHITECTURES = {
  X86_64: CpuArchitecture.X86_64,
  ARM64: CpuArchitecture.ARM64,
} satisfies Record<ServicePlan['architecture'], CpuArchitecture>;

const APP_PROTOCOLS = {
  http: AppProtocol.http,
  http2: AppProtocol.http2,
  grpc: AppProtocol.grpc,
} as const;

/** The service's container and its sidecar, as one Fargate task. */
export function createTaskDefinition(
  scope: Construct,
  context: ServiceContext,
  roles: Pick<ServiceRoles, 'executionRole' | 'taskRole'>,
  logGroup: LogGroup,
): { readonly taskDefinition: FargateTaskDefinition; readonly container: ContainerDefinition } {
  const { service, key, transform } = context;
  const taskDefinition = new FargateTaskDefinition(
    scope,
    'TaskDefinition',
    transform('taskDefinition', key, {
      family: service.taskFamily,
      cpu: service.cpuUnits,
      memoryLimitMiB: service.memoryMiB,
      // Only more than every task has can be asked for.
      ...(service.ephemeralStorageGiB > EPHEMERAL_STORAGE_GIB.included && {
        ephemeralStorageGiB: service.ephemeralStorageGiB,
      }),
      runtimePlatform: {
        cpuArchitecture: ARCHITECTURES[service.architecture],
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
      // As they stand: CDK would add grants of its own for logs, secrets, images and ECS Exec, next to the plan's.
      executionRole: roles.executionRole.withoutPolicyUpdates(),
      taskRole: roles.taskRole.withoutPolicyUpdates(),
    }),
  );
  const container = taskDefinition.addContainer(
    service.containerName,
    transform('container', key, {
      containerName: service.containerName,
      image: imageOf(context),
      essential: true,
      ...(service.command !== null && { command: [...service.command] }),
      portMappings: [
        {
          containerPort: service.port,
          // Service Connect finds the port by this name. ECS never changes a port's protocol: another one needs a new service.
          ...(service.connect?.server && {
            name: service.connect.server.discoveryName,
            appProtocol: APP_PROTOCOLS[service.connect.server.appProtocol],
          }),
        },
      ],
      environment: Object.fromEntries(
        Object.entries(service.environment).map(([name, value]) => [name, lowerValue(value, context)]),
      ),
      secrets: injectedSecrets(scope, context),
      stopTimeout: Duration.seconds(service.stopTimeoutSeconds),
      readonlyRootFilesystem: service.readonlyRootFilesystem,
      linuxParameters: new LinuxParameters(scope, 'LinuxParameters', {
        initProcessEnabled: service.initProcess,
      }),
      logging: LogDrivers.awsLogs({ logGroup, streamPrefix: service.logs.streamPrefix }),
    }),
  );
  if (service.tracing !== null) addSidecar(taskDefinition, service.tracing.sidecar, context, logGroup);
  return { taskDefinition, container };
}
