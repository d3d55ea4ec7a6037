import type {
  ClusterModel,
  ConnectModel,
  ContainerModel,
  DeploymentModel,
  NamespaceModel,
  RepositoryModel,
  ScalingModel,
  ServiceModel,
  TaskDefinitionModel,
} from '../model.ts';
import type { Assembly } from './assembly.ts';
import { at, flag, list, number, object, text, texts } from './json.ts';
import { nameIn, namesIn, pointingAt, propertiesOf, removalOf, statementsOf, tagsOf } from './words.ts';

export function readRepositories(assembly: Assembly): readonly RepositoryModel[] {
  return assembly.of('AWS::ECR::Repository').map((resource) => {
    const { name, properties } = resource;
    const rules: unknown = JSON.parse(text(properties, 'LifecyclePolicy', 'LifecyclePolicyText') ?? '{}');
    const counting = list(rules, 'rules').find(
      (rule) => text(rule, 'selection', 'countType') === 'imageCountMoreThan',
    );
    return {
      name,
      scanOnPush: flag(properties, 'ImageScanningConfiguration', 'ScanOnPush'),
      mutableTags: (text(properties, 'ImageTagMutability') ?? 'MUTABLE') === 'MUTABLE',
      keepImages: number(counting, 'selection', 'countNumber'),
      encryption: text(properties, 'EncryptionConfiguration', 'EncryptionType') ?? 'AES256',
      emptyOnDelete: flag(properties, 'EmptyOnDelete'),
      removal: removalOf(resource),
      public: statementsOf(properties['RepositoryPolicyText']).some(({ principals }) =>
        principals.includes('*'),
      ),
    };
  });
}

export function readClusters(assembly: Assembly): readonly ClusterModel[] {
  const associations = assembly.of('AWS::ECS::ClusterCapacityProviderAssociations');
  return assembly.of('AWS::ECS::Cluster').map(({ name, properties }) => {
    const insights = list(properties, 'ClusterSettings').find(
      (setting) => text(setting, 'Name') === 'containerInsights',
    );
    const value = text(insights, 'Value');
    const association = propertiesOf(pointingAt(associations, 'Cluster', name)[0]);
    const exec = object(properties, 'Configuration', 'ExecuteCommandConfiguration');
    return {
      name,
      containerInsights: value === 'enabled' || value === 'enhanced' ? value : 'disabled',
      capacityProviders: [
        ...texts(properties, 'CapacityProviders'),
        ...texts(association, 'CapacityProviders'),
      ],
      execLogGroup: text(exec, 'LogConfiguration', 'CloudWatchLogGroupName'),
    };
  });
}

export function readNamespaces(assembly: Assembly): readonly NamespaceModel[] {
  return assembly
    .of('AWS::ServiceDiscovery::PrivateDnsNamespace', 'AWS::ServiceDiscovery::HttpNamespace')
    .map(({ name, type, properties }) => ({
      name,
      kind: type.includes('Private') ? 'private-dns' : 'http',
      vpc: text(properties, 'Vpc') === null ? null : nameIn(text(properties, 'Vpc')),
    }));
}

const STRATEGIES = ['ROLLING', 'BLUE_GREEN', 'CANARY', 'LINEAR'] as const;

function deployment(properties: unknown): DeploymentModel {
  const settings = object(properties, 'DeploymentConfiguration');
  const { CanaryConfiguration: canary, LinearConfiguration: linear } = settings;
  return {
    strategy: STRATEGIES.find((each) => each === text(settings, 'Strategy')) ?? 'ROLLING',
    minimumHealthyPercent: number(settings, 'MinimumHealthyPercent'),
    maximumPercent: number(settings, 'MaximumPercent'),
    circuitBreaker: {
      enabled: flag(settings, 'DeploymentCircuitBreaker', 'Enable'),
      rollback: flag(settings, 'DeploymentCircuitBreaker', 'Rollback'),
    },
    alarms: {
      names: flag(settings, 'Alarms', 'Enable') ? namesIn(settings, 'Alarms', 'AlarmNames') : [],
      rollback: flag(settings, 'Alarms', 'Rollback'),
    },
    bakeMinutes: number(settings, 'BakeTimeInMinutes'),
    canary:
      canary === undefined
        ? null
        : {
            percent: number(canary, 'CanaryPercent') ?? 0,
            bakeMinutes: number(canary, 'CanaryBakeTimeInMinutes') ?? 0,
          },
    linear:
      linear === undefined
        ? null
        : {
            percent: number(linear, 'StepPercent') ?? 0,
            bakeMinutes: number(linear, 'StepBakeTimeInMinutes') ?? 0,
          },
  };
}

