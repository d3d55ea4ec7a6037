// Source and date: `SOURCES.logs` in source.ts.

/** Days that a log group can keep events. */
export const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** A retention in days that CloudWatch Logs accepts. */
export type RetentionDays = (typeof RETENTION_DAYS)[number];
