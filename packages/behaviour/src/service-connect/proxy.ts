/** Settings of the Service Connect proxy. Times in milliseconds. Only the timeouts can be changed on ECS. */
export interface ServiceConnectSettings {
  /** Retries after a failed first attempt. */
  readonly retries: number;
  /** Failures within the window that eject an endpoint. */
  readonly ejectAfterFailures: number;
  readonly failureWindowMs: number;
  readonly ejectionMinMs: number;
  readonly ejectionMaxMs: number;
  /** For one request with all its attempts; 0 switches it off. */
  readonly perRequestTimeoutMs: number;
  /** 0 switches it off. */
  readonly idleTimeoutMs: number;
}

/** Documented: {@link https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html}. The idle timeout is 1 hour for TCP. */
export const SERVICE_CONNECT_DEFAULTS: ServiceConnectSettings = {
  retries: 2,
  ejectAfterFailures: 5,
  failureWindowMs: 30_000,
  ejectionMinMs: 30_000,
  ejectionMaxMs: 300_000,
  perRequestTimeoutMs: 15_000,
  idleTimeoutMs: 300_000,
};

/** Idle timeout of a port without an HTTP protocol. Documented (SC-C). */
export const SERVICE_CONNECT_TCP_IDLE_TIMEOUT_MS = 3_600_000;

/**
 * How an ejection grows: the first one lasts the minimum, the n-th n times as long, up to the maximum. AWS gives the
 * range; the growth is Envoy's. Inferred;
 * {@link https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html}.
 */
export const EJECTION_GROWTH: 'linear' = 'linear';

/**
 * Whether calls go to ejected endpoints when all of them are ejected, as Envoy does below its panic threshold. AWS does
 * not say. Inferred.
 */
export const ALL_EJECTED_MEANS_NONE_IS = true;

/** What the proxy remembers of one endpoint. Plain data. */
export interface EndpointState {
  /** Times of recent failures, oldest first; at most as many as eject. */
  readonly failures: readonly number[];
  readonly ejectedUntil: number;
  readonly ejections: number;
}

/** An endpoint nothing is known about. */
export const NEW_ENDPOINT: EndpointState = { failures: [], ejectedUntil: 0, ejections: 0 };

/** Whether an endpoint is ejected now. */
export function isEjected(endpoint: EndpointState, now: number): boolean {
  return now < endpoint.ejectedUntil;
}

/**
 * An endpoint after one attempt. 5 failures within 30 s eject it for 30 to 300 s.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html
 */
export function recordAttempt(
  endpoint: EndpointState,
  success: boolean,
  now: number,
  settings: ServiceConnectSettings = SERVICE_CONNECT_DEFAULTS,
): EndpointState {
  if (success || isEjected(endpoint, now)) return endpoint;
  const recent = endpoint.failures.filter((at) => now - at < settings.failureWindowMs);
  const failures = [...recent, now];
  if (failures.length < settings.ejectAfterFailures) return { ...endpoint, failures };
  const ejections = endpoint.ejections + 1;
  const length = Math.min(settings.ejectionMaxMs, settings.ejectionMinMs * ejections);
  return { failures: [], ejectedUntil: now + length, ejections };
}

/**
 * The index of the endpoint for the next attempt: round robin over those that are not ejected (over all when every one
 * is), other than `avoid` where possible. -1 without endpoints. Keep `index + 1` as the next cursor.
 */
export function chooseEndpoint(
  endpoints: readonly EndpointState[],
  cursor: number,
  now: number,
  avoid = -1,
): number {
  const count = endpoints.length;
  let fallback = -1;
  for (let step = 0; step < count; step++) {
    const index = (cursor + step) % count;
    const endpoint = endpoints[index];
    if (endpoint === undefined || isEjected(endpoint, now)) continue;
    if (index !== avoid) return index;
    fallback = index;
  }
  if (fallback >= 0 || count === 0 || !ALL_EJECTED_MEANS_NONE_IS) return fallback;
  return cursor % count;
}

/** A request through the proxy. */
export interface CallState {
  readonly startedAt: number;
  /** Attempts made so far. */
  readonly attempts: number;
}

/** What to do after an attempt. */
export type CallVerdict =
  | { readonly kind: 'answer' }
  | { readonly kind: 'retry'; readonly state: CallState }
  /** 503 after the last retry, 504 after the per-request timeout. */
  | { readonly kind: 'fail'; readonly statusCode: 503 | 504 };

/** A request at its first attempt. */
export function beginCall(now: number): CallState {
  return { startedAt: now, attempts: 1 };
}

/** When a request times out; undefined when its timeout is switched off. */
export function callTimesOutAt(
  call: CallState,
  settings: ServiceConnectSettings = SERVICE_CONNECT_DEFAULTS,
): number | undefined {
  return settings.perRequestTimeoutMs === 0 ? undefined : call.startedAt + settings.perRequestTimeoutMs;
}

/**
 * What follows an attempt: answer the caller, try again (2 retries) or fail.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html
 */
export function afterAttempt(
  call: CallState,
  success: boolean,
  now: number,
  settings: ServiceConnectSettings = SERVICE_CONNECT_DEFAULTS,
): CallVerdict {
  const timesOutAt = callTimesOutAt(call, settings);
  if (timesOutAt !== undefined && now >= timesOutAt) return { kind: 'fail', statusCode: 504 };
  if (success) return { kind: 'answer' };
  if (call.attempts > settings.retries) return { kind: 'fail', statusCode: 503 };
  return { kind: 'retry', state: { ...call, attempts: call.attempts + 1 } };
}