function connect(properties: unknown): ConnectModel | null {
  const settings = object(properties, 'ServiceConnectConfiguration');
  if (!flag(settings, 'Enabled')) return null;
  return {
    namespace: nameIn(text(settings, 'Namespace')),
    services: list(settings, 'Services').map((service) => {
      const authority = text(service, 'Tls', 'IssuerCertificateAuthority', 'AwsPcaAuthorityArn');
      return {
        portName: text(service, 'PortName') ?? '',
        discoveryName: text(service, 'DiscoveryName'),
        aliases: list(service, 'ClientAliases').map((alias) => ({
          dnsName: text(alias, 'DnsName') ?? '',
          port: number(alias, 'Port') ?? 0,
        })),
        perRequestTimeoutSeconds: number(service, 'Timeout', 'PerRequestTimeoutSeconds'),
        idleTimeoutSeconds: number(service, 'Timeout', 'IdleTimeoutSeconds'),
        tls:
          authority === null
            ? null
            : { certificateAuthority: authority, role: nameIn(text(service, 'Tls', 'RoleArn')) },
      };
    }),
  };
}

export function readServices(assembly: Assembly): readonly ServiceModel[] {
  const rules = assembly.of('AWS::ElasticLoadBalancingV2::ListenerRule');
  const pathsOf = (rule: string): readonly string[] =>
    pathPatterns(rules.find(({ name }) => name === rule)?.properties);
  return assembly.of('AWS::ECS::Service').map((resource) => {
    const { name, properties } = resource;
    const network = object(properties, 'NetworkConfiguration', 'AwsvpcConfiguration');
    return {
      name,
      cluster: nameIn(text(properties, 'Cluster')),
      taskFamily: nameIn(text(properties, 'TaskDefinition')),
      desiredCount: number(properties, 'DesiredCount'),
      launchType: text(properties, 'LaunchType'),
      capacity: list(properties, 'CapacityProviderStrategy').map((each) => ({
        provider: text(each, 'CapacityProvider') ?? '',
        weight: number(each, 'Weight') ?? 0,
        base: number(each, 'Base') ?? 0,
      })),
      subnets: namesIn(network, 'Subnets'),
      securityGroups: namesIn(network, 'SecurityGroups'),
      assignPublicIp: text(network, 'AssignPublicIp') === 'ENABLED',
      executeCommand: flag(properties, 'EnableExecuteCommand'),
      gracePeriodSeconds: number(properties, 'HealthCheckGracePeriodSeconds'),
      zoneRebalancing: text(properties, 'AvailabilityZoneRebalancing') === 'ENABLED',
      deployment: deployment(properties),
      targets: list(properties, 'LoadBalancers').map((each) => {
        const advanced = at(each, 'AdvancedConfiguration');
        const rule = text(advanced, 'ProductionListenerRule');
        return {
          container: text(each, 'ContainerName') ?? '',
          port: number(each, 'ContainerPort') ?? 0,
          targetGroup: nameIn(text(each, 'TargetGroupArn')),
          alternate:
            advanced === undefined
              ? null
              : {
                  targetGroup: nameIn(text(advanced, 'AlternateTargetGroupArn')),
                  rulePaths: rule === null ? null : pathsOf(nameIn(rule)),
                  role: nameIn(text(advanced, 'RoleArn')),
                },
        };
      }),
      connect: connect(properties),
      propagateTags: text(properties, 'PropagateTags'),
      tags: tagsOf(resource),
    };
  });
}

/** Path patterns of a listener rule. */
export function pathPatterns(properties: unknown): readonly string[] {
  return list(properties, 'Conditions').flatMap((condition) =>
    text(condition, 'Field') === 'path-pattern'
      ? [...texts(condition, 'PathPatternConfig', 'Values'), ...texts(condition, 'Values')]
      : [],
  );
}

