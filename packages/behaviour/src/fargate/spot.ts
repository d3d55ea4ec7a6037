import type { TaskStopStep } from './task-lifecycle.ts';

/** From the interruption notice of a Spot task to the moment it is taken away. Documented: {@link https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html}. */
export const SPOT_WARNING_MS = 120_000;

/** `stopCode` of an interrupted Spot task. Documented (FG-CP); older blog posts name another one. */
export const SPOT_STOP_CODE = 'SpotInterruption';

/** `stoppedReason` of an interrupted Spot task. Documented (FG-CP). */
export const SPOT_STOPPED_REASON = 'Your Spot Task was interrupted.';

/**
 * Whether the target is deregistered before SIGTERM when a Spot task is interrupted. Expected since 2023; users
 * reported it missing in September 2025. Observed: {@link https://github.com/aws/containers-roadmap/issues/2673}.
 */
export const SPOT_DEREGISTERS_BEFORE_SIGNAL = true;

/** What happens to an interrupted Spot task, and when. Times in milliseconds. */
export interface SpotInterruption {
  readonly noticeAt: number;
  /** SIGTERM comes with the notice. */
  readonly signalAt: number;
  /** SIGKILL comes after the stop timeout, at the latest when the warning is over. */
  readonly killAt: number;
}

/**
 * The times of an interruption. On-demand capacity never takes its place: ECS keeps trying Spot.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
 */
export function spotInterruption(now: number, stopTimeoutMs: number): SpotInterruption {
  return { noticeAt: now, signalAt: now, killAt: now + Math.min(stopTimeoutMs, SPOT_WARNING_MS) };
}

/**
 * Begins the stop of an interrupted Spot task: its target is deregistered and the stop signal sent at once, without
 * waiting for the deregistration delay. Go on with `stepTaskStop`.
 * @param registered whether it is a registered target of a load balancer
 */
export function beginSpotStop(now: number, registered: boolean): TaskStopStep {
  const order = SPOT_DEREGISTERS_BEFORE_SIGNAL
    ? (['deregister', 'signal'] as const)
    : (['signal', 'deregister'] as const);
  return {
    state: { status: 'STOPPING', stopAt: now, registered, signalledAt: now, killed: false },
    actions: registered ? order : ['signal'],
  };
}
