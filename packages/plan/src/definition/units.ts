/** A length of time with its unit: `'30 s'`, `'5 min'`, `'1 h'`, `'7 days'`. */
export type Duration = `${number} ${'s' | 'min' | 'h' | 'day' | 'days'}`;

/** An amount of memory or storage: `'512 MB'`, `'2 GB'`. One GB is 1024 MB here, as in a Fargate task. */
export type Size = `${number} ${'MB' | 'GB'}`;

/** Capacity of Aurora Serverless v2, minimum to maximum: `'0.5-2 ACU'`. */
export type AcuRange = `${number}-${number} ACU`;

/** Time of day in UTC, start to end: `'03:00-04:00'`. */
export type TimeWindow = `${number}:${number}-${number}:${number}`;
