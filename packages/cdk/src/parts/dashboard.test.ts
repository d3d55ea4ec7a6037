import { expect, test } from 'vitest';
import { build, environments, only, planOf, planOfService, systems } from './service/testing.ts';

/** The dashboard's body as CloudWatch gets it, each expression replaced by what it refers to. */
function bodyOf(value: unknown): { readonly widgets: readonly Record<string, unknown>[] } {
  // The template's own JSON: a join of texts and expressions.
  const [, parts] = (value as { 'Fn::Join': [string, unknown[]] })['Fn::Join'];
  const text = parts.map((part) =>
    typeof part === 'string' ? part : JSON.stringify(part).replaceAll(/["\\]/g, "'"),
  );
  return JSON.parse(text.join(''));
}

/** The metrics of a widget, each a list of texts with its options at the end. */
function metricsOf(widget: Readonly<Record<string, unknown>> | undefined): readonly (readonly unknown[])[] {
  // CloudWatch's format of a dashboard's body.
  const properties = widget?.['properties'] as { metrics: readonly (readonly unknown[])[] } | undefined;
  return properties?.metrics ?? [];
}

test.each(environments)(
  'the dashboard of %s in %s has the widgets of the plan, in its order and sizes',
  (system, env) => {
    const plan = planOf(systems[system], env);
    const { Properties } = only(build(plan).template('dashboard'), 'AWS::CloudWatch::Dashboard');
    expect(Properties['DashboardName']).toBe(plan.dashboard?.name);
    const { widgets } = bodyOf(Properties['DashboardBody']);
    expect(widgets).toHaveLength(plan.dashboard?.widgets.length ?? 0);
    for (const [index, planned] of (plan.dashboard?.widgets ?? []).entries()) {
      expect(widgets[index]).toMatchObject({
        type: 'metric',
        width: planned.width,
        height: planned.height,
        properties: { title: planned.title, view: 'timeSeries' },
      });
      const metrics = metricsOf(widgets[index]);
      expect(metrics).toHaveLength(planned.left.length + planned.right.length);
      for (const [at, metric] of [...planned.left, ...planned.right].entries()) {
        const [namespace, name] = metrics[at] ?? [];
        expect([namespace, name]).toEqual([metric.namespace, metric.name]);
        expect(metrics[at]?.at(-1)).toMatchObject({ label: metric.label, period: metric.periodSeconds });
      }
    }
  },
);

test('widgets lie side by side as long as they fit and never over each other', () => {
  const { Properties } = only(
    build(planOf(systems.catalog)).template('dashboard'),
    'AWS::CloudWatch::Dashboard',
  );
  const places = bodyOf(Properties['DashboardBody']).widgets.map(({ x, y }) => `${x},${y}`);
  expect(places).toEqual(['0,0', '12,0', '0,6', '12,6', '0,12', '12,12', '0,18', '12,18']);
});

test('a system without a dashboard has none', () => {
  expect(build(planOfService({}, { dashboard: false })).dashboard.dashboard).toBeNull();
});
