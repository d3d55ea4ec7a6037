import type { Plan } from '@breakwater/plan';
import { AwsError } from '../aws-error.ts';
import type { Session } from '../session.ts';
import { listChecks } from './areas/index.ts';
import { AREAS, type Area, type Check } from './check.ts';
import { explainFailure } from './failures.ts';
import type { HttpOptions } from './http.ts';
import { destroyClients } from './live/clients.ts';
import { type Live, openLive } from './live/live.ts';
import { mapAtMost } from './once.ts';
import { failed, NotShown, type Outcome, skipped } from './outcome.ts';
import type { CheckResult, VerifyReport } from './report.ts';

/** What to verify, and how. */
export interface VerifyOptions {
  readonly plan: Plan;
  /** Content of `cfn-outputs/flat-outputs.json`. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Called with each result as soon as it is there: in no particular order. */
  readonly onCheck?: (result: CheckResult) => void;
  readonly signal?: AbortSignal;
  /** How the load balancer is asked. */
  readonly http?: HttpOptions;
  /** Only these areas. Default: all. */
  readonly areas?: readonly Area[];
  /** Checks not to make, with the reason that the report gives; `*` stands for any characters: `stacks.*.drift`. */
  readonly skip?: readonly { readonly id: string; readonly reason: string }[];
}

/** More would only queue: AWS allows an account a few describe calls a second. */
const AT_ONCE = 12;

/**
 * Compares a live system with its plan, in state and behaviour. It changes nothing. Works for whatever has deployed the
 * system: resources are found by the plan's names and the outputs.
 *
 * @throws AwsError when the account cannot be asked at all, or the signal ends it
 *
 * @example
 * const report = await verify(session, { plan, outputs });
 * if (report.failed > 0) console.log(renderVerifyText(report));
 */
export async function verify(session: Session, options: VerifyOptions): Promise<VerifyReport> {
  const { plan, onCheck, signal } = options;
  const startedAt = Date.now();
  const areas = new Set<Area>(options.areas ?? AREAS);
  const live = openLive(session, options);
  try {
    const checks = listChecks(plan).filter(({ area }) => areas.has(area));
    const results = await mapAtMost(AT_ONCE, checks, async (one) => {
      throwIfEnded(signal);
      const result = await runCheck(one, live, options.skip ?? []);
      throwIfEnded(signal);
      onCheck?.(result);
      return result;
    });
    const count = (state: CheckResult['state']) => results.filter((result) => result.state === state).length;
    return {
      system: plan.system,
      env: plan.env,
      region: session.region,
      account: session.account,
      startedAt,
      durationMs: Date.now() - startedAt,
      passed: count('passed'),
      failed: count('failed'),
      skipped: count('skipped'),
      checks: results,
    };
  } finally {
    destroyClients(live.clients);
  }
}

function throwIfEnded(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new AwsError('interrupted', 'The verification was interrupted', {
      why: 'It only reads, so nothing has changed.',
      fix: 'Run the command again.',
    });
  }
}

async function runCheck(
  { id, area, title, run }: Check,
  live: Live,
  skip: NonNullable<VerifyOptions['skip']>,
): Promise<CheckResult> {
  const started = performance.now();
  const waived = skip.find((one) => matchesId(one.id, id));
  const outcome = waived === undefined ? await attempt(() => run(live)) : skipped(waived.reason);
  return {
    id,
    area,
    title,
    state: outcome.state,
    expected: outcome.state === 'failed' ? outcome.expected : null,
    found: outcome.state === 'skipped' ? null : outcome.found,
    reason: outcome.state === 'skipped' ? outcome.reason : null,
    durationMs: Math.round(performance.now() - started),
  };
}

/** A question that cannot be put is a failed check, not a skipped one: nobody has seen that the account is right. */
async function attempt(run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof NotShown) return skipped(error.message);
    return failed('to be able to look', explainFailure(error));
  }
}

/** Whether a check's id is what a pattern with `*` names. */
export function matchesId(pattern: string, id: string): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}$`).test(id);
}
