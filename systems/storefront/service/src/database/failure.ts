/**
 * Why a statement did not work.
 *
 * - `unavailable`: the database cannot be reached, refuses, or is too slow; another try later may work
 * - `statement`: the statement itself is wrong; another try does not help
 */
export type FailureKind = 'unavailable' | 'statement';

/** The database could not be used; nothing is wrong with what was asked. */
export class DatabaseUnavailable extends Error {
  /** Whether a write may have been done all the same: it was sent, and the answer was lost. */
  readonly mayBeDone: boolean;

  constructor(cause: unknown, mayBeDone: boolean) {
    super('The database is unavailable', { cause });
    this.mayBeDone = mayBeDone;
  }
}

/** SQLSTATE codes and classes (https://www.postgresql.org/docs/current/errcodes-appendix.html) that pass with time. */
const passing = [
  '08', // connection exceptions
  '25006', // read-only: the writer has become a reader in a failover
  '28', // login refused: a rotated password, until the task is replaced
  '3D000', // the database does not exist (yet)
  '40001', // serialization failure
  '40P01', // deadlock
  '53', // too many connections, out of memory, disk full
  '55P03', // lock timeout
  '57', // shutting down, starting up, statement timeout
  '58', // system error of the server
  'XX', // internal error of the server
];

/** After these the connection is of no more use, though the server answered on it. */
const endsConnection = ['08', '25006', '57P', '58', 'XX'];

/** Sorts an error of `pg`, of its pool or of the network. */
export function failureKind(error: unknown): FailureKind {
  const state = sqlState(error);
  if (state === undefined) return 'unavailable';
  return passing.some((code) => state.startsWith(code)) ? 'unavailable' : 'statement';
}

/** Whether the connection on which the error came must be closed. */
export function breaksConnection(error: unknown): boolean {
  const state = sqlState(error);
  return state === undefined || endsConnection.some((code) => state.startsWith(code));
}

/** Whether the error says that an open connection was lost, as when the server restarts; not slowness. */
export function isLostConnection(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return state.startsWith('57P') || state.startsWith('08') || state === '25006';
  const { code, message } = describe(error);
  return (
    code === 'ECONNRESET' ||
    code === 'EPIPE' ||
    message.startsWith('Connection terminated unexpectedly') ||
    message.startsWith('Client has encountered a connection error')
  );
}

/** Whether a statement that was sent and failed so may have been carried out. With an error of its own the server has undone it. */
export function mayHaveBeenDone(error: unknown): boolean {
  const state = sqlState(error);
  return state === undefined || state.startsWith('57P') || state.startsWith('08');
}

/** Whether the server has no connection to spare just now: other tasks hold them all. */
export function isCrowded(error: unknown): boolean {
  return sqlState(error) === '53300';
}

/** What may be logged of it: never values, never the address of the database. */
export function describe(error: unknown): { readonly code: string | undefined; readonly message: string } {
  if (!(error instanceof Error)) return { code: undefined, message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { code, message: error.message };
}

/** The five-character SQLSTATE, which only errors that the server sent have. */
function sqlState(error: unknown): string | undefined {
  const { code } = describe(error);
  // Error names of Node (`EPIPE`) can be five letters too, but no class of SQLSTATE begins with E.
  return code !== undefined && /^[0-9A-DF-Z][0-9A-Z]{4}$/.test(code) ? code : undefined;
}
