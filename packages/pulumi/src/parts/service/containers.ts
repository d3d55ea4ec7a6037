import { entry, type ServicePlan, type SidecarPlan } from '@breakwater/plan';
import type * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { lowerValue } from '../../references.ts';
import type { TransformTargets } from '../../transform.ts';
import type { ServiceContext } from './context.ts';

type Container = TransformTargets['container'];

/** What the service runs: the reference given, the plan's tag in its repository, or the plan's public image. */
function imageOf({ service, key, image, registries }: ServiceContext): pulumi.Input<string> {
  if (image !== null) return image;
  if (service.image.kind === 'image') return service.image.reference;
  const { repositoryUrl } = entry(registries.repositories, key, 'repository');
  return pulumi.interpolate`${repositoryUrl}:${service.image.tag}`;
}

/** The secrets that ECS reads when a task starts and gives to the container: only their ARNs are in the program's state. */
function injectedSecrets({ scope: { plan, place }, data, service }: ServiceContext) {
  return Object.entries(service.secrets).map(([name, { secret: key, key: field }]) => {
    const planned = entry(plan.secrets, key, 'secret');
    const arn =
      planned.kind === 'existing'
        ? place.arn('secretsmanager', `secret:${planned.name}`)
        : entry(data.secrets, key, 'secret').arn;
    return { name, valueFrom: field === null ? arn : pulumi.interpolate`${arn}:${field}::` };
  });
}

const logging = (service: ServicePlan, region: string, { name }: aws.cloudwatch.LogGroup) => ({
  logDriver: 'awslogs',
  options: {
    'awslogs-group': name,
    'awslogs-region': region,
    'awslogs-stream-prefix': service.logs.streamPrefix,
  },
});

/** The service's own container, in the words of ECS. */
export function serviceContainer(context: ServiceContext, logGroup: aws.cloudwatch.LogGroup): Container {
  const { scope, service } = context;
  const { server } = service.connect ?? { server: null };
  const environment = Object.entries(service.environment);
  const secrets = injectedSecrets(context);
  return {
    name: service.containerName,
    image: imageOf(context),
    essential: true,
    ...(service.command === null ? {} : { command: [...service.command] }),
    portMappings: [
      {
        containerPort: service.port,
        protocol: 'tcp',
        // Service Connect finds the port by this name. ECS never changes a port's protocol: another one needs a new service.
        ...(server === null ? {} : { name: server.discoveryName, appProtocol: server.appProtocol }),
      },
    ],
    ...(environment.length > 0
      ? { environment: environment.map(([name, value]) => ({ name, value: lowerValue(value, context) })) }
      : {}),
    ...(secrets.length > 0 ? { secrets } : {}),
    stopTimeout: service.stopTimeoutSeconds,
    readonlyRootFilesystem: service.readonlyRootFilesystem,
    linuxParameters: { initProcessEnabled: service.initProcess },
    logConfiguration: logging(service, scope.place.region, logGroup),
  };
}

/** The container that takes the service's traces and sends them to X-Ray. */
export function sidecarContainer(
  sidecar: SidecarPlan,
  { scope, service }: ServiceContext,
  logGroup: aws.cloudwatch.LogGroup,
): Container {
  const environment = Object.entries(sidecar.environment).map(([name, value]) => ({ name, value }));
  return {
    name: sidecar.name,
    image: sidecar.image,
    essential: sidecar.essential,
    cpu: sidecar.cpuUnits,
    memory: sidecar.memoryMiB,
    // A stream of its own: <prefix>/<container>/<task>.
    logConfiguration: logging(service, scope.place.region, logGroup),
    ...(environment.length > 0 ? { environment } : {}),
    ...(sidecar.port === null
      ? {}
      : { portMappings: [{ containerPort: sidecar.port.number, protocol: sidecar.port.protocol }] }),
    ...(sidecar.healthCheck === null
      ? {}
      : {
          healthCheck: {
            command: [...sidecar.healthCheck.command],
            interval: sidecar.healthCheck.intervalSeconds,
            timeout: sidecar.healthCheck.timeoutSeconds,
            retries: sidecar.healthCheck.retries,
          },
        }),
  };
}
