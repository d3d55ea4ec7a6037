import type { DrainWait } from '../load-balancer/draining.ts';
import { drainProgress, ECS_DRAIN_WAIT, mayStopDrained } from '../load-balancer/draining.ts';

/** `lastStatus` of a task, in order. @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html */
export const TASK_STATUSES = [
  'PROVISIONING',
  'PENDING',
  'ACTIVATING',
  'RUNNING',
  'DEACTIVATING',
  'STOPPING',
  'DEPROVISIONING',
  'STOPPED',
] as const;

/** One `lastStatus`. */
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** What happens to a task in each status. */
export const TASK_STATUS_WORK: Readonly<Record<TaskStatus, string>> = {
  PROVISIONING: 'The network interface is being created.',
  PENDING: 'It waits for capacity.',
  ACTIVATING: 'The image is pulled, the network attached, the target registered.',
  RUNNING: 'Its containers run.',
  DEACTIVATING: 'It is deregistered from its target group and drains.',
  STOPPING: 'It was sent SIGTERM; SIGKILL follows after the stop timeout.',
  DEPROVISIONING: 'The network interface is being removed.',
  STOPPED: 'It is gone.',
};

/** Whether one status comes before another. */
export function isBefore(status: TaskStatus, other: TaskStatus): boolean {
  return TASK_STATUSES.indexOf(status) < TASK_STATUSES.indexOf(other);
}

/** `stopTimeout` and `startTimeout` on Fargate in milliseconds. Documented: {@link https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html}. */
export const STOP_TIMEOUT_MS = { min: 2_000, max: 120_000, default: 30_000 } as const;

/** Stop signal of an image that names none. Documented: {@link https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html}. */
export const DEFAULT_STOP_SIGNAL = 'SIGTERM';

/** How a task is stopped. Times in milliseconds. */
export interface StopSettings {
  /** Deregistration delay of the target group; 0 when there is none. */
  readonly deregistrationDelayMs: number;
  readonly stopTimeoutMs: number;
  /** Default {@link ECS_DRAIN_WAIT}. */
  readonly drainWait?: DrainWait;
}

/** Where a task that is being stopped stands. */
export interface TaskStopState {
  readonly status: 'DEACTIVATING' | 'STOPPING' | 'STOPPED';
  /** When the stop began. */
  readonly stopAt: number;
  readonly registered: boolean;
  /** When the stop signal was sent. */
  readonly signalledAt: number | undefined;
  readonly killed: boolean;
}

/** What the caller has to do now. */
export type StopAction = 'deregister' | 'cut-requests' | 'signal' | 'kill';

/** What is true of the task now. */
export interface TaskStopInput {
  readonly now: number;
  readonly inFlightRequests: number;
  readonly openConnections?: number;
  /** All its processes have exited. */
  readonly exited: boolean;
}

/** The next state and the actions it asks for, in this order. */
export interface TaskStopStep {
  readonly state: TaskStopState;
  readonly actions: readonly StopAction[];
}

/**
 * Begins to stop a task: it is deregistered at once if it is registered, else signalled at the first step.
 * @param registered whether it is a registered target of a load balancer
 */
export function beginTaskStop(now: number, registered: boolean): TaskStopStep {
  return {
    state: { status: 'DEACTIVATING', stopAt: now, registered, signalledAt: undefined, killed: false },
    actions: registered ? ['deregister'] : [],
  };
}

/**
 * Moves the stop of a task on: deregister, drain, then the stop signal, then after the stop timeout SIGKILL. A task
 * whose processes have exited is STOPPED at once.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
 */
export function stepTaskStop(
  settings: StopSettings,
  state: TaskStopState,
  input: TaskStopInput,
): TaskStopStep {
  const { now } = input;
  if (state.status === 'STOPPED') return { state, actions: [] };
  if (input.exited) return { state: { ...state, status: 'STOPPED' }, actions: [] };
  if (state.status === 'DEACTIVATING') {
    const actions: StopAction[] = [];
    if (state.registered) {
      const progress = drainProgress(
        {
          deregisteredAt: state.stopAt,
          delayMs: settings.deregistrationDelayMs,
          inFlightRequests: input.inFlightRequests,
          openConnections: input.openConnections ?? 0,
        },
        now,
      );
      if (!mayStopDrained(progress, settings.drainWait ?? ECS_DRAIN_WAIT)) return { state, actions };
      if (progress.cutRequests > 0) actions.push('cut-requests');
    }
    actions.push('signal');
    return { state: { ...state, status: 'STOPPING', signalledAt: now }, actions };
  }
  const due = state.signalledAt !== undefined && now - state.signalledAt >= settings.stopTimeoutMs;
  return due && !state.killed
    ? { state: { ...state, killed: true }, actions: ['kill'] }
    : { state, actions: [] };
}

/** When the stop of a task moves on by time alone; undefined when it only waits for the processes to exit. */
export function nextTaskStopAt(settings: StopSettings, state: TaskStopState): number | undefined {
  if (state.status === 'DEACTIVATING') {
    return state.stopAt + (state.registered ? settings.deregistrationDelayMs : 0);
  }
  if (state.status === 'STOPPED' || state.killed || state.signalledAt === undefined) return undefined;
  return state.signalledAt + settings.stopTimeoutMs;
}
