import type { DiagnosticEntry } from './entry.ts';

/** What the local engine cannot do of a plan: it says so before it starts anything. */
export const LOCAL = {
  BW1601: {
    severity: 'warning',
    title: 'Sticky sessions not run locally',
    message: 'The local router does not keep a client on one task.',
    cause: 'It has no stickiness cookie yet; on AWS the load balancer has.',
    fix: 'Keep sessions in a store, which also survives the end of a task.',
  },
  BW1602: {
    severity: 'warning',
    title: 'Scheduled scaling not run locally',
    message: 'The schedule is not followed here.',
    cause: 'The local engine scales by target tracking only.',
    fix: 'Set the number of tasks by hand: `breakwater scale`.',
  },
  BW1603: {
    severity: 'warning',
    title: 'Calls by HTTP/2 or gRPC not run locally',
    message: '{service} calls {callee} by {protocol}, which the proxy here does not speak.',
    cause: "The local engine's Service Connect proxy speaks HTTP/1.1 only.",
    fix: 'Let {callee} answer HTTP/1.1 too while you work here, or call it in a test environment on AWS.',
  },
  BW1604: {
    severity: 'info',
    title: 'Part of a bucket not run locally',
    message: 'The bucket has no {what} here.',
    cause: 'The local S3 server keeps the latest version of an object, until it is deleted.',
    fix: 'Nothing to do, unless the service itself asks for old versions or counts on the expiry.',
  },
  BW1605: {
    severity: 'info',
    title: 'Another PostgreSQL version locally',
    message: 'The database runs PostgreSQL {local} here and {planned} on AWS.',
    cause: 'The local engine brings one version of PostgreSQL.',
    fix: 'Use `--database-url` with a server of that version where the difference matters.',
  },
} as const satisfies Record<string, DiagnosticEntry>;
