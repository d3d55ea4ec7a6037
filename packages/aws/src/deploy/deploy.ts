import type { Plan } from '@breakwater/plan';
import { together } from '../aws-error.ts';
import type { OnEvent } from '../events.ts';
import type { Images } from '../images/resolve-images.ts';
import { outputs, writeFlatOutputs } from '../outputs.ts';
import { preflight } from '../preflight/preflight.ts';
import { clearUnfinished, isUnfinished, latestRelease, recordRelease } from '../releases/log.ts';
import { packFiles } from '../releases/release.ts';
import type { Session } from '../session.ts';
import type { Assembly } from '../stacks/assembly.ts';
import { packStacks } from '../stacks/pack.ts';
import type { Store } from '../store.ts';
import { awaitTasks } from './await-tasks.ts';
import { changeEverything } from './change-everything.ts';
import type { DeployOptions, DeployResult } from './options.ts';
import { POLL_INTERVAL_MS, supervise } from './supervise.ts';

/**
 * Deploys a system: looks for what would go wrong, creates the repositories, builds and pushes the images, then changes the stacks,
 * each after those it depends on, and removes those that the plan no longer has. Records a release when anything changed.
 * A run that fails or is interrupted leaves a state that the next one goes on from.
 *
 * @throws AwsError with all problems found before the beginning; `would-lose-data`, `build-failed`, `deployment-failed`, `interrupted`, `busy`
 */
export async function deploy(session: Session, options: DeployOptions): Promise<DeployResult> {
  const { plan, directory, images = {}, onEvent, signal } = options;
  const pollIntervalMs = options.pollIntervalMs ?? POLL_INTERVAL_MS;
  const began = performance.now();
  await requireReady(session, { plan, images, directory, onEvent });
  const supervision = { id: plan, operation: 'deploy', onEvent, signal, pollIntervalMs };
  return supervise(session, supervision, async ({ store, signal: ended }) => {
    const leftOver = await isUnfinished(store);
    const done = await changeEverything(session, { ...options, store, signal: ended, pollIntervalMs });
    try {
      const changed = [...done.outcomes.values()].some((outcome) => outcome !== 'unchanged');
      if (changed) await awaitTasks(session, { plan, onEvent, signal: ended, pollIntervalMs });
      const values = await outputs(session, plan);
      const outputsFile = await writeFlatOutputs(directory, values);
      const last = await latestRelease(store);
      const release =
        changed || leftOver || last === null
          ? await record(session, store, {
              plan,
              assembly: done.assembly,
              images: done.images,
              outputs: values,
            })
          : last;
      await clearUnfinished(store);
      if (release !== last) onEvent({ kind: 'released', number: release.number });
      return {
        changed,
        release: release.number,
        outputs: values,
        outputsFile,
        images: done.images,
        stacks: Object.fromEntries(done.outcomes),
        durationMs: performance.now() - began,
      };
    } finally {
      await done.assembly.remove();
    }
  });
}

/**
 * Nothing in the account keeps the deployment from beginning. A stack that CloudFormation still works on does not: it is waited for,
 * once the lock says that nobody else is deploying.
 */
async function requireReady(
  session: Session,
  request: { plan: Plan; images: Images; directory: string; onEvent: OnEvent },
): Promise<void> {
  request.onEvent({ kind: 'step', title: 'Checking the account' });
  const { problems, warnings } = await preflight(session, request);
  for (const message of warnings) request.onEvent({ kind: 'warning', message });
  const blocking = problems.filter(({ code }) => code !== 'busy');
  if (blocking.length > 0) throw together(blocking, 'The deployment cannot begin');
}

/** Remembers how the services were deployed, so that all of them can be brought back together. */
async function record(
  session: Session,
  store: Store,
  what: { plan: Plan; assembly: Assembly; images: Images; outputs: Readonly<Record<string, string>> },
): ReturnType<typeof recordRelease> {
  const stacks = what.plan.stacks.filter(({ key }) => key.startsWith('service/') || key === 'dashboard');
  const files = await packStacks(
    what.assembly,
    stacks.map(({ name }) => name),
  );
  return recordRelease(store, {
    time: new Date().toISOString(),
    caller: session.caller,
    images: what.images,
    restores: null,
    outputs: what.outputs,
    stacks,
    assembly: packFiles(files),
  });
}
