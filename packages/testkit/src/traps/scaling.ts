import type { TrapGroup } from './trap.ts';

const PLAN = 'packages/plan/src/resolve/resolve.test.ts';
const OPTIONS = 'packages/plan/test/options.test.ts';
const CHECK = 'packages/cdk/test/check-cases-operations.ts';
const SCALING = 'packages/cdk/src/parts/service/scaling.test.ts';
const TRACKING = 'packages/behaviour/src/scaling/target-tracking.test.ts';

/** Scaling, metrics and alarms. */
export const SCALING_TRAPS: TrapGroup = {
  title: 'Scaling, metrics and alarms',
  traps: [
    {
      number: 1,
      title: 'An alarm on running tasks that never has data',
      what: 'RunningTaskCount is no metric of AWS/ECS: it stands in ECS/ContainerInsights, and only where Container Insights are on.',
      source:
        'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html',
      avoided:
        'The alarm uses the metric that exists, the plan warns when Container Insights are off, and `check` refuses alarms and widgets on metrics that AWS does not publish.',
      tests: [
        [
          'packages/plan/test/requirements/catalog.test.ts',
          'alarms: CPU above 80 % for 2 of 2 periods; running tasks below 2 for 2 periods, on a metric that exists',
        ],
        [PLAN, 'BW1316'],
        [CHECK, 'check/unknown-metric'],
      ],
    },
    {
      number: 2,
      title: 'A deployment that takes back what scaling has done',
      what: 'A desired count in the template is set again by updates, in the middle of the rush that scaling answered.',
      source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html',
      avoided: 'Where a service scales, the template has no desired count, and `check` refuses one.',
      tests: [
        [
          'packages/cdk/src/parts/service/ecs-service.test.ts',
          'the template leaves the count of tasks to scaling, and says it where there is none',
        ],
        [CHECK, 'check/desired-count-reset'],
      ],
    },
    {
      number: 9,
      title: 'Requests per target with two target groups',
      what: 'The metric names one target group. After a blue/green deployment the traffic is in the other.',
      source:
        'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html',
      avoided: 'The definition is refused.',
      tests: [
        [PLAN, 'BW1308'],
        [CHECK, 'check/requests-with-two-groups'],
      ],
    },
    {
      number: 10,
      title: 'A scaling alarm that is taken for trouble',
      what: 'The AlarmLow that target tracking creates is in ALARM whenever a service runs at its minimum, as it should.',
      source:
        'https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html',
      avoided: "Deployments roll back on the service's own alarms only, and only those notify anyone.",
      tests: [
        [OPTIONS, 'deployments roll back on named alarms'],
        [PLAN, 'BW1320'],
      ],
    },
    {
      number: 11,
      title: 'Scaling in that seems not to happen',
      what: 'Tasks are taken away only after 15 minutes in a row below 90 % of the target, with data in each of them.',
      source:
        'https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html',
      avoided: 'The local engine scales by the same rules, so that what it shows is what AWS does.',
      tests: [
        [
          'packages/behaviour/src/scaling/desired-capacity.test.ts',
          'are 3 of 3 minutes above the target and 15 of 15 below 90 % of it',
        ],
        [TRACKING, 'never comes between 90 % of the target and the target'],
        [TRACKING, 'does nothing without data, because missing data is not low utilization'],
      ],
    },
    {
      number: 12,
      title: 'Alarms that lose their data when nobody calls',
      what: 'Load balancers publish no datapoints without traffic: an alarm falls into INSUFFICIENT_DATA, or fires.',
      source:
        'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html',
      avoided:
        'Alarms on requests take missing data for well, and none of them divides one metric by another.',
      tests: [
        [
          'packages/cdk/src/parts/service/alarms.test.ts',
          'latency is the slowest percent of the target group, and no traffic is no alarm',
        ],
        [OPTIONS, 'deployments roll back on named alarms'],
      ],
    },
    {
      number: 32,
      title: 'Metrics that cost more than the tasks',
      what: 'Container Insights `enhanced`, 20-second metrics and alarms below a minute are paid one by one.',
      source: 'https://aws.amazon.com/cloudwatch/pricing/',
      avoided:
        'The defaults are `enabled`, 60 s, and alarms of a minute or more; the rest has to be asked for.',
      tests: [[OPTIONS, 'metrics that are paid one by one are only there when asked for']],
    },
    {
      number: 33,
      title: '20-second scaling that is refused, or has no data',
      what: 'A policy on 20-second metrics needs a service that already publishes them.',
      source:
        'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/target-tracking-faster-auto-scaling.html',
      avoided:
        'The policy stands after the service in the same stack, so CloudFormation makes it once the deployment with the metrics is done.',
      tests: [
        [SCALING, 'policies on 20-second metrics come after the service that publishes them'],
        [SCALING, '20-second metrics are published by the service and followed by the policies'],
      ],
    },
    {
      number: 47,
      title: 'Scaling by memory that never scales in',
      what: 'Node.js and the JVM keep the memory that they once had, so the metric does not fall with the load.',
      source: null,
      avoided: 'The plan says so beside every policy on memory.',
      tests: [[PLAN, 'BW1310']],
    },
  ],
};
