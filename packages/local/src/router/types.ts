import type {
  HealthCheckSettings,
  ListenerRule,
  LoadBalancerErrorKind,
  RoutingAlgorithm,
  RuleAction,
  TargetHealthStatus,
} from '@breakwater/behaviour';

/** A target group: where a forward action sends requests. */
export interface TargetGroupSettings {
  /** Times in milliseconds of AWS time; the router divides them by `timeScale`. */
  readonly health: HealthCheckSettings & { readonly path: string };
  readonly algorithm: RoutingAlgorithm;
  /** `deregistration_delay.timeout_seconds`, in milliseconds of AWS time. */
  readonly deregistrationDelayMs: number;
}

/** One address that answers requests. `id` is unique within its group. */
export interface Target {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  /** Availability Zone name; informative. */
  readonly zone: string;
}

/** What happens with a request; a forward action names target groups. */
export type RouterAction = RuleAction<string>;

/** One listener rule. */
export interface RouterRule extends ListenerRule<RouterAction> {
  /** Name of the route in records; default: the priority. */
  readonly name?: string;
}

/** How a request can end that AWS has no error code of its own for. */
export type RouterFailure =
  /** The connect failed, and not because the port is closed. 502. */
  | 'target-unreachable'
  /** The response had begun; the client's connection was cut. */
  | 'target-closed-mid-body'
  /** The response was not complete within the request timeout. */
  | 'request-timeout'
  /** The client read nothing for the idle timeout. */
  | 'client-stalled'
  /** A WebSocket had no traffic for the idle timeout. */
  | 'tunnel-idle'
  /** The router was closed before the request had finished. */
  | 'router-closing';

/** Why the router, not the target, decided how a request ended; `none` when the target's answer was complete. */
export type RequestReason = 'none' | 'fixed-response' | 'redirect' | LoadBalancerErrorKind | RouterFailure;

/** What is known about a finished request. One new plain object per request; the receiver may keep it. */
export interface RequestRecord {
  /** When the head of the request was complete, milliseconds since 1970. */
  readonly start: number;
  /** Until the last byte of the response was handed to the client's socket, milliseconds. */
  readonly durationMs: number;
  /** From sending to the target until its response head, milliseconds; -1 when no target answered. */
  readonly targetMs: number;
  readonly method: string;
  /** Request target as received, with the query; empty when the request could not be parsed. */
  readonly path: string;
  /** Name of the rule that matched; `default` for the default action; empty when the request was refused before. */
  readonly rule: string;
  /** Name of the target group, or empty. */
  readonly group: string;
  /** Id of the target, or empty. */
  readonly target: string;
  /** Status sent to the client (`elb_status_code`); 460 when the client left first; 101 for a WebSocket. */
  readonly status: number;
  /** Status the target sent (`target_status_code`); 0 when it sent none. */
  readonly targetStatus: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly reason: RequestReason;
  /** Root of `X-Amzn-Trace-Id` (`1-…-…`), or empty when the request was refused before. */
  readonly traceRoot: string;
  /** How often it was sent again, after a refused connection or one that the target had closed while it was idle. */
  readonly retries: number;
}

/** Health of a target as DescribeTargetHealth shows it, with the router's own counts. */
export interface TargetHealthSnapshot {
  readonly group: string;
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly zone: string;
  readonly state: TargetHealthStatus;
  /** AWS reason code such as `Target.FailedHealthChecks`; empty when healthy. */
  readonly reason: string;
  /** A sentence for people, for example `connection refused` or `status 500, expected 200`. */
  readonly detail: string;
  /** Requests and WebSocket connections on the target at this moment. */
  readonly inFlight: number;
}

/** A change of a target's state. */
export interface TargetHealthChange extends TargetHealthSnapshot {
  readonly previous: TargetHealthStatus;
}

/** Options of {@link createRouter}. All have AWS's defaults. */
export interface RouterOptions {
  /** Divides health-check intervals and deregistration delays. Default 1. */
  readonly timeScale?: number;
  /** `idle_timeout.timeout_seconds`, in milliseconds. Not scaled. Default 60,000. */
  readonly idleTimeoutMs?: number;
  /** How long a connect to a target may take, milliseconds. Not scaled. Default 10,000. */
  readonly connectTimeoutMs?: number;
  /** How long a client may take to send a request's head, milliseconds. Default 60,000. */
  readonly headTimeoutMs?: number;
  /** `client_keep_alive.seconds`, in milliseconds. Default 3,600,000. */
  readonly clientKeepAliveMs?: number;
  /** `routing.http.drop_invalid_header_fields.enabled`. Default false. */
  readonly dropInvalidHeaderFields?: boolean;
  /** Called once per request when it has ended. Must be cheap and must not throw. */
  readonly onRequest?: (record: RequestRecord) => void;
  readonly onTargetHealthChange?: (change: TargetHealthChange) => void;
  /** 0 ≤ x < 1; picks among weighted groups. Default `Math.random`. */
  readonly random?: () => number;
}

/** Counts since the router was created. */
export interface RouterCounts {
  readonly clientConnections: number;
  readonly requestsInFlight: number;
  readonly upstreamConnections: number;
}

/** The local load balancer. */
export interface Router {
  /**
   * Starts listening and resolves with the bound port. Port 0 takes a free one.
   * @throws when the port is in use or not permitted; the message names the port and what to do.
   */
  listen(port: number, host?: string): Promise<number>;
  /** Replaces all rules at once; requests under way keep the rule they matched. Groups must be defined before. */
  setRules(rules: readonly RouterRule[], defaultAction?: RouterAction): void;
  /** Creates a target group or changes its settings. Unlike on AWS its targets are checked even while no rule uses it. */
  setTargetGroup(group: string, settings: TargetGroupSettings): void;
  /** Removes a group and all its targets at once; requests under way get 502. */
  removeTargetGroup(group: string): void;
  /** Adds a target in state `initial` and starts checking it. Throws when the id is taken or the group unknown. */
  registerTarget(group: string, target: Target): void;
  /**
   * Takes a target out of service. Resolves when nothing is in flight on it any more, at the latest after the group's
   * deregistration delay, when what remains gets 502. Resolves at once for an unknown id. AWS goes on showing `draining`
   * until the delay is over; here the target disappears from {@link targetHealth} when it is idle.
   */
  deregisterTarget(group: string, id: string): Promise<void>;
  /**
   * Tells the router that the target's process has ended: it is not chosen again, in any group, from this moment.
   * What is in flight ends as its connections do. Reported as a change to `unused`.
   */
  targetGone(id: string): void;
  /** All targets with their health, draining ones included. */
  targetHealth(): readonly TargetHealthSnapshot[];
  /** Requests in flight on a target; 0 for an unknown id. */
  inFlight(group: string, id: string): number;
  counts(): RouterCounts;
  /** Stops accepting, lets requests under way finish for up to `graceMs` (default 5,000), then closes everything. */
  close(graceMs?: number): Promise<void>;
}
