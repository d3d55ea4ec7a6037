import type { Timestamp } from './snapshot.ts';

/** What a series of metrics measures. */
export type MetricName =
  | 'CPUUtilization'
  | 'MemoryUtilization'
  | 'RunningTaskCount'
  | 'PendingTaskCount'
  | 'DesiredTaskCount'
  | 'HealthyHostCount'
  | 'UnHealthyHostCount'
  /** Requests under way in the router; not a CloudWatch metric. */
  | 'RequestsInFlight'
  | 'RequestCount'
  | 'RequestCountPerTarget'
  | 'TargetResponseTime'
  | 'HTTPCode_Target_2XX_Count'
  | 'HTTPCode_Target_3XX_Count'
  | 'HTTPCode_Target_4XX_Count'
  | 'HTTPCode_Target_5XX_Count'
  | 'HTTPCode_ELB_4XX_Count'
  | 'HTTPCode_ELB_5XX_Count';

/** A series at one-second grain or coarser; `values[i]` belongs to `from + i × stepSeconds`, null where nothing was measured. */
export interface MetricSeries {
  readonly metric: MetricName;
  readonly statistic: string;
  readonly service: string | null;
  readonly task: string | null;
  /** Listener rule's first path, null for all. */
  readonly route: string | null;
  readonly from: Timestamp;
  readonly stepSeconds: number;
  readonly values: readonly (number | null)[];
}
