export type {
  ChaosAnswer,
  ChaosRequest,
  ControlError,
  EngineFile,
  RedeployRequest,
  ScaleRequest,
} from './control.ts';
export { CONTROL_API_VERSION } from './control.ts';
export type {
  AlarmEvent,
  CallEvent,
  ChaosEvent,
  DeploymentEvent,
  EngineEvent,
  EngineEventRecord,
  ScalingDecision,
  ScalingEvent,
  StoreEvent,
  TargetEvent,
  TaskEvent,
} from './events.ts';
export type { LogLine } from './logs.ts';
export type { MetricName, MetricSeries } from './metrics.ts';
export type {
  AlarmSnapshot,
  CallSnapshot,
  DeploymentSnapshot,
  ServiceSnapshot,
  Snapshot,
  StoreSnapshot,
  TaskSnapshot,
  Timestamp,
} from './snapshot.ts';
export type {
  AlarmState,
  DeploymentState,
  EngineState,
  StoreState,
  TargetState,
  TaskState,
} from './states.ts';
export type { SpanRecord, TraceRecord, TraceSummary } from './traces.ts';
