/** Where a table comes from and when it was read. */
export interface Source {
  readonly title: string;
  readonly url: string;
  /** ISO date on which the values were checked. */
  readonly checked: string;
}

/** Sources of all tables. */
export const SOURCES = {
  fargate: {
    title: 'Amazon ECS task definition parameters for Fargate: task size',
    url: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html',
    checked: '2026-11-20',
  },
  names: {
    title: 'Names and limits of each service, from its API reference',
    url: 'https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html',
    checked: '2026-11-20',
  },
  regions: {
    title: 'AWS Regions and Availability Zones',
    url: 'https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html',
    checked: '2026-11-20',
  },
  logs: {
    title: 'CloudWatch Logs PutRetentionPolicy',
    url: 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html',
    checked: '2026-11-20',
  },
  engines: {
    title: 'Amazon RDS and Aurora PostgreSQL release calendars',
    url: 'https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html',
    checked: '2026-11-20',
  },
  loadBalancer: {
    title: 'Elastic Load Balancing API: target groups, rules, attributes',
    url: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html',
    checked: '2026-11-20',
  },
  sidecars: {
    title: 'AWS Distro for OpenTelemetry collector, releases',
    url: 'https://github.com/aws-observability/aws-otel-collector/releases',
    checked: '2026-11-20',
  },
  scaling: {
    title: 'Application Auto Scaling target tracking; Amazon ECS deployments',
    url: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html',
    checked: '2026-11-20',
  },
} as const satisfies Record<string, Source>;
