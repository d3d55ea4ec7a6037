/** What a check found: all well, worth knowing, or in the way. */
export interface CheckResult {
  readonly name: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly message: string;
  /** What to do; null when all is well. */
  readonly fix: string | null;
}

/** A check of this machine or folder. It does not throw: what goes wrong is its finding. */
export type Check = () => Promise<CheckResult> | CheckResult;

/** All is well. */
export const ok = (name: string, message: string): CheckResult => ({
  name,
  status: 'ok',
  message,
  fix: null,
});
/** It works, but the user should know. */
export const warn = (name: string, message: string, fix: string): CheckResult => ({
  name,
  status: 'warn',
  message,
  fix,
});
/** It will not work. */
export const fail = (name: string, message: string, fix: string): CheckResult => ({
  name,
  status: 'fail',
  message,
  fix,
});
