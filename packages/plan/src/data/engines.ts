// Source and date: `SOURCES.engines` in source.ts.

/** Versions that can be created, newest first; the first of each is the default. */
export const ENGINE_VERSIONS = {
  'aurora-postgresql': [
    '17.9',
    '17.10',
    '18.6',
    '18.4',
    '18.3',
    '16.14',
    '16.13',
    '16.8',
    '15.18',
    '15.17',
    '15.10',
  ],
  postgresql: ['17.11', '17.9', '18.6', '18.3', '16.15', '16.13', '15.19'],
} as const;

/** Instance classes with their family's use; burstable ones for small systems. */
export const INSTANCE_CLASSES = [
  'db.t3.micro',
  'db.t3.small',
  'db.t3.medium',
  'db.t3.large',
  'db.t4g.micro',
  'db.t4g.small',
  'db.t4g.medium',
  'db.t4g.large',
  'db.m6g.large',
  'db.m6g.xlarge',
  'db.m7g.large',
  'db.m7g.xlarge',
  'db.m7g.2xlarge',
  'db.r6g.large',
  'db.r6g.xlarge',
  'db.r6g.2xlarge',
  'db.r7g.large',
  'db.r7g.xlarge',
  'db.r7g.2xlarge',
  'db.r7g.4xlarge',
  'db.r8g.large',
  'db.r8g.xlarge',
  'db.r8g.2xlarge',
] as const;

/** An instance class that Breakwater knows. */
export type InstanceClass = (typeof INSTANCE_CLASSES)[number];

/** The smallest classes that Aurora PostgreSQL accepts begin at medium. */
export const AURORA_REFUSES: readonly string[] = [
  'db.t3.micro',
  'db.t3.small',
  'db.t4g.micro',
  'db.t4g.small',
];

/** Aurora Serverless v2 capacity, in half steps. */
export const SERVERLESS_ACU = { minimum: 0, maximum: 256, step: 0.5 } as const;

/** Days that automatic backups are kept. */
export const BACKUP_DAYS = {
  aurora: { minimum: 1, maximum: 35 },
  instance: { minimum: 0, maximum: 35 },
} as const;

/** Readers of an Aurora cluster. */
export const AURORA_READERS = { minimum: 0, maximum: 15 } as const;

/** Storage of a plain RDS database in GiB (gp3). */
export const STORAGE_GIB = { minimum: 20, maximum: 65_536, default: 20 } as const;
