import type { SidecarPlan } from '@breakwater/plan';
import { Duration } from 'aws-cdk-lib';
import {
  type ContainerDefinitionOptions,
  LogDrivers,
  Protocol,
  type TaskDefinition,
} from 'aws-cdk-lib/aws-ecs';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { collectorConfig } from './collector-config.ts';
import type { ServiceContext } from './context.ts';
import { imageReference } from './image.ts';

/** Port of the X-Ray daemon: UDP for segments. https://docs.aws.amazon.com/xray/latest/devguide/xray-daemon.html */
const XRAY_PORT = 2000;

const byKind: Readonly<
  Record<SidecarPlan['kind'], (sidecar: SidecarPlan, region: string) => Partial<ContainerDefinitionOptions>>
> = {
  'otel-collector': (sidecar, region) => ({
    environment: { AOT_CONFIG_CONTENT: collectorConfig(sidecar, region) },
    // The image has no shell, so no CMD-SHELL. https://github.com/aws-observability/aws-otel-collector/blob/main/examples/ecs/aws-cloudwatch/ecs-fargate-sidecar.json
    healthCheck: {
      command: ['CMD', '/healthcheck'],
      interval: Duration.seconds(5),
      timeout: Duration.seconds(3),
      retries: 2,
    },
  }),
  'xray-daemon': () => ({ portMappings: [{ containerPort: XRAY_PORT, protocol: Protocol.UDP }] }),
};

/** Adds the container that takes the service's traces and sends them to X-Ray. */
export function addSidecar(
  taskDefinition: TaskDefinition,
  sidecar: SidecarPlan,
  { plan, service, key, transform }: ServiceContext,
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
      ...byKind[sidecar.kind](sidecar, plan.region),
    }),
  );
}
