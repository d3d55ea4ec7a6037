import type { DiagnosticEntry } from './entry.ts';

/** Stores and secrets: BW15xx. */
export const STORES = {
  BW1501: {
    severity: 'error',
    title: 'Ambiguous secret name',
    message: "'{name}' ends in a hyphen and six characters.",
    cause: 'Secrets Manager appends exactly that to every ARN, so a reference by this name is refused.',
    fix: 'Rename the secret, for example {name}/value.',
  },
  BW1502: {
    severity: 'error',
    title: 'Capacity that cannot be',
    message: '{actual}: {reason}.',
    cause:
      'Aurora Serverless v2 takes 0 to 256 ACU in half steps, the minimum not above the maximum, and at least 1 at the top.',
    fix: "Write, for example, '0.5-2 ACU'.",
  },
  BW1503: {
    severity: 'error',
    title: 'Credentials without user or password',
    message: "The secret has no field '{field}'.",
    cause: 'A database needs both to let anyone in.',
    fix: "Name its fields: existingSecret('…', ['username', 'password']).",
  },
  BW1504: {
    severity: 'warning',
    title: 'Rotation and running tasks',
    message: 'Tasks keep the password that they started with.',
    cause:
      'Secrets are read once, when a task starts; after a rotation new connections fail until new tasks run.',
    fix: 'Deploy after each rotation, or fetch the secret at run time.',
  },
  BW1505: {
    severity: 'info',
    title: 'Store that nobody uses',
    message: 'No service uses it.',
    cause: 'It would be created, and paid, for nothing.',
    fix: "Name it in a service's 'uses', or leave it out.",
  },
  BW1506: {
    severity: 'error',
    title: 'Instance class too small for Aurora',
    message: 'Aurora does not run on {actual}.',
    cause: 'Aurora PostgreSQL begins at the medium classes.',
    fix: "Use 'db.t4g.medium' or '0.5-2 ACU'.",
  },
  BW1507: {
    severity: 'error',
    title: 'Reserved database user',
    message: "'{actual}' cannot be the master user.",
    cause:
      'RDS keeps admin and rdsadmin for itself on PostgreSQL; a user has up to 16 letters and digits, a letter first.',
    fix: "Use, for example, 'dbadmin'.",
  },
  BW1508: {
    severity: 'warning',
    title: 'Pausing that health checks prevent',
    message: 'A minimum of 0 ACU pauses only without connections.',
    cause:
      'Pools and health checks keep the database awake, and the first request after a pause waits about 15 s.',
    fix: 'Use a minimum of 0.5 ACU unless the system sleeps at night.',
  },
  BW1509: {
    severity: 'error',
    title: 'Port in use twice',
    message: 'Port {port} is taken by {other} in the same task.',
    cause: 'The containers of a task share one network.',
    fix: 'Choose another port.',
  },
} as const satisfies Record<string, DiagnosticEntry>;
