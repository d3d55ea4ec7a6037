import { entry, isStaged } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { idOf, named, tagsOf } from '../../scope.ts';
import type { ServiceContext, TargetGroups } from './context.ts';
import type { ServiceRoles } from './roles.ts';
import { strategyArgs } from './strategy.ts';

/** What stands before the service. */
export interface Made {
  readonly taskDefinition: aws.ecs.TaskDefinition;
  readonly roles: ServiceRoles;
  readonly targetGroups: TargetGroups;
  readonly listenerRules: Readonly<Record<string, aws.lb.ListenerRule>>;
  readonly securityGroupRules: readonly pulumi.Resource[];
  readonly alarms: Readonly<Record<string, aws.cloudwatch.MetricAlarm>>;
}

/** The ECS service. */
export function createEcsService(context: ServiceContext, made: Made): aws.ecs.Service {
  const { scope, service, key, foundation, data } = context;
  const { deployment } = service;
  const rollbackAlarms = deployment.rollbackAlarms.map((alarm) => entry(made.alarms, alarm, 'alarm'));
  const connect = serviceConnect(context, made.roles.infrastructureRole);
  return new aws.ecs.Service(
    idOf(scope, key),
    scope.transform('service', key, {
      name: service.name,
      cluster: foundation.cluster.arn,
      taskDefinition: made.taskDefinition.arn,
      // Where nothing is said, Pulumi starts none.
      desiredCount: service.desiredCount,
      // Beside a strategy there must be no launch type, and without either it is EC2.
      capacityProviderStrategies: service.capacity.map(({ provider, weight, base }) => ({
        capacityProvider: provider,
        weight,
        base,
      })),
      // Otherwise another strategy would replace the service, and nothing would run in between.
      forceNewDeployment: true,
      deploymentMinimumHealthyPercent: deployment.minimumHealthyPercent,
      deploymentMaximumPercent: deployment.maximumPercent,
      deploymentCircuitBreaker: {
        enable: deployment.circuitBreaker.enabled,
        rollback: deployment.circuitBreaker.rollback,
      },
      deploymentConfiguration: strategyArgs(deployment),
      ...(rollbackAlarms.length > 0
        ? { alarms: { alarmNames: rollbackAlarms.map(({ name }) => name), enable: true, rollback: true } }
        : {}),
      availabilityZoneRebalancing: deployment.availabilityZoneRebalancing ? 'ENABLED' : 'DISABLED',
      enableExecuteCommand: service.executeCommand,
      ...(service.ingress === null
        ? {}
        : { healthCheckGracePeriodSeconds: service.ingress.health.gracePeriodSeconds }),
      networkConfiguration: {
        assignPublicIp: service.assignPublicIp,
        subnets: foundation.subnetsOf(service.subnetTier).map(({ id }) => id),
        securityGroups: [entry(foundation.securityGroups, service.securityGroup, 'security group').id],
      },
      ...targets(context, made),
      ...(connect === null ? {} : { serviceConnectConfiguration: connect }),
      propagateTags: service.propagateTags,
      enableEcsManagedTags: service.managedTags,
      // As CloudFormation does: the program ends when the deployment has, and fails when it has.
      waitForSteadyState: true,
      tags: tagsOf(scope, service.tags),
    }),
    named(scope, {
      // Where scaling owns the count, an update must not take back what scaling has done.
      ...(service.scaling === null ? {} : { ignoreChanges: ['desiredCount'] }),
      dependsOn: [
        foundation.capacityProviders,
        // Its tasks need the ways to the load balancer, the registry and the stores from their first second to their last.
        ...foundation.ways,
        ...made.securityGroupRules,
        ...made.roles.policies,
        // A target group that no listener leads to cannot take tasks.
        ...Object.values(made.listenerRules),
        ...rollbackAlarms,
        ...Object.values(service.secrets).flatMap(({ secret }) => data.secretVersions[secret] ?? []),
      ],
    }),
  );
}

/** Connects the service with its target groups: with one, or with both and the rule whose weights ECS moves. */
function targets({ service, key }: ServiceContext, made: Made): Pick<aws.ecs.ServiceArgs, 'loadBalancers'> {
  const { blue, green } = made.targetGroups;
  if (blue === null) return {};
  const target = {
    containerName: service.containerName,
    containerPort: service.port,
    targetGroupArn: blue.arn,
  };
  if (!isStaged(service.deployment.strategy)) return { loadBalancers: [target] };
  const [rule, ...others] = Object.values(made.listenerRules);
  const { infrastructureRole } = made.roles;
  // The plan refuses routes that need several: ECS moves the traffic of one.
  if (green === null || infrastructureRole === null || rule === undefined || others.length > 0)
    throw new Error(
      `${key} moves traffic between two target groups, but lacks one, the role for it or a rule of its own.`,
    );
  return {
    loadBalancers: [
      {
        ...target,
        advancedConfiguration: {
          alternateTargetGroupArn: green.arn,
          // A rule and not the listener: nobody can name a listener's default rule.
          productionListenerRule: rule.arn,
          roleArn: infrastructureRole.arn,
        },
      },
    ],
  };
}

/** Service Connect: the namespace for every service in it, and a name for those that others call. */
function serviceConnect(
  { service, key, foundation }: ServiceContext,
  infrastructureRole: aws.iam.Role | null,
): aws.types.input.ecs.ServiceServiceConnectConfiguration | null {
  const { connect } = service;
  if (connect === null) return null;
  if (foundation.namespace === null)
    throw new Error(`${key} uses Service Connect, but the cluster has no namespace.`);
  // By ARN: two systems of an account may have namespaces of the same name.
  const namespace = foundation.namespace.arn;
  const { server, tls } = connect;
  if (server === null) return { enabled: true, namespace };
  return {
    enabled: true,
    namespace,
    services: [
      {
        portName: server.discoveryName,
        discoveryName: server.discoveryName,
        clientAlias: [{ dnsName: server.dnsName, port: server.port }],
        timeout: {
          perRequestTimeoutSeconds: server.perRequestTimeoutSeconds,
          idleTimeoutSeconds: server.idleTimeoutSeconds,
        },
        ...(tls === null
          ? {}
          : {
              tls: {
                issuerCertAuthority: { awsPcaAuthorityArn: tls.certificateAuthorityArn },
                ...(infrastructureRole === null ? {} : { roleArn: infrastructureRole.arn }),
              },
            }),
      },
    ],
  };
}
