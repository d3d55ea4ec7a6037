import { at, flag, type Json, list, object, text } from '../cloudformation/json.ts';
import { parsed, pascal, renamed } from './shapes.ts';
import type { Translation } from './translations.ts';

/** The parts of `DeploymentConfiguration`, some of which are the service's own arguments in Pulumi. */
function deployment(inputs: Json): Json {
  return {
    ...object({ value: pascal(inputs['deploymentConfiguration']) }, 'value'),
    MinimumHealthyPercent: inputs['deploymentMinimumHealthyPercent'],
    MaximumPercent: inputs['deploymentMaximumPercent'],
    DeploymentCircuitBreaker: pascal(inputs['deploymentCircuitBreaker']),
    ...(inputs['alarms'] === undefined ? {} : { Alarms: pascal(inputs['alarms']) }),
  };
}

function connect(inputs: Json): Json {
  const given = object(inputs, 'serviceConnectConfiguration');
  if (Object.keys(given).length === 0) return {};
  const { services, ...rest } = given;
  return {
    ServiceConnectConfiguration: {
      ...renamed(rest),
      ...(services === undefined
        ? {}
        : {
            Services: list(given, 'services').map((service) => {
              const { clientAlias, tls, ...others } = object({ service }, 'service');
              return {
                ...renamed(others),
                ClientAliases: pascal(clientAlias),
                ...(tls === undefined
                  ? {}
                  : {
                      Tls: {
                        RoleArn: at(tls, 'roleArn'),
                        IssuerCertificateAuthority: pascal(at(tls, 'issuerCertAuthority')),
                      },
                    }),
              };
            }),
          }),
    },
  };
}

export const COMPUTE: Readonly<Record<string, Translation>> = {
  'aws:ecr/repository:Repository': {
    type: 'AWS::ECR::Repository',
    properties: (inputs) => ({
      ...renamed(inputs, {
        name: 'RepositoryName',
        forceDelete: 'EmptyOnDelete',
        encryptionConfigurations: null,
      }),
      EncryptionConfiguration: pascal(list(inputs, 'encryptionConfigurations')[0]),
    }),
  },
  'aws:ecs/cluster:Cluster': {
    type: 'AWS::ECS::Cluster',
    properties: (inputs) => renamed(inputs, { name: 'ClusterName', settings: 'ClusterSettings' }),
  },
  'aws:ecs/clusterCapacityProviders:ClusterCapacityProviders': {
    type: 'AWS::ECS::ClusterCapacityProviderAssociations',
    properties: (inputs) => ({
      DefaultCapacityProviderStrategy: [],
      ...renamed(inputs, { clusterName: 'Cluster' }),
    }),
  },
  'aws:ecs/service:Service': {
    type: 'AWS::ECS::Service',
    properties: (inputs, { ignoreChanges }) => {
      const network = object(inputs, 'networkConfiguration');
      return {
        ...renamed(inputs, {
          name: 'ServiceName',
          capacityProviderStrategies: 'CapacityProviderStrategy',
          deploymentConfiguration: null,
          deploymentMinimumHealthyPercent: null,
          deploymentMaximumPercent: null,
          deploymentCircuitBreaker: null,
          alarms: null,
          serviceConnectConfiguration: null,
          enableEcsManagedTags: 'EnableECSManagedTags',
          // How Pulumi goes about it; CloudFormation always does.
          waitForSteadyState: null,
          forceNewDeployment: null,
          // What is only said at creation belongs to others afterwards.
          ...(ignoreChanges.includes('desiredCount') ? { desiredCount: null } : {}),
        }),
        DeploymentConfiguration: deployment(inputs),
        ...connect(inputs),
        NetworkConfiguration: {
          AwsvpcConfiguration: {
            AssignPublicIp: flag(network, 'assignPublicIp') ? 'ENABLED' : 'DISABLED',
            Subnets: network['subnets'],
            SecurityGroups: network['securityGroups'],
          },
        },
      };
    },
  },
  'aws:ecs/taskDefinition:TaskDefinition': {
    type: 'AWS::ECS::TaskDefinition',
    properties: (inputs) => ({
      ...renamed(inputs, { containerDefinitions: null, ephemeralStorage: null }),
      EphemeralStorage: { SizeInGiB: at(inputs, 'ephemeralStorage', 'sizeInGib') },
      ContainerDefinitions: pascal(parsed(inputs['containerDefinitions']), ['options']),
    }),
  },
  'aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace': {
    type: 'AWS::ServiceDiscovery::PrivateDnsNamespace',
    properties: (inputs) => renamed(inputs),
  },
  'aws:servicediscovery/httpNamespace:HttpNamespace': {
    type: 'AWS::ServiceDiscovery::HttpNamespace',
    properties: (inputs) => renamed(inputs),
  },
  'aws:appautoscaling/target:Target': {
    type: 'AWS::ApplicationAutoScaling::ScalableTarget',
    properties: (inputs) => renamed(inputs, { tags: null }),
  },
  'aws:appautoscaling/policy:Policy': {
    type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
    properties: (inputs) => renamed(inputs, { name: 'PolicyName' }),
  },
};

/** A scheduled action as CloudFormation has it within its target. */
export function scheduledAction(inputs: Json): Json {
  return {
    ScheduledActionName: text(inputs, 'name'),
    Schedule: text(inputs, 'schedule'),
    Timezone: text(inputs, 'timezone'),
    ScalableTargetAction: pascal(inputs['scalableTargetAction']),
  };
}
