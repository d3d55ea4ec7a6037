import { setTimeout as sleep } from 'node:timers/promises';
import type { DeploymentSnapshot } from '@breakwater/protocol';
import { type ControlClient, createControlClient } from '../control-client.ts';
import { type EngineCommandOptions, findEngine } from '../engine-folder.ts';
import { CliError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { findService } from '../find-task.ts';
import { formatDuration } from '../render/units.ts';
import { errStyle, note, printJson } from '../terminal.ts';

/** Options of `breakwater redeploy`. */
export interface RedeployOptions extends EngineCommandOptions {
  readonly wait?: boolean;
  readonly timeout: number;
}

const POLL_MS = 150;

/** `breakwater redeploy [service]`: a new version by the service's own strategy; all services without a name. */
export async function redeploy(name: string | undefined, options: RedeployOptions): Promise<void> {
  const client = createControlClient(await findEngine(options));
  const snapshot = await client.snapshot();
  const names =
    name === undefined
      ? snapshot.services.map((service) => service.name)
      : [findService(snapshot, name).name];
  const begun: DeploymentSnapshot[] = [];
  for (const service of names) {
    const deployment = await client.redeploy({ service });
    note(`${service}: revision ${deployment.revision} is being deployed (${deployment.strategy}).`);
    begun.push(deployment);
  }
  const finished = options.wait ? await finish(client, begun, options.timeout) : begun;
  if (options.json) printJson(finished);
  const failed = finished.find(({ state }) => state === 'FAILED' || state === 'ROLLED_BACK');
  if (failed) {
    throw new CliError(
      `${failed.service} revision ${failed.revision} ${failed.state === 'FAILED' ? 'failed' : 'was rolled back'}`,
      {
        why: failed.reason || null,
        fix: `See \`breakwater logs ${failed.service}\`; the version before still serves.`,
      },
    );
  }
  if (!options.wait && !options.json)
    note(errStyle.dim('Watch it with `breakwater ps`, or wait for it with --wait.'));
}

async function finish(
  client: ControlClient,
  begun: readonly DeploymentSnapshot[],
  timeout: number,
): Promise<readonly DeploymentSnapshot[]> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const { services } = await client.snapshot();
    const now = begun.map(
      (deployment) =>
        services.flatMap((service) => service.deployments).find(({ id }) => id === deployment.id) ??
        deployment,
    );
    const open = now.filter(({ state }) => state === 'IN_PROGRESS' || state === 'ROLLING_BACK');
    if (open.length === 0) {
      for (const { service, revision, state, startedAt, finishedAt } of now) {
        if (state === 'COMPLETED')
          note(
            `${errStyle.green('✓')} ${service}: revision ${revision} serves after ${formatDuration((finishedAt ?? Date.now()) - startedAt)}.`,
          );
      }
      return now;
    }
    if (Date.now() >= deadline) {
      throw new CliError(`The deployment is not finished after ${formatDuration(timeout)}`, {
        why: open
          .map(({ service, revision, state }) => `${service} revision ${revision} is ${state}`)
          .join(', '),
        fix: 'It goes on: see `breakwater ps`, or wait longer with --timeout.',
        exitCode: EXIT.timedOut,
      });
    }
    await sleep(POLL_MS);
  }
}