function container(definition: unknown): ContainerModel {
  const options = object(definition, 'LogConfiguration', 'Options');
  const group = text(options, 'awslogs-group');
  return {
    name: text(definition, 'Name') ?? '',
    image: text(definition, 'Image') ?? '',
    // A container is essential unless it says otherwise.
    essential: text(definition, 'Essential') !== 'false',
    cpu: number(definition, 'Cpu'),
    memory: number(definition, 'Memory'),
    ports: list(definition, 'PortMappings').map((each) => ({
      port: number(each, 'ContainerPort') ?? 0,
      protocol: text(each, 'Protocol') ?? 'tcp',
      name: text(each, 'Name'),
      appProtocol: text(each, 'AppProtocol'),
    })),
    environment: Object.fromEntries(
      list(definition, 'Environment').map((each) => [text(each, 'Name') ?? '', text(each, 'Value') ?? '']),
    ),
    secrets: Object.fromEntries(
      list(definition, 'Secrets').map((each) => [
        text(each, 'Name') ?? '',
        injected(text(each, 'ValueFrom')),
      ]),
    ),
    logGroup: group === null ? null : nameIn(group),
    streamPrefix: text(options, 'awslogs-stream-prefix'),
    command: texts(definition, 'Command'),
    stopTimeoutSeconds: number(definition, 'StopTimeout'),
  };
}

/** `arn:…:secret:<name>:<json key>:<stage>:<id>` */
function injected(from: string | null): { readonly secret: string; readonly key: string | null } {
  const found = /^(arn:aws:secretsmanager:[^:]*:[^:]*:secret:[^:]+)(?::([^:]*):[^:]*:[^:]*)?$/.exec(
    from ?? '',
  );
  return { secret: nameIn(found?.[1] ?? from), key: found?.[2] || null };
}

export function readTaskDefinitions(assembly: Assembly): readonly TaskDefinitionModel[] {
  return assembly.of('AWS::ECS::TaskDefinition').map(({ name, properties }) => ({
    family: name,
    cpu: number(properties, 'Cpu') ?? 0,
    memory: number(properties, 'Memory') ?? 0,
    networkMode: text(properties, 'NetworkMode') ?? '',
    compatibilities: texts(properties, 'RequiresCompatibilities'),
    executionRole: nameIn(text(properties, 'ExecutionRoleArn')),
    taskRole: nameIn(text(properties, 'TaskRoleArn')),
    containers: list(properties, 'ContainerDefinitions').map(container),
  }));
}

export function readScaling(assembly: Assembly): readonly ScalingModel[] {
  const policies = assembly.of('AWS::ApplicationAutoScaling::ScalingPolicy');
  return assembly
    .of('AWS::ApplicationAutoScaling::ScalableTarget')
    .map(({ logicalId, stack, properties }) => {
      const resourceId = text(properties, 'ResourceId') ?? '';
      const own = policies.filter((policy) => {
        const target = text(policy.properties, 'ScalingTargetId');
        return target === null
          ? text(policy.properties, 'ResourceId') === resourceId
          : policy.stack === stack && nameIn(target) === logicalId;
      });
      return {
        service: resourceId.split('/').at(-1) ?? '',
        minimum: number(properties, 'MinCapacity') ?? 0,
        maximum: number(properties, 'MaxCapacity') ?? 0,
        policies: own.map((policy) => {
          const tracking = object(policy.properties, 'TargetTrackingScalingPolicyConfiguration');
          return {
            name: policy.name,
            metric:
              text(tracking, 'PredefinedMetricSpecification', 'PredefinedMetricType') ??
              text(tracking, 'CustomizedMetricSpecification', 'MetricName') ??
              '',
            target: number(tracking, 'TargetValue') ?? 0,
            scaleInCooldownSeconds: number(tracking, 'ScaleInCooldown'),
            scaleOutCooldownSeconds: number(tracking, 'ScaleOutCooldown'),
            disableScaleIn: flag(tracking, 'DisableScaleIn'),
          };
        }),
      };
    });
}
