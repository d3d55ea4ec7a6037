import type { WidgetPlan } from '@breakwater/plan';
import {
  type ConcreteWidget,
  Dashboard,
  GraphWidget,
  GraphWidgetView,
  type IWidget,
  SingleValueWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { lowerLabelledMetric, type MetricSources } from '../metrics.ts';
import type { PartProps } from '../part.ts';
import type { Foundation, ServiceParts } from '../parts.ts';

export interface DashboardProps extends PartProps {
  readonly foundation: Pick<Foundation, 'loadBalancer'>;
  readonly services: MetricSources['services'] & Readonly<Record<string, Pick<ServiceParts, 'targetGroups'>>>;
}

/** The dashboard of a system, widget by widget as the plan lists them; nothing where the plan has none. */
export class DashboardPart extends Construct {
  readonly dashboard: Dashboard | null;

  constructor(scope: Construct, id: string, { plan, transform, foundation, services }: DashboardProps) {
    super(scope, id);
    const { dashboard: planned } = plan;
    if (planned === null) {
      this.dashboard = null;
      return;
    }
    const sources: MetricSources = { loadBalancer: foundation.loadBalancer, services };
    this.dashboard = new Dashboard(
      this,
      'Dashboard',
      transform('dashboard', 'dashboard', { dashboardName: planned.name }),
    );
    this.dashboard.addWidgets(...planned.widgets.map((widget) => lowerWidget(widget, sources)));
  }
}

function lowerWidget(
  { title, kind, left, right, width, height, x, y }: WidgetPlan,
  sources: MetricSources,
): IWidget {
  const lower = (metrics: WidgetPlan['left']) =>
    metrics.map((metric) => lowerLabelledMetric(metric, sources));
  switch (kind) {
    case 'line':
      return placed(
        x,
        y,
        new GraphWidget({
          title,
          view: GraphWidgetView.TIME_SERIES,
          left: lower(left),
          right: lower(right),
          width,
          height,
        }),
      );
    case 'number':
      return placed(
        x,
        y,
        new SingleValueWidget({ title, metrics: lower([...left, ...right]), width, height }),
      );
  }
}

/** The widget at the plan's place, wherever the rows of CDK's dashboard would have it. */
function placed(x: number, y: number, widget: ConcreteWidget): IWidget {
  widget.position(x, y);
  const { width, height } = widget;
  return { width, height, position: () => undefined, toJson: () => widget.toJson() };
}
