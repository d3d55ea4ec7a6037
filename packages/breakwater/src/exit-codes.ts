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
  /** Refused: it would lose data that nobody has given up. */
  wouldLoseData: 4,
  /** A check failed: `doctor` or `check` found something that must be repaired. */
  checkFailed: 5,
  /** No engine runs in this folder, or nothing is deployed. */
  notRunning: 7,
  /** A live system does not show what its definition says. */
  verifyFailed: 8,
  /** What was waited for did not happen in time. */
  timedOut: 9,
  /** AWS does not know who asks, or does not let them: no, expired or wrong credentials, a permission that is missing. */
  credentials: 10,
  /**
   * The account is not ready for a deployment: what is missing is listed. Nothing was changed, with one exception: a first deployment
   * creates the image repositories before it looks for images given by `--image`.
   */
  notReady: 11,
  /** Another deployment is running. */
  busy: 12,
  /** The deployment failed; CloudFormation has taken it back where it could. */
  deploymentFailed: 13,
  /** Interrupted: an engine by a second Ctrl-C, which ends everything at once; work on AWS by the first, which ends it in order. */
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
  wouldLoseData: 'Refused: it would lose data',
  checkFailed: 'A check failed',
  notRunning: 'No engine runs in this folder, or nothing is deployed',
  verifyFailed: 'The live system differs from its definition',
  timedOut: 'Timed out',
  credentials: 'AWS credentials are missing, expired, wrong, or not allowed to do it',
  notReady:
    'The account is not ready for the deployment; nothing was changed, but image repositories may have been created',
  busy: 'Another deployment is running',
  deploymentFailed: 'The deployment failed',
  interrupted: 'Interrupted before it was finished',
};
