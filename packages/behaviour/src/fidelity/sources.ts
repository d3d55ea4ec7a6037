/** Where the statements come from. Keys are short names used in the table of behaviours. */
export const SOURCES = {
  'AAS-TT':
    'https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html',
  'AAS-ACT':
    'https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scaling-activities.html',
  'AAS-API':
    'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html',
  'AAS-NSR': 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_NotScaledReason.html',
  'AWS-HR-BLOG':
    'https://aws.amazon.com/blogs/aws/amazon-ecs-introduces-new-high-resolution-metrics-for-faster-service-auto-scaling/',
  'ECS-TT':
    'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html',
  'ECS-AS': 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html',
  'ECS-UTIL': 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service_utilization.html',
  'ECS-DC': 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html',
  'ECS-CB': 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html',
  'ECS-TC': 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ThresholdConfiguration.html',
  'ECS-DA': 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html',
  'ECS-BG':
    'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html',
  'ECS-CANARY': 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/canary-deployment.html',
  'ECS-HOOKS': 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-lifecycle-hooks.html',
  'ECS-AZ': 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html',
  'ECS-LC': 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html',
  'ECS-THROTTLE': 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html',
  'ECS-CD': 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html',
  'ECS-HC': 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html',
  'ECS-CPSI':
    'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html',
  'FG-CP': 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html',
  'GH-2673': 'https://github.com/aws/containers-roadmap/issues/2673',
  'SC-C': 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html',
  'ALB-HC':
    'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html',
  'ALB-TGA':
    'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html',
  'ELB-TGA':
    'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html',
  'ELB-LBA':
    'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html',
  'ALB-RULE': 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html',
  'ALB-Q': 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html',
  'ALB-TS':
    'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html',
  'ALB-XFF': 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html',
  'ALB-TRACE':
    'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html',
  'CW-ALARM': 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html',
  'CW-PMA': 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html',
  'DDB-TTL': 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html',
  'CW-STAT': 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html',
} as const satisfies Readonly<Record<string, string>>;

/** A key of {@link SOURCES}. */
export type SourceKey = keyof typeof SOURCES;
