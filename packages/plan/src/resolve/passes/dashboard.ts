import type { LoadBalancerPlan } from '../../plan/load-balancer.ts';
import type { DashboardPlan, MetricPlan, WidgetPlan } from '../../plan/observability.ts';
import type { ServiceConnectPlan } from '../../plan/service.ts';
import type { Context, Names, Result } from '../context.ts';
import { sorted } from '../context.ts';
import { type Draft, plain } from '../mark.ts';
import { metricsOf } from '../metrics.ts';
import { shiftedGroups } from './deployment.ts';

interface Needs {
  readonly names: Names;
  readonly loadBalancer: Draft<LoadBalancerPlan | null>;
  readonly connects: Readonly<Record<string, Draft<ServiceConnectPlan | null>>>;
}

/** A widget that has no place yet. */
type Widget = Omit<WidgetPlan, 'x' | 'y'>;

/** Columns of a dashboard's grid. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
const COLUMNS = 24;

/** Puts widgets in rows, a new one where the next would not fit. */
function placed(widgets: readonly Widget[]): readonly WidgetPlan[] {
  let x = 0;
  let y = 0;
  let height = 0;
  return widgets.map((widget) => {
    if (x + widget.width > COLUMNS) {
      x = 0;
      y += height;
      height = 0;
    }
    const place = { ...widget, x, y };
    x += widget.width;
    height = Math.max(height, widget.height);
    return place;
  });
}

/** One dashboard: the cluster, its services, the load balancer, and the calls between services. */
export function dashboard(
  draft: Needs,
  context: Context,
): Result<{ readonly dashboard: Draft<DashboardPlan | null> }> {
  const t = context.tracer('dashboard');
  const { definition, region } = context;
  if (definition.dashboard === false)
    return { added: { dashboard: t.given<DashboardPlan | null>(null, 'dashboard') } };
  const metrics = metricsOf(context, draft.names);
  const keys = Object.keys(definition.services).sort();
  const routed = sorted(definition.services).filter(([, { routes }]) => routes !== undefined);
  const widget = (
    title: string,
    left: readonly MetricPlan[],
    right: readonly MetricPlan[] = [],
    kind: WidgetPlan['kind'] = 'line',
  ): Widget => ({ title, kind, left, right, width: 12, height: 6 });
  const insights = (definition.cluster?.insights ?? 'enabled') !== 'disabled';
  const balancer = plain<LoadBalancerPlan | null>(draft.loadBalancer);
  const called = keys.flatMap((key) => {
    const connected = draft.connects[key];
    const server = connected === undefined ? null : plain<ServiceConnectPlan | null>(connected)?.server;
    return server === null || server === undefined ? [] : [metrics.mesh(key, server.discoveryName)];
  });
  const widgets: readonly Widget[] = [
    widget('Cluster CPU and memory', [metrics.cluster.cpu], [metrics.cluster.memory]),
    widget(
      'CPU',
      keys.map((key) => metrics.service(key).cpu),
    ),
    widget(
      'Memory',
      keys.map((key) => metrics.service(key).memory),
    ),
    ...(insights
      ? [
          widget(
            'Running tasks',
            keys.map((key) => metrics.service(key).runningTasks),
          ),
        ]
      : []),
    ...(balancer === null
      ? []
      : [
          widget('Request count', [metrics.loadBalancer.requests]),
          widget('Target response time', [metrics.loadBalancer.responseTime, metrics.loadBalancer.slowest]),
          widget(
            '4xx and 5xx',
            [metrics.loadBalancer.clientErrors],
            [metrics.loadBalancer.serverErrors, metrics.loadBalancer.ownErrors],
          ),
          widget(
            'Healthy hosts',
            routed.flatMap(([key, service]) =>
              shiftedGroups(service).map((group) => metrics.healthyHosts(key, group)),
            ),
          ),
        ]),
    ...(called.length === 0
      ? []
      : [
          widget(
            'Calls between services',
            called.map(({ requests }) => requests),
          ),
          widget(
            'Response time between services',
            called.map(({ latency }) => latency),
          ),
        ]),
  ];
  return {
    added: {
      dashboard: t.derived<DashboardPlan | null>(
        {
          name: draft.names('dashboard', 'dashboard'),
          url: t.derived(
            `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${plain<string>(draft.names('dashboard', 'dashboard'))}`,
            ['region', 'dashboard'],
            'its page in the console',
          ),
          widgets: t.derived<readonly WidgetPlan[]>(
            placed(widgets),
            ['services', 'dashboard'],
            'what an operator looks at first',
          ),
        },
        ['dashboard'],
        'a dashboard unless it is switched off',
      ),
    },
  };
}
