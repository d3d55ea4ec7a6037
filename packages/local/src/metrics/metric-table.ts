import type { MetricName } from '@breakwater/protocol';
import { COLUMN } from './request-series.ts';
import type { GaugeName } from './series-set.ts';

/** How a metric is read from what is recorded. */
export type MetricSource =
  | { readonly kind: 'count'; readonly column: number }
  | { readonly kind: 'latency' }
  | { readonly kind: 'gauge'; readonly gauge: GaugeName }
  /** Requests by healthy targets. */
  | { readonly kind: 'requests-per-target' };

/** Every metric that the engine measures. */
export const METRIC_SOURCES: Readonly<Record<MetricName, MetricSource>> = {
  CPUUtilization: { kind: 'gauge', gauge: 'cpu' },
  MemoryUtilization: { kind: 'gauge', gauge: 'memory' },
  RunningTaskCount: { kind: 'gauge', gauge: 'running' },
  PendingTaskCount: { kind: 'gauge', gauge: 'pending' },
  DesiredTaskCount: { kind: 'gauge', gauge: 'desired' },
  HealthyHostCount: { kind: 'gauge', gauge: 'healthy' },
  UnHealthyHostCount: { kind: 'gauge', gauge: 'unhealthy' },
  RequestsInFlight: { kind: 'gauge', gauge: 'inFlight' },
  RequestCount: { kind: 'count', column: COLUMN.routed },
  RequestCountPerTarget: { kind: 'requests-per-target' },
  TargetResponseTime: { kind: 'latency' },
  HTTPCode_Target_2XX_Count: { kind: 'count', column: COLUMN.target2xx },
  HTTPCode_Target_3XX_Count: { kind: 'count', column: COLUMN.target3xx },
  HTTPCode_Target_4XX_Count: { kind: 'count', column: COLUMN.target4xx },
  HTTPCode_Target_5XX_Count: { kind: 'count', column: COLUMN.target5xx },
  HTTPCode_ELB_4XX_Count: { kind: 'count', column: COLUMN.elb4xx },
  HTTPCode_ELB_5XX_Count: { kind: 'count', column: COLUMN.elb5xx },
};
