// Source and date: `SOURCES.scaling` in source.ts.

export const TASKS = { minimum: 0, maximum: 5000 } as const;
export const COOLDOWN_SECONDS = { minimum: 0, maximum: 86_400 } as const;
export const BAKE_MINUTES = { minimum: 0, maximum: 1440 } as const;
export const CANARY_PERCENT = { minimum: 0.1, maximum: 100, default: 5 } as const;
export const LINEAR_PERCENT = { minimum: 3, maximum: 100, default: 10 } as const;
/** Alarm periods that CloudWatch accepts for metrics of AWS services, in seconds. */
export const ALARM_PERIODS = { minimum: 60, maximum: 86_400 } as const;
