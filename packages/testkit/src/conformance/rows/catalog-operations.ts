import { dashboardOf, holds, named, only, onlyTask, pick, same, shows } from './looking.ts';
import type { Row } from './row.ts';

/** Rows about running the catalogue: tracing, alarms, dashboard and deployments. */
export const OPERATIONS: readonly Row[] = [
  {
    id: 'catalog/tracing',
    requirement:
      'Distributed tracing to X-Ray through a collector sidecar. The OpenTelemetry collector is the default; the classic X-Ray daemon sidecar (UDP 2000, `AWS_XRAY_DAEMON_ADDRESS`) stays selectable.',
    expectations: [
      {
        name: 'the OpenTelemetry collector beside the service, pinned and not essential',
        check: (model) => {
          const { definition, container, taskRole } = onlyTask(model);
          const sidecar = only(
            definition.containers.filter((each) => each !== container),
            'sidecar',
          );
          holds(
            /^public\.ecr\.aws\/aws-observability\/aws-otel-collector:v\d+\.\d+\.\d+$/.test(sidecar.image),
            `the collector's image is ${sidecar.image}`,
          );
          same(sidecar.essential, false, 'whether tasks stop with the collector');
          same(
            container.environment['OTEL_EXPORTER_OTLP_ENDPOINT'],
            'http://localhost:4318',
            'OTEL_EXPORTER_OTLP_ENDPOINT',
          );
          holds(
            taskRole.statements.some(({ actions }) => actions.includes('xray:PutTraceSegments')),
            'the task role may not send traces',
          );
        },
      },
      {
        name: 'the X-Ray daemon on UDP 2000 where it is chosen',
        variant: 'xray-daemon',
        check: (model) => {
          const { definition, container, taskRole } = onlyTask(model);
          const sidecar = only(
            definition.containers.filter((each) => each !== container),
            'sidecar',
          );
          holds(/\/xray\/aws-xray-daemon:\d/.test(sidecar.image), `the daemon's image is ${sidecar.image}`);
          same(
            sidecar.ports.map(({ port, protocol }) => [port, protocol]),
            [[2000, 'udp']],
            'ports of the daemon',
          );
          same(container.environment['AWS_XRAY_DAEMON_ADDRESS'], '127.0.0.1:2000', 'AWS_XRAY_DAEMON_ADDRESS');
          holds(
            taskRole.statements.some(({ actions }) => actions.includes('xray:PutTraceSegments')),
            'the task role may not send traces',
          );
        },
      },
    ],
  },
  {
    id: 'catalog/alarms',
    requirement:
      'Service CPU above 80 % for 2 of 2 periods; running tasks below 2 for 2 periods (the metric must be one that exists for Fargate). Actions to an SNS topic when the definition names subscribers.',
    expectations: [
      {
        name: 'CPU of the service above 80 % for 2 of 2 periods',
        check: (model) => {
          const alarm = only(
            model.alarms.filter(({ metric }) => metric.name === 'CPUUtilization'),
            'alarm on CPU',
          );
          same(
            pick(alarm, 'comparison', 'threshold', 'evaluationPeriods', 'datapointsToAlarm'),
            {
              comparison: 'GreaterThanThreshold',
              threshold: 80,
              evaluationPeriods: 2,
              datapointsToAlarm: 2,
            },
            alarm.name,
          );
          same(
            pick(alarm.metric, 'namespace', 'dimensions'),
            {
              namespace: 'AWS/ECS',
              dimensions: { ClusterName: 'cluster-catalog-dev', ServiceName: 'service-catalog-dev' },
            },
            'metric',
          );
        },
      },
      {
        name: 'running tasks below 2 for 2 periods, on Container Insights’ metric',
        check: (model) => {
          const alarm = only(
            model.alarms.filter(({ metric }) => metric.name === 'RunningTaskCount'),
            'alarm on running tasks',
          );
          same(
            pick(alarm, 'comparison', 'threshold', 'evaluationPeriods', 'datapointsToAlarm'),
            { comparison: 'LessThanThreshold', threshold: 2, evaluationPeriods: 2, datapointsToAlarm: 2 },
            alarm.name,
          );
          same(
            pick(alarm.metric, 'namespace', 'dimensions'),
            {
              namespace: 'ECS/ContainerInsights',
              dimensions: { ClusterName: 'cluster-catalog-dev', ServiceName: 'service-catalog-dev' },
            },
            'metric',
          );
        },
      },
      {
        name: 'without subscribers there is no topic',
        check: ({ topics, alarms }) => {
          same(topics, [], 'topics');
          same(
            alarms.flatMap(({ actions }) => actions),
            [],
            'actions',
          );
        },
      },
      {
        name: 'with subscribers every alarm tells the topic, and the topic them',
        variant: 'subscribers',
        check: ({ topics, alarms }) => {
          const { name, subscriptions } = only(topics, 'topic');
          same(subscriptions, [{ protocol: 'email', endpoint: 'ops@example.com' }], 'subscriptions');
          holds(alarms.length >= 2, 'expected two alarms');
          for (const alarm of alarms) same(alarm.actions, [name], `actions of ${alarm.name}`);
        },
      },
    ],
  },
  {
    id: 'catalog/dashboard',
    requirement: 'CPU, memory, target response time, request count, running tasks, healthy hosts.',
    expectations: [
      {
        name: 'all six, with the dimensions that their metrics have',
        check: (model) => {
          const service = { ClusterName: 'cluster-catalog-dev', ServiceName: 'service-catalog-dev' };
          const balancer = { LoadBalancer: 'app/alb-catalog-dev/id' };
          const { targetGroup = '' } = only(model.services, 'service').targets[0] ?? {};
          shows(model, 'AWS/ECS', 'CPUUtilization', service);
          shows(model, 'AWS/ECS', 'MemoryUtilization', service);
          shows(model, 'ECS/ContainerInsights', 'RunningTaskCount', service);
          shows(model, 'AWS/ApplicationELB', 'TargetResponseTime', balancer);
          shows(model, 'AWS/ApplicationELB', 'RequestCount', balancer);
          shows(model, 'AWS/ApplicationELB', 'HealthyHostCount', {
            ...balancer,
            TargetGroup: `targetgroup/${targetGroup}/id`,
          });
          same(dashboardOf(model).name, 'dashboard-catalog-dev', 'dashboard');
        },
      },
    ],
  },
  {
    id: 'catalog/deployments',
    requirement: 'Two target groups ready for blue/green.',
    expectations: [
      {
        name: 'two target groups, of which the rolling service uses one',
        check: (model) => {
          const service = only(model.services, 'service');
          const used = service.targets.map(({ targetGroup }) => targetGroup);
          same(model.targetGroups.length, 2, 'target groups');
          same(used.length, 1, 'target groups in use');
          named(model.targetGroups, used[0] ?? '');
        },
      },
    ],
  },
];
