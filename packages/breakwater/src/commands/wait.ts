import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineFile, Snapshot } from '@breakwater/protocol';
import { createControlClient } from '../control-client.ts';
import { type EngineCommandOptions, findEngine } from '../engine-folder.ts';
import { CliError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { formatDuration } from '../render/units.ts';
import { note, printJson } from '../terminal.ts';
import type { WaitGoal } from '../wait-goals.ts';

/** Options of `breakwater wait`. */
export interface WaitOptions extends EngineCommandOptions {
  readonly for: WaitGoal;
  readonly timeout: number;
}

const POLL_MS = 150;
/** `breakwater dev & breakwater wait` must work: an engine that was just started needs a moment to say so. */
const APPEARS_WITHIN_MS = 5_000;

/** `breakwater wait`: returns when the goal is reached; exit 9 when it is not in time, 7 when no engine runs. */
export async function wait(options: WaitOptions): Promise<void> {
  const deadline = Date.now() + options.timeout;
  const client = createControlClient(
    await appearing(options, Math.min(deadline, Date.now() + APPEARS_WITHIN_MS)),
  );
  for (;;) {
    const snapshot = await client.snapshot();
    const missing = whatIsMissing(snapshot, options.for);
    if (missing === null) {
      if (options.json) printJson(snapshot);
      else
        note(
          `${snapshot.system} ${snapshot.env}: ${options.for === 'deployment' ? 'no deployment is in progress' : options.for}.`,
        );
      return;
    }
    if (Date.now() >= deadline) {
      throw new CliError(
        `${snapshot.system} ${snapshot.env} is not there after ${formatDuration(options.timeout)}`,
        {
          why: missing,
          fix: 'See `breakwater ps` and `breakwater logs`, or wait longer with --timeout.',
          exitCode: EXIT.timedOut,
        },
      );
    }
    await sleep(Math.min(POLL_MS, Math.max(1, deadline - Date.now())));
  }
}

async function appearing(options: EngineCommandOptions, deadline: number): Promise<EngineFile> {
  for (;;) {
    try {
      return await findEngine(options);
    } catch (error) {
      if (!(error instanceof CliError && error.exitCode === EXIT.notRunning) || Date.now() >= deadline)
        throw error;
      await sleep(POLL_MS);
    }
  }
}

/** What keeps the goal from being reached, as a clause; null when it is reached. A deployment that failed throws. */
export function whatIsMissing(snapshot: Snapshot, goal: WaitGoal): string | null {
  if (goal === 'ready') return snapshot.state === 'ready' ? null : `it is ${snapshot.state}`;
  if (goal === 'healthy') {
    if (snapshot.state !== 'ready') return `it is ${snapshot.state}`;
    const short = snapshot.services.find(
      (service) => service.healthy < service.desired || service.problem !== null,
    );
    return short
      ? `${short.name} has ${short.healthy} of ${short.desired} tasks healthy${short.problem ? `; ${short.problem}` : ''}`
      : null;
  }
  for (const service of snapshot.services) {
    const moving = service.deployments.find(
      ({ state }) => state === 'IN_PROGRESS' || state === 'ROLLING_BACK',
    );
    if (moving) return `${service.name} revision ${moving.revision} is ${moving.state}`;
  }
  return null;
}
