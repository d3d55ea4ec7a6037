import type { SidecarPlan } from '@breakwater/plan';
import { Duration } from 'aws-cdk-lib';
import { LogDrivers, Protocol, type TaskDefinition } from 'aws-cdk-lib/aws-ecs';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { ServiceContext } from './context.ts';
import { imageReference } from './image.ts';

/** Adds the container that takes the service's traces and sends them to X-Ray. */
export function addSidecar(
  taskDefinition: TaskDefinition,
  sidecar: SidecarPlan,
  { service, key, transform }: ServiceContext,
  logGroup: ILogGroup,
): void {
  taskDefinition.addContainer(
    sidecar.name,
    transform('container', `${key}/${sidecar.name}`, {
      containerName: sidecar.name,
      image: imageReference(sidecar.image),
      essential: sidecar.essential,
      cpu: sidecar.cpuUnits,
      memoryLimitMiB: sidecar.memoryMiB,
      // A stream of its own: <prefix>/<container>/<task>.
      logging: LogDrivers.awsLogs({ logGroup, streamPrefix: service.logs.streamPrefix }),
      environment: { ...sidecar.environment },
      ...(sidecar.port === null
        ? {}
        : { portMappings: [{ containerPort: sidecar.port.number, protocol: Protocol.UDP }] }),
      ...(sidecar.healthCheck === null
        ? {}
        : {
            healthCheck: {
              command: [...sidecar.healthCheck.command],
              interval: Duration.seconds(sidecar.healthCheck.intervalSeconds),
              timeout: Duration.seconds(sidecar.healthCheck.timeoutSeconds),
              retries: sidecar.healthCheck.retries,
            },
          }),
    }),
  );
}
