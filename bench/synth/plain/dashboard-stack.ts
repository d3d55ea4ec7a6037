import { type App, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { CatalogStack } from './catalog-stack.ts';
import type { FoundationStack } from './foundation-stack.ts';
import { env, region } from './names.ts';

export class DashboardStack extends Stack {
  constructor(
    app: App,
    id: string,
    { foundation, catalog, ...props }: StackProps & { foundation: FoundationStack; catalog: CatalogStack },
  ) {
    super(app, id, props);
    const dashboardName = `dashboard-catalog-${env}`;
    const metric = (
      namespace: string,
      metricName: string,
      dimensionsMap: Record<string, string>,
      statistic: string,
    ) =>
      new cloudwatch.Metric({ namespace, metricName, dimensionsMap, statistic, period: Duration.minutes(1) });
    const cluster = { ClusterName: `cluster-catalog-${env}` };
    const service = { ...cluster, ServiceName: `service-catalog-${env}` };
    const balancer = { LoadBalancer: foundation.balancer.loadBalancerFullName };
    const targets = { ...balancer, TargetGroup: catalog.targetGroup.targetGroupFullName };
    const alb = 'AWS/ApplicationELB';
    const widget = (title: string, left: cloudwatch.IMetric[], right: cloudwatch.IMetric[] = []) =>
      new cloudwatch.GraphWidget({ title, left, right, width: 12, height: 6 });
    new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName,
      widgets: [
        [
          widget(
            'Cluster CPU and memory',
            [metric('AWS/ECS', 'CPUUtilization', cluster, 'Average')],
            [metric('AWS/ECS', 'MemoryUtilization', cluster, 'Average')],
          ),
          widget('CPU', [metric('AWS/ECS', 'CPUUtilization', service, 'Average')]),
        ],
        [
          widget('Memory', [metric('AWS/ECS', 'MemoryUtilization', service, 'Average')]),
          widget('Running tasks', [metric('ECS/ContainerInsights', 'RunningTaskCount', service, 'Minimum')]),
        ],
        [
          widget('Request count', [metric(alb, 'RequestCount', balancer, 'Sum')]),
          widget('Target response time', [
            metric(alb, 'TargetResponseTime', balancer, 'Average'),
            metric(alb, 'TargetResponseTime', balancer, 'p99'),
          ]),
        ],
        [
          widget(
            '4xx and 5xx',
            [metric(alb, 'HTTPCode_Target_4XX_Count', balancer, 'Sum')],
            [
              metric(alb, 'HTTPCode_Target_5XX_Count', balancer, 'Sum'),
              metric(alb, 'HTTPCode_ELB_5XX_Count', balancer, 'Sum'),
            ],
          ),
          widget('Healthy hosts', [metric(alb, 'HealthyHostCount', targets, 'Minimum')]),
        ],
      ],
    });
    new CfnOutput(this, 'DashboardUrl', {
      value: `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName}`,
    });
  }
}
