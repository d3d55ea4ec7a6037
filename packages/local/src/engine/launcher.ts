import type { TaskState } from '@breakwater/protocol';
import type { ServiceConnect } from '../connect/index.ts';
import type { Guard, PortAllocator } from '../processes/index.ts';
import type { Router } from '../router/index.ts';
import type { PreparedRevision } from '../services/deployer.ts';
import type { Launcher, ServiceTask } from '../services/service-task.ts';
import type { TaskCredentials } from '../stores/gateway/task-credentials.ts';
import { createTask, createTaskId, type MetadataServer, type Task } from '../tasks/index.ts';
import { groupName } from './router-setup.ts';

/** What launching tasks needs of the engine. */
export interface LauncherOptions {
  readonly engineId: string;
  readonly cluster: string;
  readonly region: string;
  readonly account: string;
  readonly router: Router;
  readonly connect: ServiceConnect;
  readonly ports: PortAllocator;
  readonly guard: Guard;
  readonly metadata: MetadataServer;
  readonly userEnvironment: Readonly<Record<string, string | undefined>>;
  /** A service's environment with this machine's addresses. */
  readonly environment: (revision: PreparedRevision) => Readonly<Record<string, string>>;
  /** Keys of the tasks' roles; null where nothing asks for any. */
  readonly credentials: TaskCredentials | null;
  readonly onLine: (task: ServiceTask, stream: 'stdout' | 'stderr', line: string) => void;
  /** Called at each change of state, after the task's fields were brought up to date. */
  readonly onState: (task: ServiceTask, state: TaskState) => void;
  readonly onWarning: (message: string) => void;
}

export interface TaskLauncher extends Launcher {
  /** SIGKILL to everything of the task; the router stops choosing it first. */
  kill(task: ServiceTask): void;
  /** Ends every task without draining; resolves when all have ended. */
  stopAll(): Promise<void>;
  /** SIGKILL to every task; resolves when all have ended. */
  killAll(): Promise<void>;
}

