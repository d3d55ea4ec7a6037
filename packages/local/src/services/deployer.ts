import { join, relative, resolve } from 'node:path';
import type { ServicePlan } from '@breakwater/plan';
import type { DeploymentSnapshot } from '@breakwater/protocol';
import { findCommand } from '../processes/find-command.ts';
import type { Guard } from '../processes/index.ts';
import { EngineError } from '../state/engine-error.ts';
import { type ResolvedProcess, resolveProcess } from '../tasks/resolve-process.ts';
import { runBuild } from '../tasks/run-build.ts';
import { diskFiles } from '../tasks/source-files.ts';
import { makeRelease, type Release, removeOldReleases } from './release.ts';
import type { Service } from './service.ts';
import type { Revision } from './service-task.ts';
import { inSourceTurn } from './source-turn.ts';
import { watchSource } from './watch.ts';

/** What a deployer needs of the engine. */
export interface DeployerOptions {
  /** Folder of the definition. */
  readonly directory: string;
  /** Where the releases of the service are kept. */
  readonly releases: string;
  readonly plan: ServicePlan;
  readonly engineId: string;
  readonly guard: Guard;
  readonly environment: Readonly<Record<string, string>>;
  readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
  /** A sentence for people: a build began, failed, a source changed. */
  readonly onMessage: (message: string) => void;
}

/** A revision with everything that starting its tasks needs. */
export interface PreparedRevision extends Revision {
  readonly process: ResolvedProcess;
}

/** Turns a service's source into revisions, and changes of the source into deployments. */
export interface Deployer {
  /** Builds, takes the release and numbers it. @throws EngineError BUILD_FAILED and what resolveProcess throws */
  prepare(): Promise<PreparedRevision>;
  /** Prepares and deploys, one at a time; calls that come before a waiting one has begun share it. */
  redeploy(service: Service, reason: string): Promise<DeploymentSnapshot>;
  /** Why the last deployment could not be prepared; null when it could. */
  problem(): string | null;
  watch(service: Service): void;
  /** Ends build and watching; nothing is deployed any more. */
  close(): Promise<void>;
}

export function createDeployer(options: DeployerOptions): Deployer {
  const { directory, plan, engineId, guard, environment, onLine, onMessage } = options;
  const source = resolve(directory, plan.process.directory);
  const abort = new AbortController();
  let next = 1;
  let turn: Promise<unknown> = Promise.resolve();
  /** The deployment that waits for its turn. */
  let waiting: Promise<DeploymentSnapshot> | null = null;
  let problem: string | null = null;
  let stopWatching: () => Promise<void> = async () => {};

  const stopping = () => new EngineError('STOPPED', `${plan.key} is not built: the engine stops.`, null);

  async function prepare(): Promise<PreparedRevision> {
    if (abort.signal.aborted) throw stopping();
    const onWait = (pid: number): void =>
      onMessage(`${plan.key} waits: process ${pid} is building in the same folder.`);
    const revision = await inSourceTurn(source, { signal: abort.signal, onWait }, build);
    if (revision === undefined) throw stopping();
    return revision;
  }

  async function build(): Promise<PreparedRevision> {
    const found = await resolveProcess(plan, directory, diskFiles);
    if (found.build !== null) {
      const result = await runBuild({
        build: found.build,
        cwd: source,
        env: environment,
        engineId,
        service: plan.key,
        guard,
        onLine,
        signal: abort.signal,
      });
      if (result.state === 'aborted') throw stopping();
      if (result.state === 'failed') {
        const lines = result.lastLines.map((line) => `\n    ${line}`).join('');
        throw new EngineError('BUILD_FAILED', `${result.message}${lines}`, result.fix);
      }
    }
    const number = next;
    next += 1;
    const release = await makeRelease(source, options.releases, number);
    const process = inRelease(found, source, release);
    // Said now, once: every task of the revision would fail by it.
    const path = [...process.path, environment['PATH']].join(':');
    await findCommand(process.command, process.cwd, path).catch((error: unknown) => {
      if (!(error instanceof EngineError)) throw error;
      throw new EngineError(
        error.code,
        `Service "${plan.key}" cannot start. ${error.message}`,
        error.fix,
        error,
      );
    });
    return { number, plan, release, process };
  }

  async function deployNext(service: Service, reason: string): Promise<DeploymentSnapshot> {
    const revision = await prepare();
    if (abort.signal.aborted) throw stopping();
    const deployment = service.deploy(revision, reason);
    const inUse = new Set(service.tasks().map((task) => task.revision.number));
    inUse.add(service.revision()).add(revision.number);
    await removeOldReleases(options.releases, revision.number, inUse);
    return deployment;
  }

  function redeploy(service: Service, reason: string): Promise<DeploymentSnapshot> {
    // What has not begun yet will see this change too.
    if (waiting !== null) return waiting;
    const result = turn.then(() => {
      waiting = null;
      return deployNext(service, reason);
    });
    waiting = result;
    turn = result.then(
      () => {
        problem = null;
      },
      (error: unknown) => {
        problem = error instanceof Error ? error.message : String(error);
      },
    );
    return result;
  }

  return {
    prepare,
    redeploy,
    problem: () => problem,
    watch(service) {
      const deployChange = (file: string): void => {
        onMessage(`${file} of ${plan.key} has changed: deploying it.`);
        redeploy(service, `${file} has changed.`).catch((error: unknown) => {
          if (!abort.signal.aborted) onMessage(error instanceof Error ? error.message : String(error));
        });
      };
      stopWatching = watchSource(source, plan.process.watch, deployChange, onMessage);
    },
    async close() {
      abort.abort();
      await stopWatching();
      await turn;
    },
  };
}

/** The same process, started in the release instead of the source folder. */
function inRelease(found: ResolvedProcess, source: string, release: Release): ResolvedProcess {
  const inside = relative(source, found.cwd);
  if (inside.startsWith('..')) return found;
  return { ...found, cwd: join(release.directory, inside) };
}
