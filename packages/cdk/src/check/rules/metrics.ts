import { at, list } from '../json.ts';
import type { Rule } from '../rule.ts';
import { metricProblem } from './metric-table.ts';

/** Rules about alarms and dashboards. */
export const METRIC_RULES: readonly Rule[] = [
  {
    id: 'check/unknown-metric',
    severity: 'error',
    title: 'Alarm on a metric that does not exist',
    why: 'Such an alarm never has data: it looks armed and never fires. RunningTaskCount, for example, exists for Fargate in ECS/ContainerInsights only.',
    fix: 'Use the namespace and the dimensions that AWS publishes it with.',
    find: ({ plan, of }) => {
      const problems = new Set<string>();
      const planned = Object.values(plan.alarms).flatMap(({ key, metric }) => {
        const problem = metricProblem(metric.namespace, metric.name, Object.keys(metric.dimensions));
        if (problem !== null) problems.add(problem);
        return problem === null ? [] : [{ where: `alarms.${key}`, what: `${problem}.` }];
      });
      const templated = of('AWS::CloudWatch::Alarm').flatMap(({ path, properties }) => {
        const parts = [
          ...(properties['MetricName'] === undefined ? [] : [properties]),
          ...list(properties['Metrics']).flatMap((each) => {
            const metric = at(each, 'MetricStat', 'Metric');
            return metric === undefined ? [] : [metric];
          }),
        ];
        return parts.flatMap((metric) => {
          const names = list(at(metric, 'Dimensions')).map((each) => String(at(each, 'Name')));
          const problem = metricProblem(
            String(at(metric, 'Namespace')),
            String(at(metric, 'MetricName')),
            names,
          );
          return problem === null || problems.has(problem) ? [] : [{ where: path, what: `${problem}.` }];
        });
      });
      return [...planned, ...templated];
    },
  },
  {
    id: 'check/empty-widget',
    severity: 'warning',
    title: 'Widget without data',
    why: 'A graph of a metric that AWS does not publish stays empty for ever.',
    fix: 'Use the namespace and the dimensions that AWS publishes it with.',
    find: ({ plan: { dashboard } }) =>
      (dashboard?.widgets ?? []).flatMap(({ title, left, right }) =>
        [...left, ...right].flatMap(({ namespace, name, dimensions }) => {
          const problem = metricProblem(namespace, name, Object.keys(dimensions));
          return problem === null ? [] : [{ where: 'dashboard', what: `${title}: ${problem}.` }];
        }),
      ),
  },
  {
    id: 'check/silent-alarms',
    severity: 'warning',
    title: 'Alarms that tell nobody',
    why: 'An alarm without an action is seen by whoever happens to look.',
    fix: "Name whom to tell: alarms: { notify: ['ops@example.com'] }.",
    find: ({ plan }) => {
      const alarms = Object.values(plan.alarms);
      return plan.protect && alarms.length > 0 && alarms.every(({ notifies }) => !notifies)
        ? [{ where: 'alarms.notify', what: `None of the ${alarms.length} alarms tells anybody.` }]
        : [];
    },
  },
];
