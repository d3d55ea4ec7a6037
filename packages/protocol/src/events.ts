import type { Timestamp } from './snapshot.ts';
import type {
  AlarmState,
  DeploymentState,
  EngineState,
  StoreState,
  TargetState,
  TaskState,
} from './states.ts';

/** What every event carries. `seq` grows by one; a reader that reconnects asks for what came after. */
interface EventBase {
  readonly seq: number;
  readonly at: Timestamp;
  /** One sentence for people. */
  readonly message: string;
}

export type TaskEvent = EventBase & {
  readonly kind: 'task';
  readonly task: string;
  readonly service: string;
  readonly state: TaskState;
  readonly stopCode: string | null;
};
export type TargetEvent = EventBase & {
  readonly kind: 'target';
  readonly task: string;
  readonly service: string;
  readonly state: TargetState;
  readonly reason: string | null;
};
export type DeploymentEvent = EventBase & {
  readonly kind: 'deployment';
  readonly service: string;
  readonly deployment: string;
  readonly revision: number;
  readonly state: DeploymentState;
  readonly stage: string | null;
};
export type ScalingEvent = EventBase & {
  readonly kind: 'scaling';
  readonly service: string;
  readonly from: number;
  readonly to: number;
  readonly decision: ScalingDecision;
};
export type AlarmEvent = EventBase & {
  readonly kind: 'alarm';
  readonly alarm: string;
  readonly state: AlarmState;
};
export type StoreEvent = EventBase & {
  readonly kind: 'store';
  readonly store: string;
  readonly state: StoreState;
};
/** A call between services that was refused, because the definition does not allow it. */
export type CallEvent = EventBase & { readonly kind: 'call'; readonly from: string; readonly to: string };
export type EngineEvent = EventBase & { readonly kind: 'engine'; readonly state: EngineState };
export type ChaosEvent = EventBase & { readonly kind: 'chaos'; readonly action: string };

/** A moment in the life of the system. */
export type EngineEventRecord =
  | TaskEvent
  | TargetEvent
  | DeploymentEvent
  | ScalingEvent
  | AlarmEvent
  | StoreEvent
  | CallEvent
  | EngineEvent
  | ChaosEvent;

/** One decision of the autoscaler, with everything that led to it. */
export interface ScalingDecision {
  readonly at: Timestamp;
  readonly service: string;
  readonly policy: string;
  /** `scale-out`, `scale-in`, or why nothing changed: `cooldown`, `at-maximum`, `at-minimum`, `flapping`, `deployment-in-progress`… */
  readonly result: string;
  readonly from: number;
  readonly to: number;
  /** The metric's datapoints that were looked at, oldest first; null where none was measured. */
  readonly datapoints: readonly (number | null)[];
  /** The computation as text: `ceil(2 × 91.4 / 70) = 3`. */
  readonly formula: string;
  readonly reason: string;
}
