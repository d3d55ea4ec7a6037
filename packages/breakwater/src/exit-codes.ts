/**
 * What the process says when it ends; the same in every command.
 * Declared here once: `docs/commands.md` is generated from it.
 */
export const EXIT = {
  /** It worked. Also: an engine that was asked to stop, by Ctrl-C or `breakwater stop`, and stopped in order. */
  ok: 0,
  /** It did not work: the message on stderr says what, why and what to do. */
  error: 1,
  /** The command line itself is wrong: unknown command or option, missing or bad argument. */
  usage: 2,
  /** There are changes (of commands that compare). */
  changes: 3,
  /** A check failed: `doctor` found something that must be repaired. */
  checkFailed: 5,
  /** No engine runs in this folder. */
  notRunning: 7,
  /** A live system does not show what its definition says. */
  verifyFailed: 8,
  /** What was waited for did not happen in time. */
  timedOut: 9,
  /** Interrupted: a second Ctrl-C ended everything at once. */
  interrupted: 130,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The sentence for each code, for help and documentation. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'It worked, or stopped in order when asked to',
  error: 'It did not work; the message says what, why and what to do',
  usage: 'The command line is wrong: unknown command or option, bad argument',
  changes: 'There are changes',
  checkFailed: 'A check failed',
  notRunning: 'No engine runs in this folder',
  verifyFailed: 'The live system differs from its definition',
  timedOut: 'Timed out',
  interrupted: 'Interrupted: everything was ended at once',
};
