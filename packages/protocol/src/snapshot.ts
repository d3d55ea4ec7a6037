import type {
  AlarmState,
  DeploymentState,
  EngineState,
  StoreState,
  TargetState,
  TaskState,
} from './states.ts';

/** Milliseconds since the epoch. */
export type Timestamp = number;

export interface TaskSnapshot {
  /** 32 hexadecimal digits, as in ECS. */
  readonly id: string;
  readonly service: string;
  /** Version of the service that it runs: 1, 2, … */
  readonly revision: number;
  readonly state: TaskState;
  readonly health: TargetState | null;
  /** Why the health is not `healthy`, in the load balancer's words: `Target.Timeout`. */
  readonly healthReason: string | null;
  readonly zone: string;
  readonly capacityProvider: 'FARGATE' | 'FARGATE_SPOT';
  readonly pid: number | null;
  readonly host: string;
  readonly port: number;
  readonly createdAt: Timestamp;
  readonly startedAt: Timestamp | null;
  readonly stoppedAt: Timestamp | null;
  /** ECS's `stopCode` and `stoppedReason` of a task that is stopping or stopped. */
  readonly stopCode: string | null;
  readonly stoppedReason: string | null;
  readonly exitCode: number | null;
  /** Percent of the task's CPU units, over the last seconds; null before the first sample. */
  readonly cpuPercent: number | null;
  readonly memoryMiB: number | null;
  /** Requests in flight on it through the router, and calls of other services. */
  readonly inFlight: number;
}

export interface DeploymentSnapshot {
  readonly id: string;
  readonly service: string;
  readonly revision: number;
  readonly state: DeploymentState;
  readonly strategy: 'rolling' | 'blue-green' | 'canary' | 'linear';
  /** The stage of a blue/green, canary or linear deployment; null for a rolling one. */
  readonly stage: string | null;
  /** Percent of production traffic on the new revision. */
  readonly trafficPercent: number;
  readonly reason: string;
  readonly failedTasks: number;
  readonly startedAt: Timestamp;
  readonly finishedAt: Timestamp | null;
}

export interface ServiceSnapshot {
  readonly name: string;
  readonly desired: number;
  readonly running: number;
  readonly pending: number;
  readonly healthy: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly revision: number;
  /** What answers: `/api/*`, `/health`. */
  readonly paths: readonly string[];
  readonly deployments: readonly DeploymentSnapshot[];
  readonly cpuPercent: number | null;
  readonly memoryMiB: number | null;
  readonly requestsPerSecond: number;
  /** Milliseconds over the last minute; null without requests. */
  readonly p50: number | null;
  readonly p99: number | null;
  /** Answers with 5xx in the last minute, by the service and by the router. */
  readonly errors: number;
  /** What keeps the service from its desired state, for people; null when nothing does. */
  readonly problem: string | null;
}

export interface StoreSnapshot {
  readonly name: string;
  readonly kind: 'postgresql' | 'dynamodb' | 's3';
  readonly state: StoreState;
  /** Address without credentials, `postgresql://127.0.0.1:54321/productdb`. */
  readonly address: string | null;
  readonly version: string | null;
  readonly pid: number | null;
  readonly problem: string | null;
}

export interface AlarmSnapshot {
  readonly name: string;
  readonly service: string | null;
  readonly state: AlarmState;
  readonly reason: string;
  readonly since: Timestamp;
}

/** One service's calls to another, by Service Connect. */
export interface CallSnapshot {
  readonly from: string;
  readonly to: string;
  /** Where the caller's tasks, and nobody else, reach the callee. */
  readonly url: string;
  /** Mean over the last five full seconds. */
  readonly requestsPerSecond: number;
  /** Milliseconds until the callee's response, over the last minute; null without calls. */
  readonly p50: number | null;
  readonly p99: number | null;
  /** Answers with 5xx in the last minute, by the callee's tasks and by the proxy. */
  readonly errors: number;
  /** Tasks of the callee that get calls, ejected ones included. */
  readonly endpoints: number;
  /** Those that get none for a while because calls to them failed. */
  readonly ejected: readonly string[];
}

/** Everything that lasts: what the system looks like now. */
export interface Snapshot {
  readonly protocol: 1;
  readonly system: string;
  readonly env: string;
  readonly region: string;
  readonly state: EngineState;
  readonly pid: number;
  readonly startedAt: Timestamp;
  readonly readyAt: Timestamp | null;
  /** Where the router answers, `http://127.0.0.1:8080`. */
  readonly url: string | null;
  readonly controlUrl: string;
  readonly timeScale: number;
  readonly zones: readonly { readonly name: string; readonly lost: boolean }[];
  readonly services: readonly ServiceSnapshot[];
  readonly tasks: readonly TaskSnapshot[];
  readonly stores: readonly StoreSnapshot[];
  /** Every call between services that the definition names. */
  readonly calls: readonly CallSnapshot[];
  readonly alarms: readonly AlarmSnapshot[];
  readonly engine: { readonly rssMiB: number; readonly heapMiB: number; readonly version: string };
}
