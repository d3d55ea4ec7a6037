import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Style } from './terminal.ts';

/** What a {@link CliError} says besides what happened. */
export interface CliErrorDetails {
  /** Why it happened, or null when `what` says it all. */
  readonly why?: string | null;
  /** What to do about it. */
  readonly fix?: string | null;
  /** Lines that help to find the place: a code frame, the end of a log. Printed as they are. */
  readonly detail?: string | null;
  /** Default 1. */
  readonly exitCode?: ExitCode;
}

/**
 * An error that the user can understand and act on. Everything else that reaches `main` is a defect of Breakwater
 * and printed with its stack.
 */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly why: string | null;
  readonly fix: string | null;
  readonly detail: string | null;
  readonly exitCode: ExitCode;

  constructor(what: string, details: CliErrorDetails = {}) {
    super(what);
    this.why = details.why ?? null;
    this.fix = details.fix ?? null;
    this.detail = details.detail ?? null;
    this.exitCode = details.exitCode ?? EXIT.error;
  }
}

/** The shape of `EngineError` and `AwsError`, known by its fields so that neither package need be loaded to recognise one. */
interface CodedError {
  readonly message: string;
  readonly code: string;
  readonly fix: string | null;
  readonly why?: unknown;
  readonly detail?: unknown;
}

/** Exit codes of errors of AWS; the others end with 1. */
const AWS_EXIT: Readonly<Record<string, ExitCode>> = {
  'no-credentials': EXIT.credentials,
  'expired-credentials': EXIT.credentials,
  'access-denied': EXIT.credentials,
  'wrong-account': EXIT.credentials,
  'wrong-region': EXIT.notReady,
  'not-bootstrapped': EXIT.notReady,
  'missing-secret': EXIT.notReady,
  'missing-image': EXIT.notReady,
  'missing-certificate': EXIT.notReady,
  'missing-hosted-zone': EXIT.notReady,
  'no-build-tool': EXIT.notReady,
  quota: EXIT.notReady,
  'name-taken': EXIT.notReady,
  'cannot-change': EXIT.notReady,
  'stack-failed': EXIT.notReady,
  busy: EXIT.busy,
  'would-lose-data': EXIT.wouldLoseData,
  protected: EXIT.wouldLoseData,
  'destroy-failed': EXIT.deploymentFailed,
  'nothing-deployed': EXIT.notRunning,
  'no-earlier-release': EXIT.notRunning,
  'deployment-failed': EXIT.deploymentFailed,
  interrupted: EXIT.interrupted,
};

function isCodedError(error: unknown): error is CodedError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    'fix' in error &&
    (error.fix === null || typeof error.fix === 'string')
  );
}

/** Codes of the operating system, in words, with what usually helps. */
const SYSTEM_ERRORS: Readonly<Record<string, readonly [why: string, fix: string]>> = {
  ENOSPC: ['no space is left on the disk', 'Free some space and try again.'],
  EACCES: ['permission denied', 'Give yourself the permission, or use another folder.'],
  EPERM: ['the operating system does not allow it', 'Give yourself the permission, or use another folder.'],
  EROFS: ['the file system is read-only', 'Use a folder that can be written to.'],
  EMFILE: ['too many files are open', 'Raise the limit with `ulimit -n 4096` and try again.'],
};

/** Any thrown value as a {@link CliError}; null where it can only be a defect. */
export function toCliError(error: unknown): CliError | null {
  if (error instanceof CliError) return error;
  if (isCodedError(error)) {
    return new CliError(error.message, {
      why: typeof error.why === 'string' ? error.why : null,
      detail: typeof error.detail === 'string' ? error.detail : null,
      fix: error.fix,
      exitCode: AWS_EXIT[error.code] ?? EXIT.error,
    });
  }
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    const known = SYSTEM_ERRORS[error.code];
    if (known) return new CliError(error.message, { why: known[0], fix: known[1] });
  }
  return null;
}

/**
 * The text for an error, in one form everywhere: what happened: why, then what to do.
 * A defect is shown with its stack and where to report it.
 */
export function formatError(error: unknown, style: Style): string {
  const known = toCliError(error);
  if (!known) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return [
      `${style.red('error')} Something unexpected happened inside Breakwater; this is a defect, not your fault.`,
      stack.replace(/^/gm, '  '),
      `  ${style.cyan('→')} Please report it with these lines.`,
    ].join('\n');
  }
  const what = known.message.replace(/[.:]\s*$/, '');
  const head = known.why ? `${what}: ${known.why.replace(/\.\s*$/, '')}.` : `${known.message}`;
  const lines = [`${style.red('error')} ${head}`];
  if (known.detail) lines.push('', known.detail.replace(/^(?=.)/gm, '  ').trimEnd(), '');
  if (known.fix)
    lines.push(...known.fix.split('\n').map((line, i) => `  ${i === 0 ? style.cyan('→') : ' '} ${line}`));
  return lines.join('\n');
}
