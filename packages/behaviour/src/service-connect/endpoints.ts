/** What decides whether a task gets calls. */
export interface EndpointCandidate {
  /** The task is RUNNING. */
  readonly running: boolean;
  /** Its container passes its health check, or has none. */
  readonly containerHealthy: boolean;
  /** It is being stopped, or has ended. */
  readonly leaving: boolean;
}

/**
 * Whether a task is an endpoint: it runs, its container is healthy, and it is not on its way out. The load balancer's
 * health checks play no part.
 */
export function isEndpoint({ running, containerHealthy, leaving }: EndpointCandidate): boolean {
  return running && containerHealthy && !leaving;
}

/**
 * Which side of a staged deployment a call goes to: production traffic shifts for calls as it does for the load balancer.
 * A side without endpoints gets none.
 * @param greenPercent share of production traffic on the green tasks, 0 to 100
 * @param random 0 ≤ x < 1
 */
export function chooseSide(
  greenPercent: number,
  endpoints: { readonly blue: number; readonly green: number },
  random: number,
): 'blue' | 'green' {
  if (endpoints.green === 0) return 'blue';
  if (endpoints.blue === 0) return 'green';
  return random * 100 < greenPercent ? 'green' : 'blue';
}
