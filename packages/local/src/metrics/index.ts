export { RELATIVE_ERROR } from './histogram.ts';
export { createMetricStore } from './metric-store.ts';
export type { GroupOwner } from './request-sample.ts';
export { toRequestSample } from './request-sample.ts';
export type { NamedServices, ResolvedMetric } from './resolve-metric.ts';
export { resolveMetric } from './resolve-metric.ts';
export type {
  CountsSample,
  DatapointsQuery,
  MetricQuery,
  MetricStore,
  MetricStoreOptions,
  MetricStoreStats,
  RequestSample,
  SeriesSelection,
  ServiceTraffic,
  UsageSample,
} from './types.ts';
export { MetricQueryError } from './types.ts';
