import type { Area } from './check.ts';

/** How one check went. Texts that do not apply are null. */
export interface CheckResult {
  /** Stable: `databases.products.backups`. */
  readonly id: string;
  readonly area: Area;
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** Of a failed check: what the plan says. */
  readonly expected: string | null;
  /** Of a passed or failed check: what the account has. */
  readonly found: string | null;
  /** Of a skipped check: why. */
  readonly reason: string | null;
  readonly durationMs: number;
}

/** How a live system compares with its plan. */
export interface VerifyReport {
  readonly system: string;
  readonly env: string;
  readonly region: string;
  readonly account: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** By area, in the order of the plan. */
  readonly checks: readonly CheckResult[];
}
