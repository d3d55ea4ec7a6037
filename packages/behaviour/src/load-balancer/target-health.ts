/** States of a target in a target group. @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html */
export type TargetHealthStatus = 'initial' | 'healthy' | 'unhealthy' | 'unused' | 'draining' | 'unavailable';

/** Reason codes as DescribeTargetHealth gives them. */
export type TargetHealthReason =
  | 'Elb.RegistrationInProgress'
  | 'Elb.InitialHealthChecking'
  | 'Target.FailedHealthChecks'
  | 'Target.Timeout'
  | 'Target.ResponseCodeMismatch'
  | 'Target.DeregistrationInProgress'
  | 'Target.NotRegistered'
  | 'Target.NotInUse';

/** Everything the load balancer remembers about one target's health. Times in milliseconds. */
export interface TargetHealth {
  readonly state: TargetHealthStatus;
  /** Undefined only for `healthy` and `unavailable`. */
  readonly reason: TargetHealthReason | undefined;
  /** When this state began. */
  readonly since: number;
  readonly consecutiveSuccesses: number;
  readonly consecutiveFailures: number;
  /** When the deregistration delay ends; set only while draining. */
  readonly drainsUntil: number | undefined;
}

/** The settings of a target group's health check. Times in milliseconds. */
export interface HealthCheckSettings {
  /** Default 30,000. */
  readonly intervalMs: number;
  /** Default 5,000. */
  readonly timeoutMs: number;
  /** Default 5. Not used for the first check after registration: one success is enough there. */
  readonly healthyThreshold: number;
  /** Default 2. */
  readonly unhealthyThreshold: number;
  /** Accepted status codes: `200`, `200,202`, `200-299`. Default `200`. */
  readonly matcher: string;
}

/** Allowed values. Documented in API_CreateTargetGroup and the health check page (ALB-HC). */
export const HEALTH_CHECK_RANGES = {
  intervalMs: { min: 5_000, max: 300_000 },
  timeoutMs: { min: 2_000, max: 120_000 },
  healthyThreshold: { min: 2, max: 10 },
  unhealthyThreshold: { min: 2, max: 10 },
  matcherHttp: { min: 200, max: 499 },
  matcherGrpc: { min: 0, max: 99 },
} as const;

/**
 * Defaults of an HTTP health check. The timeout is 5 s in the user guide and 6 s in the API text; always set it.
 * Documented: {@link https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html}.
 */
export const HEALTH_CHECK_DEFAULTS: HealthCheckSettings & { readonly path: string } = {
  intervalMs: 30_000,
  timeoutMs: 5_000,
  healthyThreshold: 5,
  unhealthyThreshold: 2,
  matcher: '200',
  path: '/',
};

/**
 * Consecutive failures that turn a target from `initial` to `unhealthy`: AWS does not say, so the unhealthy
 * threshold is used as for a healthy target. Inferred; {@link https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html}.
 */
export const INITIAL_USES_UNHEALTHY_THRESHOLD = true;

/** What one health check found. */
export type HealthCheckResult = 'success' | 'failed' | 'timeout' | 'response-code-mismatch';

const FAILURE_REASON = {
  failed: 'Target.FailedHealthChecks',
  timeout: 'Target.Timeout',
  'response-code-mismatch': 'Target.ResponseCodeMismatch',
} as const satisfies Record<Exclude<HealthCheckResult, 'success'>, TargetHealthReason>;

function enter(
  state: TargetHealthStatus,
  reason: TargetHealthReason | undefined,
  now: number,
  drainsUntil?: number,
): TargetHealth {
  return { state, reason, since: now, consecutiveSuccesses: 0, consecutiveFailures: 0, drainsUntil };
}

/**
 * A target that has just been registered: `initial`, or `unused` when no listener rule refers to its target group
 * or its zone is not enabled.
 */
export function registerTarget(now: number, inUse = true): TargetHealth {
  return inUse
    ? enter('initial', 'Elb.RegistrationInProgress', now)
    : enter('unused', 'Target.NotInUse', now);
}

