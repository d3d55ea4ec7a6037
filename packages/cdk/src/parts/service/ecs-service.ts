import { entry, isStaged } from '@breakwater/plan';
import { Annotations, Duration } from 'aws-cdk-lib';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import {
  AlternateTarget,
  AvailabilityZoneRebalancing,
  type CfnService,
  FargateService,
  type FargateServiceProps,
  ListenerRuleConfiguration,
  PropagatedTagSource,
  type ServiceConnectProps,
} from 'aws-cdk-lib/aws-ecs';
import { ApplicationTargetGroup, type IApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import type { ServiceParts } from '../../parts.ts';
import type { ServiceContext } from './context.ts';
import { monitoredMetrics } from './scaling.ts';
import { strategyProps } from './strategy.ts';

type Made = Pick<ServiceParts, 'taskDefinition' | 'infrastructureRole' | 'targetGroups' | 'listenerRules'>;

/** The ECS service. */
export function createEcsService(scope: Construct, context: ServiceContext, made: Made): FargateService {
  const { plan, service, key, transform, foundation } = context;
  const { deployment } = service;
  const rollbackAlarms = deployment.rollbackAlarms.map((alarm) => entry(plan.alarms, alarm, 'alarm').name);
  const connect = serviceConnect(context, made.infrastructureRole);
  const props: FargateServiceProps = {
    serviceName: service.name,
    cluster: foundation.cluster,
    taskDefinition: made.taskDefinition,
    // Where scaling owns the count, a template must not set it: each update would take back what scaling has done.
    // ECS then starts one task and scaling lifts the service to its minimum as soon as it is registered.
    // A wanted count above the minimum cannot be said here: whoever deploys sets it once, after the service was created.
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ecs-service.html
    ...(service.scaling === null && { desiredCount: service.desiredCount }),
    capacityProviderStrategies: service.capacity.map(({ provider, weight, base }) => ({
      capacityProvider: provider,
      weight,
      base,
    })),
    minHealthyPercent: deployment.minimumHealthyPercent,
    maxHealthyPercent: deployment.maximumPercent,
    circuitBreaker: {
      enable: deployment.circuitBreaker.enabled,
      rollback: deployment.circuitBreaker.rollback,
    },
    ...strategyProps(deployment),
    // By name and not by reference: an alarm may watch what stands on the service.
    ...(rollbackAlarms.length > 0 && { deploymentAlarms: { alarmNames: rollbackAlarms } }),
    availabilityZoneRebalancing: deployment.availabilityZoneRebalancing
      ? AvailabilityZoneRebalancing.ENABLED
      : AvailabilityZoneRebalancing.DISABLED,
    enableExecuteCommand: service.executeCommand,
    ...(service.ingress !== null && {
      healthCheckGracePeriod: Duration.seconds(service.ingress.health.gracePeriodSeconds),
    }),
    assignPublicIp: service.assignPublicIp,
    vpcSubnets: { subnets: foundation.subnetsOf(service.subnetTier) },
    securityGroups: [
      SecurityGroup.fromSecurityGroupId(
        scope,
        'SecurityGroup',
        entry(foundation.securityGroups, service.securityGroup, 'security group').securityGroupId,
        // The plan has all rules: CDK adds none.
        { mutable: false },
      ),
    ],
    ...(connect !== null && { serviceConnectConfiguration: connect }),
    propagateTags: PropagatedTagSource[service.propagateTags],
    enableECSManagedTags: service.managedTags,
  };
  const ecsService = new FargateService(scope, 'Service', transform('service', key, props));
  const fineMetrics = monitoredMetrics(service.scaling?.policies ?? []);
  if (fineMetrics.length > 0) {
    // L1: the L2 service has no property for it. It can go as soon as it has one.
    // `defaultChild` of an L2 service is the CfnService that it makes.
    const resource = ecsService.node.defaultChild as CfnService;
    resource.monitoring = { metricConfigurations: [{ metricNames: fineMetrics, resolutionSeconds: 20 }] };
  }
  attachTargets(ecsService, context, made);
  return ecsService;
}

/** Connects the service with its target groups: with one, or with both and the rule whose weights ECS moves. */
function attachTargets(ecsService: FargateService, { service, key }: ServiceContext, made: Made): void {
  const { blue, green } = made.targetGroups;
  if (blue === null) return;
  const container = { containerName: service.containerName, containerPort: service.port };
  if (!isStaged(service.deployment.strategy)) {
    // It waits for the rules by itself: a target group that no listener leads to cannot take tasks.
    ecsService.loadBalancerTarget(container).attachToApplicationTargetGroup(blue);
    return;
  }
  const [rule, ...others] = Object.values(made.listenerRules);
  // The plan refuses routes that need several: ECS moves the traffic of one.
  if (green === null || made.infrastructureRole === null || rule === undefined || others.length > 0)
    throw new Error(
      `${key} moves traffic between two target groups, but lacks one, the role for it or a rule of its own.`,
    );
  const alternateTarget = new AlternateTarget('Alternate', {
    alternateTargetGroup: green,
    // A rule and not the listener: nobody can name a listener's default rule in a template.
    productionListener: ListenerRuleConfiguration.applicationListenerRule(rule),
    // CDK's own would be another one, with a name that the plan does not know.
    role: made.infrastructureRole.withoutPolicyUpdates(),
  });
  ecsService
    .loadBalancerTarget({ ...container, alternateTarget })
    .attachToApplicationTargetGroup(withoutDependencies(ecsService, blue));
}

/** The same target group without what it waits for: the service names the rule already, and cfn-lint objects to saying it twice. */
function withoutDependencies(scope: Construct, group: ApplicationTargetGroup): IApplicationTargetGroup {
  const imported = ApplicationTargetGroup.fromTargetGroupAttributes(scope, 'Blue', {
    targetGroupArn: group.targetGroupArn,
  });
  Annotations.of(imported).acknowledgeWarning(
    '@aws-cdk/aws-elbv2:albTargetGroupCannotRegisterConnectable',
    'The plan has the rules of all security groups.',
  );
  return imported;
}

/** Service Connect: the namespace for every service in it, and a name for those that others call. */
function serviceConnect(
  { service, key, foundation }: ServiceContext,
  infrastructureRole: ServiceParts['infrastructureRole'],
): ServiceConnectProps | null {
  const { connect } = service;
  if (connect === null) return null;
  if (foundation.namespace === null)
    throw new Error(`${key} uses Service Connect, but the cluster has no namespace.`);
  // By ARN: two systems of an account may have namespaces of the same name.
  const namespace = foundation.namespace.namespaceArn;
  const { server, tls } = connect;
  if (server === null) return { namespace };
  return {
    namespace,
    services: [
      {
        portMappingName: server.discoveryName,
        discoveryName: server.discoveryName,
        dnsName: server.dnsName,
        port: server.port,
        perRequestTimeout: Duration.seconds(server.perRequestTimeoutSeconds),
        idleTimeout: Duration.seconds(server.idleTimeoutSeconds),
        ...(tls !== null && {
          tls: {
            awsPcaAuthorityArn: tls.certificateAuthorityArn,
            ...(infrastructureRole !== null && { role: infrastructureRole.withoutPolicyUpdates() }),
          },
        }),
      },
    ],
  };
}