/** Makes processes of a service's decisions. */
export function createLauncher(options: LauncherOptions): TaskLauncher {
  const { engineId, cluster, region, account, router, connect, ports, guard, metadata } = options;
  const running = new Map<string, { readonly view: ServiceTask; readonly task: Promise<Task | null> }>();
  let closed = false;

  /** Brings the view up to date with the process. */
  function update(view: ServiceTask, task: Task, state: TaskState): void {
    view.state = state;
    view.pid = task.pid;
    view.startedAt = task.startedAt;
    view.stoppedAt = task.stoppedAt;
    view.stopCode = task.stopCode;
    view.exitCode = task.exitCode;
    view.stoppedReason = explain(task);
    if (state === 'STOPPED') {
      view.health = null;
      running.delete(view.id);
      ports.release(view.port);
      options.credentials?.end(view.id);
    }
    options.onState(view, state);
  }

  /** A task that this machine cannot even prepare has stopped like one that cannot start. */
  function couldNotCreate(view: ServiceTask, error: unknown): void {
    view.state = 'STOPPED';
    view.stoppedAt = Date.now();
    view.stopCode = 'TaskFailedToStart';
    ports.release(view.port);
    options.credentials?.end(view.id);
    view.stoppedReason = error instanceof Error ? error.message : String(error);
    view.health = null;
    running.delete(view.id);
    options.onState(view, 'STOPPED');
  }

  async function create(view: ServiceTask, revision: PreparedRevision): Promise<Task> {
    const { plan } = revision;
    const port = await ports.next();
    view.port = port;
    const keys = (await options.credentials?.issue(plan.key, view.id)) ?? {};
    const group = groupName(plan.key, view.slot);
    const hasTarget = plan.ingress !== null;
    return createTask({
      identity: {
        id: view.id,
        service: plan.key,
        family: plan.taskFamily,
        revision: revision.number,
        container: plan.containerName,
        image:
          plan.image.kind === 'image' ? plan.image.reference : (plan.registry?.name ?? plan.image.context),
        cluster,
        account,
        region,
        zone: view.zone,
        capacityProvider: view.capacityProvider,
        cpuUnits: plan.cpuUnits,
        memoryMiB: plan.memoryMiB,
      },
      process: revision.process,
      // What the definition says of an endpoint counts.
      environment: { ...keys, ...options.environment(revision) },
      userEnvironment: options.userEnvironment,
      port,
      engineId,
      guard,
      metadata,
      hooks: {
        afterStart: () => {
          if (hasTarget)
            router.registerTarget(group, { id: view.id, host: view.host, port, zone: view.zone });
          connect.taskStarted({
            ...view,
            service: plan.key,
            side: view.slot,
            port,
            standing: () => ({ running: view.state === 'RUNNING', leaving: view.leaving }),
          });
        },
        beforeStop: (_task, alive) => {
          if (!alive) {
            connect.taskGone(view.id);
            if (hasTarget) router.targetGone(view.id);
          }
          const calls = connect.taskLeaves(view.id);
          const requests = hasTarget ? router.deregisterTarget(group, view.id) : undefined;
          return Promise.all([calls, requests]).then(() => {});
        },
        onState: (task, state) => update(view, task, state),
        onLine: (_task, stream, line) => options.onLine(view, stream, line),
        onWarning: (_task, message) => options.onWarning(message),
      },
    });
  }

  return {
    launch({ revision, slot, zone, capacityProvider }) {
      const view: ServiceTask = {
        id: createTaskId(),
        revision,
        slot,
        zone,
        capacityProvider,
        createdAt: Date.now(),
        host: '127.0.0.1',
        port: 0,
        pid: null,
        state: 'PROVISIONING',
        health: revision.plan.ingress === null ? null : 'initial',
        healthReason: null,
        startedAt: null,
        stoppedAt: null,
        stopCode: null,
        stoppedReason: null,
        exitCode: null,
        wasHealthy: false,
        leaving: false,
      };
      if (closed) {
        return { ...view, state: 'STOPPED', stoppedAt: view.createdAt, leaving: true };
      }
      // Only the deployer makes revisions, and it makes them prepared.
      const task = create(view, revision as PreparedRevision).catch((error: unknown) => {
        couldNotCreate(view, error);
        return null;
      });
      running.set(view.id, { view, task });
      void task.then((created) => created?.start());
      return view;
    },
    stop(view, { stopCode, reason }) {
      const { stopTimeoutSeconds } = view.revision.plan;
      void running.get(view.id)?.task.then((task) => task?.stop({ stopCode, reason, stopTimeoutSeconds }));
    },
    kill(view) {
      router.targetGone(view.id);
      connect.taskGone(view.id);
      void running.get(view.id)?.task.then((task) => task?.kill());
    },
    async stopAll() {
      closed = true;
      const all = [...running.values()];
      await Promise.all(
        all.map(async ({ view, task }) => {
          view.leaving = true;
          const { stopTimeoutSeconds } = view.revision.plan;
          const reason = 'The engine is stopping';
          await (await task)?.stop({ stopCode: 'UserInitiated', reason, stopTimeoutSeconds, skipHook: true });
        }),
      );
    },
    async killAll() {
      closed = true;
      await Promise.all([...running.values()].map(async ({ task }) => (await task)?.kill()));
    },
  };
}

/** Lines of a failed task's output that its explanation quotes. */
const QUOTED_LINES = 12;

function explain(task: Task): string | null {
  const explanation = task.explanation();
  if (explanation === null || !task.failed) return explanation ?? task.stoppedReason;
  const lines = task.lastLines().slice(-QUOTED_LINES);
  return lines.length === 0
    ? explanation
    : `${explanation}\n${lines.map((line) => `    ${line}`).join('\n')}`;
}