/** The first health check has been sent: an `initial` target now shows `Elb.InitialHealthChecking`. */
export function beginHealthChecks(health: TargetHealth): TargetHealth {
  if (health.reason !== 'Elb.RegistrationInProgress') return health;
  return { ...health, reason: 'Elb.InitialHealthChecking' };
}

/**
 * The target's health after one more check. One success takes it from `initial` to `healthy`; after that the
 * thresholds count consecutive results. Draining and unused targets are not checked and stay as they are.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 * @example applyHealthCheck(registerTarget(0), 'success', HEALTH_CHECK_DEFAULTS, 1_000).state // 'healthy'
 */
export function applyHealthCheck(
  health: TargetHealth,
  result: HealthCheckResult,
  settings: Pick<HealthCheckSettings, 'healthyThreshold' | 'unhealthyThreshold'>,
  now: number,
): TargetHealth {
  if (health.state !== 'initial' && health.state !== 'healthy' && health.state !== 'unhealthy') return health;
  if (result === 'success') {
    const successes = health.consecutiveSuccesses + 1;
    const needed = health.state === 'initial' ? 1 : settings.healthyThreshold;
    if (health.state !== 'healthy' && successes >= needed) return enter('healthy', undefined, now);
    if (health.state === 'healthy' && health.consecutiveFailures === 0) return health;
    return { ...health, consecutiveSuccesses: successes, consecutiveFailures: 0 };
  }
  const failures = health.consecutiveFailures + 1;
  if (health.state !== 'unhealthy' && failures >= settings.unhealthyThreshold) {
    return enter('unhealthy', FAILURE_REASON[result], now);
  }
  return {
    ...health,
    reason:
      health.state === 'unhealthy'
        ? FAILURE_REASON[result]
        : health.state === 'initial'
          ? 'Elb.InitialHealthChecking'
          : undefined,
    consecutiveSuccesses: 0,
    consecutiveFailures: failures,
  };
}

/** Starts deregistration: the target drains until the deregistration delay is over. Twice has no effect. */
export function deregisterTarget(health: TargetHealth, now: number, delayMs: number): TargetHealth {
  if (health.state === 'draining' || health.reason === 'Target.NotRegistered') return health;
  return enter('draining', 'Target.DeregistrationInProgress', now, now + delayMs);
}

/** Lets time pass: a draining target becomes `unused` when its deregistration delay is over. */
export function advanceTargetHealth(health: TargetHealth, now: number): TargetHealth {
  if (health.state !== 'draining' || health.drainsUntil === undefined || now < health.drainsUntil)
    return health;
  return enter('unused', 'Target.NotRegistered', health.drainsUntil);
}

/** The target group came into use by a rule or fell out of it, or the target's zone was enabled or disabled. */
export function setTargetInUse(health: TargetHealth, inUse: boolean, now: number): TargetHealth {
  if (health.state === 'draining' || health.reason === 'Target.NotRegistered') return health;
  if (!inUse) return health.state === 'unused' ? health : enter('unused', 'Target.NotInUse', now);
  return health.state === 'unused' ? registerTarget(now) : health;
}

/**
 * Compiles a matcher (`200`, `200,204`, `200-299`) into a test of status codes.
 * @throws RangeError when the text is not such a list
 */
export function compileMatcher(matcher: string): (statusCode: number) => boolean {
  const ranges = matcher.split(',').map((part) => {
    const found = /^\s*(\d{1,3})(?:-(\d{1,3}))?\s*$/.exec(part);
    if (found === null) {
      throw new RangeError(
        `The matcher "${matcher}" is not a list of status codes such as 200, 200,204 or 200-299.`,
      );
    }
    return { from: Number(found[1]), to: Number(found[2] ?? found[1]) };
  });
  return (code) => ranges.some(({ from, to }) => code >= from && code <= to);
}
