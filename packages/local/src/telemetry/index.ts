export type { OtlpCounts, OtlpReceiver, OtlpReceiverOptions } from './otlp-receiver.ts';
export { createOtlpReceiver } from './otlp-receiver.ts';
export { parseTraceId, toXrayTraceId } from './trace-id.ts';
export type { TraceFilter, TraceStore, TraceStoreOptions, TraceStoreStats } from './trace-store.ts';
export { createTraceStore } from './trace-store.ts';
export type { ReceivedLog, ReceivedMetric, ReceivedSpan } from './types.ts';
export type { XrayCounts, XrayReceiver, XrayReceiverOptions } from './xray-receiver.ts';
export { createXrayReceiver } from './xray-receiver.ts';
export type { SamplingRule } from './xray-sampling.ts';
