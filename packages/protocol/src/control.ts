/**
 * The control API: HTTP/1.1 with JSON on loopback. Every request carries `Authorization: Bearer <token>`;
 * the engine refuses a wrong Host, and any Origin but its own console's.
 *
 * | method and path | answer |
 * | --- | --- |
 * | `GET /v1/snapshot` | {@link Snapshot} |
 * | `GET /v1/plan` | the plan that runs |
 * | `GET /v1/events?after=SEQ&follow=1` | NDJSON of {@link EngineEventRecord} |
 * | `GET /v1/logs?source=S&task=T&tail=N&follow=1` | NDJSON of {@link LogLine} |
 * | `GET /v1/traces?limit=N&service=S&errors=1&slowerThan=MS` | {@link TraceSummary}[] |
 * | `GET /v1/traces/ID` | {@link TraceRecord} |
 * | `GET /v1/metrics?service=S&task=T&route=R&metric=M&statistic=S&seconds=N&step=N` | {@link MetricSeries}[] |
 * | `GET /v1/decisions?service=S` | {@link ScalingDecision}[] newest last |
 * | `POST /v1/redeploy` {@link RedeployRequest} | {@link DeploymentSnapshot} |
 * | `POST /v1/scale` {@link ScaleRequest} | {@link ServiceSnapshot} |
 * | `POST /v1/chaos` {@link ChaosRequest} | {@link ChaosAnswer} |
 * | `POST /v1/stop` | 202; the engine ends everything and exits |
 *
 * Errors are {@link ControlError} with status 400, 401, 403, 404, 405, 409, 413 or 500.
 */
export const CONTROL_API_VERSION = 'v1';

export interface RedeployRequest {
  readonly service: string;
}

/** Sets the desired count, or the bounds of scaling; what is left out stays as it is. */
export interface ScaleRequest {
  readonly service: string;
  readonly desired?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

export type ChaosRequest =
  /** Stops a task as ECS would: deregister, drain, SIGTERM, SIGKILL. */
  | { readonly action: 'stop-task'; readonly task: string }
  /** SIGKILL to the task's whole process group. */
  | { readonly action: 'kill-task'; readonly task: string }
  /** Takes Spot tasks back: two-minute warning with SIGTERM, then SIGKILL; all of them, or one service's. */
  | { readonly action: 'reclaim-spot'; readonly service?: string }
  /** Ends every task in a zone at once and places none there until it is restored. */
  | { readonly action: 'lose-zone'; readonly zone: string }
  | { readonly action: 'restore-zone'; readonly zone: string }
  /** Delays every answer of the database by so many milliseconds; 0 ends it. */
  | { readonly action: 'slow-database'; readonly database: string; readonly delayMs: number }
  /** Ends the database at once, as a crash would; `start-database` brings it back. */
  | { readonly action: 'stop-database'; readonly database: string }
  | { readonly action: 'start-database'; readonly database: string };

export interface ChaosAnswer {
  readonly message: string;
  readonly tasks: readonly string[];
}

export interface ControlError {
  readonly error: { readonly code: string; readonly message: string; readonly fix: string | null };
}

/** What `.breakwater/engine.json` holds (mode 0600): how the command line finds the engine of a folder. */
export interface EngineFile {
  readonly protocol: 1;
  readonly pid: number;
  /** Start time of the process by the kernel's clock, so that a reused pid is not mistaken for the engine. */
  readonly pidStartedAt: string;
  readonly controlUrl: string;
  readonly url: string | null;
  readonly token: string;
  readonly system: string;
  readonly env: string;
}
