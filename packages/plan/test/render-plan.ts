import type { DimensionValue, MetricPlan } from '../src/plan/observability.ts';

const LINE = 150;

type Entries = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Entries {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function dimension(value: DimensionValue): string {
  if (value.kind === 'literal') return value.value;
  return value.kind === 'load-balancer'
    ? '<load balancer>'
    : `<${value.targetGroup} target group of ${value.service}>`;
}

/** `AWS/ECS CPUUtilization {ClusterName=c} Average of 60 s` */
function metric({ namespace, name, dimensions, statistic, periodSeconds }: MetricPlan): string {
  const parts = Object.entries(dimensions).map(([key, value]) => `${key}=${dimension(value)}`);
  return `${namespace} ${name} {${parts.join(', ')}} ${statistic} of ${periodSeconds} s`;
}

function isMetric(value: Entries): boolean {
  return 'dimensions' in value && 'statistic' in value;
}

function inline(value: unknown): string {
  if (typeof value === 'string')
    return /^[\w ./:*@%+=-]+$/.test(value) && value.trim() === value ? value : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (!isObject(value)) return String(value);
  // The renderer is given plans; an object with these fields is a metric of one.
  if (isMetric(value)) return metric(value as unknown as MetricPlan);
  const { kind, ...rest } = value;
  const keys = Object.keys(rest);
  if (kind === 'literal' && keys.length === 1) return inline(rest['value']);
  const entries = keys.map((key) => `${key}: ${inline(rest[key])}`);
  if (typeof kind === 'string') return `<${[kind, ...entries].join(', ')}>`;
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** A plan as a small readable text: sorted by key, what fits on a line on one line. For people who review a change. */
export function renderPlan(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return `${indent}${inline(value)}\n`;
  const isList = Array.isArray(value);
  const entries: readonly (readonly [string, unknown])[] = isList
    ? value.map((each) => ['-', each] as const)
    : Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries
    .map(([key, each]) => {
      const label = key === '-' ? '-' : `${key}:`;
      const line = `${indent}${label} ${inline(each)}`;
      if (
        line.length <= LINE ||
        typeof each !== 'object' ||
        each === null ||
        (isObject(each) && isMetric(each))
      )
        return `${line}\n`;
      const below = renderPlan(each, `${indent}  `);
      return isList ? `${indent}- ${below.trimStart()}` : `${indent}${label}\n${below}`;
    })
    .join('');
}
