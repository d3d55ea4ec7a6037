import type { Plan } from '@breakwater/plan';
import { type Check, check } from '../check.ts';
import { compareSets, failed, passed, present } from '../outcome.ts';
import { describeMetric, metricText } from './alarms.ts';

/** The dashboard and the metrics of its widgets. */
export function dashboardChecks(plan: Plan): Check[] {
  const { dashboard } = plan;
  if (dashboard === null) return [];
  const { name } = dashboard;
  return [
    check('dashboard', 'exists', `dashboard ${name} is there`, async (live) =>
      (await live.operations.findDashboard(name)) === null ? failed(name, 'no such dashboard') : passed(name),
    ),
    check('dashboard', 'widgets', `${name} shows the planned metrics`, async (live) => {
      const body = present(await live.operations.findDashboard(name), `dashboard ${name}`);
      const planned = await Promise.all(
        dashboard.widgets.flatMap(({ title, left, right }) =>
          [...left, ...right].map(async (metric) => `${title}: ${await describeMetric(live, metric)}`),
        ),
      );
      const outcome = compareSets('metrics', planned, dashboardMetrics(body));
      return outcome.state === 'passed'
        ? passed(`${planned.length} metrics in ${dashboard.widgets.length} widgets`)
        : outcome;
    }),
  ];
}

interface Options {
  readonly stat?: string;
  readonly period?: number;
  /** An expression in place of a metric. */
  readonly expression?: string;
}

/**
 * The metrics of a dashboard's widgets, each behind its widget's title. A metric is a list: namespace, name, then dimensions
 * and their values, then options; `.` repeats what stands at its place in the metric before, `...` the places up to it.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export function dashboardMetrics(body: string): string[] {
  // The shape is that of dashboard bodies, which CloudWatch has checked.
  const { widgets } = JSON.parse(body) as {
    widgets?: { properties?: { title?: string; metrics?: (string | Options)[][] } & Options }[];
  };
  return (widgets ?? []).flatMap(({ properties }) => {
    let before: string[] = [];
    return (properties?.metrics ?? []).flatMap((entry) => {
      const options = entry.find((part): part is Options => typeof part === 'object') ?? {};
      if (options.expression !== undefined) return [];
      const given = entry.filter((part): part is string => typeof part === 'string');
      const parts = given.flatMap((part, at) => {
        if (part === '...') return before.slice(0, before.length - (given.length - 1));
        return part === '.' ? (before[at] ?? '') : part;
      });
      before = parts;
      const [namespace, name = '', ...rest] = parts;
      const dimensions: (readonly [string, string])[] = [];
      for (let at = 0; at + 1 < rest.length; at += 2) dimensions.push([rest[at] ?? '', rest[at + 1] ?? '']);
      const statistic = options.stat ?? properties?.stat ?? 'Average';
      const period = options.period ?? properties?.period ?? 300;
      return `${properties?.title}: ${metricText(namespace, name, dimensions, statistic, period)}`;
    });
  });
}
