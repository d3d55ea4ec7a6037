/** `deregistration_delay.timeout_seconds` in milliseconds. Documented: API_TargetGroupAttribute. */
export const DEREGISTRATION_DELAY_MS = { min: 0, max: 3_600_000, default: 300_000 } as const;

/**
 * What ECS waits for before it sends SIGTERM to a task that has left the target group: the whole deregistration
 * delay, or only until no request is in flight. The load balancer itself is done as soon as the target is idle, but
 * goes on to show `draining`; that ECS waits for the shown state is inferred from the developer guide, which advises
 * a shorter delay to speed up deployments.
 * {@link https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html}
 */
export type DrainWait = 'until-idle' | 'whole-delay';

/** What AWS does, as far as can be told. The local engine may prefer `until-idle` and says so. Inferred. */
export const ECS_DRAIN_WAIT: DrainWait = 'whole-delay';

/** A target on its way out. Times in milliseconds. */
export interface DrainingTarget {
  readonly deregisteredAt: number;
  /** Deregistration delay. */
  readonly delayMs: number;
  readonly inFlightRequests: number;
  /** Open connections that are no request in flight: WebSockets, idle keep-alive. Default 0. */
  readonly openConnections?: number;
}

/** How far a draining target is. */
export interface DrainProgress {
  /** `serving`: requests in flight; `idle`: nothing left; `expired`: the delay is over. */
  readonly phase: 'serving' | 'idle' | 'expired';
  /** What DescribeTargetHealth shows: `draining` until the delay is over, even when idle. */
  readonly shownState: 'draining' | 'unused';
  readonly endsAt: number;
  /** Requests to be cut now, each answered with 502; 0 unless expired. */
  readonly cutRequests: number;
}

/**
 * How far a draining target is. It gets no new requests; those in flight may finish until the delay is over, then
 * they are cut and answered with 502.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
 */
export function drainProgress(target: DrainingTarget, now: number): DrainProgress {
  const endsAt = target.deregisteredAt + target.delayMs;
  if (now >= endsAt) {
    return { phase: 'expired', shownState: 'unused', endsAt, cutRequests: target.inFlightRequests };
  }
  const idle = target.inFlightRequests === 0 && (target.openConnections ?? 0) === 0;
  return { phase: idle ? 'idle' : 'serving', shownState: 'draining', endsAt, cutRequests: 0 };
}

/** Whether the task behind a draining target may be sent its stop signal. */
export function mayStopDrained(progress: DrainProgress, wait: DrainWait): boolean {
  return progress.phase === 'expired' || (wait === 'until-idle' && progress.phase === 'idle');
}
