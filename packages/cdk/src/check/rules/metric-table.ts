// Which metrics AWS publishes for Fargate and its load balancer, and under which dimensions.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html

interface MetricSet {
  readonly metrics: readonly string[];
  /** The sets of dimensions that carry them. */
  readonly dimensions: readonly (readonly string[])[];
}

const SERVICE = ['ClusterName', 'ServiceName'];

/** By namespace; namespaces that are not listed are not judged. */
export const METRICS: Readonly<Record<string, readonly MetricSet[]>> = {
  'AWS/ECS': [
    {
      metrics: ['CPUUtilization', 'MemoryUtilization', 'EBSFilesystemUtilization'],
      dimensions: [['ClusterName'], SERVICE],
    },
    {
      metrics: [
        'ActiveConnectionCount',
        'NewConnectionCount',
        'ProcessedBytes',
        'RequestCount',
        'GrpcRequestCount',
        'ClientTLSNegotiationErrorCount',
      ],
      dimensions: [['DiscoveryName'], ['DiscoveryName', ...SERVICE]],
    },
    {
      metrics: [
        'HTTPCode_Target_2XX_Count',
        'HTTPCode_Target_3XX_Count',
        'HTTPCode_Target_4XX_Count',
        'HTTPCode_Target_5XX_Count',
        'RequestCountPerTarget',
        'TargetProcessedBytes',
        'TargetResponseTime',
        'TargetTLSNegotiationErrorCount',
      ],
      dimensions: [['TargetDiscoveryName'], ['TargetDiscoveryName', ...SERVICE]],
    },
  ],
  'ECS/ContainerInsights': [
    {
      metrics: [
        'RunningTaskCount',
        'PendingTaskCount',
        'DesiredTaskCount',
        'DeploymentCount',
        'TaskSetCount',
      ],
      dimensions: [SERVICE],
    },
    { metrics: ['TaskCount', 'ServiceCount', 'ContainerInstanceCount'], dimensions: [['ClusterName']] },
    {
      metrics: [
        'CpuUtilized',
        'CpuReserved',
        'MemoryUtilized',
        'MemoryReserved',
        'NetworkRxBytes',
        'NetworkTxBytes',
        'StorageReadBytes',
        'StorageWriteBytes',
        'EphemeralStorageReserved',
        'EphemeralStorageUtilized',
      ],
      dimensions: [['ClusterName'], SERVICE, ['ClusterName', 'TaskDefinitionFamily']],
    },
  ],
  'AWS/ApplicationELB': [
    {
      metrics: [
        'RequestCount',
        'ActiveConnectionCount',
        'NewConnectionCount',
        'ConsumedLCUs',
        'ProcessedBytes',
        'HTTPCode_ELB_3XX_Count',
        'HTTPCode_ELB_4XX_Count',
        'HTTPCode_ELB_5XX_Count',
        'HTTPCode_ELB_500_Count',
        'HTTPCode_ELB_502_Count',
        'HTTPCode_ELB_503_Count',
        'HTTPCode_ELB_504_Count',
        'ClientTLSNegotiationErrorCount',
        'RejectedConnectionCount',
        'RuleEvaluations',
        'HTTP_Fixed_Response_Count',
        'HTTP_Redirect_Count',
        'DroppedInvalidHeaderRequestCount',
        'DesyncMitigationMode_NonCompliant_Request_Count',
      ],
      dimensions: [['LoadBalancer']],
    },
    {
      metrics: [
        'HTTPCode_Target_2XX_Count',
        'HTTPCode_Target_3XX_Count',
        'HTTPCode_Target_4XX_Count',
        'HTTPCode_Target_5XX_Count',
        'TargetConnectionErrorCount',
        'TargetResponseTime',
        'TargetTLSNegotiationErrorCount',
        'RequestCount',
      ],
      dimensions: [['LoadBalancer'], ['LoadBalancer', 'TargetGroup']],
    },
    {
      metrics: ['HealthyHostCount', 'UnHealthyHostCount', 'AnomalousHostCount', 'MitigatedHostCount'],
      dimensions: [['LoadBalancer', 'TargetGroup']],
    },
    {
      metrics: ['RequestCountPerTarget'],
      dimensions: [['TargetGroup'], ['LoadBalancer', 'TargetGroup']],
    },
  ],
};

/** Why no such metric is ever published; null when it is, or when its namespace is not ours to judge. */
export function metricProblem(namespace: string, name: string, dimensions: readonly string[]): string | null {
  const sets = METRICS[namespace];
  if (sets === undefined) return null;
  const named = sets.filter(({ metrics }) => metrics.includes(name));
  if (named.length === 0) {
    const home = Object.entries(METRICS).find(([, each]) =>
      each.some(({ metrics }) => metrics.includes(name)),
    );
    return `${namespace} has no metric ${name}${home === undefined ? '' : `; ${home[0]} has`}`;
  }
  const given = [...dimensions].sort().join(', ');
  const known = named.flatMap((set) => set.dimensions.map((each) => [...each].sort().join(', ')));
  // A load balancer's metrics exist by zone too.
  const withoutZone = given.replace(/^AvailabilityZone, /, '');
  return known.includes(withoutZone)
    ? null
    : `${namespace} publishes ${name} by ${known.join(' or ')}, not by ${given === '' ? 'nothing' : given}`;
}
