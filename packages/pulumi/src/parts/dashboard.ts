import type { MetricPlan, WidgetPlan } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { lowerDimensions, type MetricSources } from '../metrics.ts';
import { idOf, named, type Scope } from '../scope.ts';

/** A metric as a row of a widget: namespace, name, dimensions by pairs, options. */
function metricRow(metric: MetricPlan, sources: MetricSources, options: object = {}): unknown[] {
  return [
    metric.namespace,
    metric.name,
    ...Object.entries(lowerDimensions(metric, sources)).flat(),
    { label: metric.label, stat: metric.statistic, period: metric.periodSeconds, ...options },
  ];
}

function widgetBody(widget: WidgetPlan, region: string, sources: MetricSources): object {
  return {
    title: widget.title,
    region,
    view: widget.kind === 'line' ? 'timeSeries' : 'singleValue',
    metrics: [
      ...widget.left.map((metric) => metricRow(metric, sources)),
      ...widget.right.map((metric) =>
        metricRow(metric, sources, widget.kind === 'line' ? { yAxis: 'right' } : {}),
      ),
    ],
  };
}

/** The dashboard of a system, widget by widget as the plan lists them; nothing where the plan has none. */
export class DashboardPart extends pulumi.ComponentResource {
  readonly dashboard: aws.cloudwatch.Dashboard | null;

  constructor(outer: Scope, sources: MetricSources) {
    super('breakwater:index:Dashboard', idOf(outer, 'dashboard'), {}, { parent: outer.parent });
    const scope: Scope = { ...outer, parent: this };
    const { dashboard: planned } = scope.plan;
    if (planned === null) {
      this.dashboard = null;
    } else {
      this.dashboard = new aws.cloudwatch.Dashboard(
        idOf(scope, 'dashboard'),
        scope.transform('dashboard', 'dashboard', {
          dashboardName: planned.name,
          dashboardBody: pulumi.jsonStringify({
            widgets: planned.widgets.map((widget) => ({
              type: 'metric',
              width: widget.width,
              height: widget.height,
              x: widget.x,
              y: widget.y,
              properties: widgetBody(widget, scope.place.region, sources),
            })),
          }),
        }),
        named(scope),
      );
    }
    this.registerOutputs();
  }
}
