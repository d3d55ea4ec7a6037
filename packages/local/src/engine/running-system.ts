import { join } from 'node:path';
import type { AlarmStates } from '@breakwater/behaviour';
import type { Plan } from '@breakwater/plan';
import { type ServiceConnect, startServiceConnect } from '../connect/index.ts';
import { loadLocalSecrets } from '../environment/local-secrets.ts';
import { EXAMPLE_ACCOUNT, serviceEnvironment } from '../environment/service-environment.ts';
import { toRequestSample } from '../metrics/index.ts';
import { createRouter, type Router, type TargetHealthChange } from '../router/index.ts';
import { createDeployer, type Deployer, type PreparedRevision } from '../services/deployer.ts';
import { createService, type Service } from '../services/service.ts';
import type { ServiceTask } from '../services/service-task.ts';
import { EngineError } from '../state/engine-error.ts';
import { startServerStores } from '../stores/gateway/start-stores.ts';
import type { Store } from '../stores/store.ts';
import { hostEnvironment } from '../tasks/index.ts';
import { connectionOf, startDatabases } from './databases.ts';
import type { Foundation } from './foundation.ts';
import { createLauncher, type TaskLauncher } from './launcher.ts';
import { listenOnPort } from './listen.ts';
import type { EngineOptions } from './options.ts';
import { parseGroup, setListenerRules, setTargetGroups } from './router-setup.ts';
import { settle } from './settle.ts';

/** The system's own parts while it runs. */
export interface RunningSystem {
  readonly router: Router;
  readonly connect: ServiceConnect;
  readonly url: string;
  readonly stores: ReadonlyMap<string, Store>;
  readonly services: ReadonlyMap<string, Service>;
  readonly deployers: ReadonlyMap<string, Deployer>;
  readonly launcher: TaskLauncher;
  /** Zones that are lost. */
  readonly lost: Set<string>;
}

/** What the rest of the engine adds: it comes into being later. */
export interface SystemHooks {
  readonly alarmStates: () => AlarmStates;
  /** Something has changed that may let a service go on. */
  readonly poke: () => void;
}

/**
 * Brings up router, stores and services, as far as possible at the same time: databases start while the services are
 * built. Returns when the first tasks are being started.
 */
export async function startSystem(
  options: EngineOptions,
  base: Foundation,
  hooks: SystemHooks,
): Promise<RunningSystem> {
  const plan = withCommands(options.plan, options.commands ?? {});
  const { clock, events, guard, lock, say } = base;
  const router = createRouter({
    timeScale: clock.timeScale,
    idleTimeoutMs: (plan.loadBalancer?.idleTimeoutSeconds ?? 60) * 1_000,
    dropInvalidHeaderFields: plan.loadBalancer?.dropInvalidHeaders ?? true,
    onRequest: (record) => base.metrics.recordRequest(toRequestSample(record, ownerOfGroup)),
    onTargetHealthChange: (change) => onHealth(change),
  });
  const services = new Map<string, Service>();
  const deployers = new Map<string, Deployer>();
  const lost = new Set<string>();
  const environment = hostEnvironment(process.env);
  let stores: ReadonlyMap<string, Store> = new Map();

  for (const service of Object.values(plan.services)) {
    deployers.set(
      service.key,
      createDeployer({
        directory: options.directory,
        releases: join(lock.layout.root, 'releases', service.key),
        plan: service,
        engineId: lock.engineId,
        guard,
        environment,
        onLine: (stream, line) =>
          base.log({ at: clock.now(), source: service.key, task: 'build', stream, line }),
        onMessage: (message) => say(message),
      }),
    );
  }
  const abort = (): void => {
    for (const deployer of deployers.values()) void deployer.close();
  };
  options.signal?.addEventListener('abort', abort, { once: true });
  if (options.signal?.aborted) abort();
  let launcher: TaskLauncher | null = null;
  let connect: ServiceConnect | null = null;
  setTargetGroups(router, plan);
  try {
    const databasesReady = startDatabases({
      plan,
      directory: lock.layout.stores,
      engineId: lock.engineId,
      guard,
      ports: base.ports,
      urls: options.databaseUrls ?? {},
      requireTls: options.databaseTls ?? false,
      onLog: (store, line) =>
        base.log({ at: clock.now(), source: store, task: null, stream: 'stderr', line }),
      onState: (store, state, problem) =>
        events.publish({
          kind: 'store',
          store,
          state,
          message: `${store} is ${state}${problem === null ? '' : `: ${problem}`}`,
        }),
    });
    const serversReady = startServerStores({
      plan,
      account: plan.account ?? EXAMPLE_ACCOUNT,
      directory: lock.layout.stores,
      engineId: lock.engineId,
      guard,
      ports: base.ports,
      metadata: base.metadata,
      timeScale: clock.timeScale,
      onLog: (store, line) =>
        base.log({ at: clock.now(), source: store, task: null, stream: 'stderr', line }),
      onEvent: (store, state, message) => events.publish({ kind: 'store', store, state, message }),
      onMessage: say,
    });
    const prepared = prepareAll(deployers);
    const secrets = loadLocalSecrets(join(lock.layout.root, 'secrets.json'), unboundSecrets(plan));
    const calls = startServiceConnect({
      plan,
      clock,
      metrics: base.callMetrics,
      tasksOf: (key) =>
        (services.get(key)?.tasks() ?? []).flatMap(({ id, pid }) => (pid === null ? [] : [{ id, pid }])),
      greenPercent: (key) => services.get(key)?.traffic().green ?? 0,
      onRefused: (from, to, message) => events.publish({ kind: 'call', from, to, message }),
      say,
    }).then((started) => {
      connect = started;
      return started;
    });
    const [databases, servers, revisions, local, port, serviceConnect] = await settle([
      databasesReady,
      serversReady,
      prepared,
      secrets,
      listenOnPort(router, options.port ?? null),
      calls,
    ] as const).catch(async (error: unknown) => {
      const started = await Promise.allSettled([databasesReady, serversReady.then((all) => all.stores)]);
      const open = started.flatMap((one) => (one.status === 'fulfilled' ? [...one.value.values()] : []));
      await Promise.all(open.map((store) => store.stop()));
      throw error;
    });
    stores = new Map<string, Store>([...databases, ...servers.stores]);
    // A function, for the compiler takes a property that it has seen once for settled.
    if (isAborted(options.signal))
      throw new EngineError('STOPPED', 'The engine was stopped while it started.', null);
    if (local.made.length > 0)
      say(
        `Made up values for the secrets ${local.made.join(', ')}; change them in .breakwater/secrets.json.`,
      );
    const url = `http://127.0.0.1:${port}`;
    const facts = {
      plan,
      databases: Object.fromEntries([...databases].map(([key, store]) => [key, connectionOf(store)])),
      secrets: local.secrets,
      url,
      callAddress: serviceConnect.address,
      otlpEndpoint: base.otlpEndpoint,
      xrayAddress: base.xrayAddress,
    };
    const tasks = createLauncher({
      engineId: lock.engineId,
      cluster: plan.cluster.name,
      region: plan.region,
      account: plan.account ?? EXAMPLE_ACCOUNT,
      router,
      connect: serviceConnect,
      ports: base.ports,
      guard,
      metadata: base.metadata,
      userEnvironment: process.env,
      environment: (revision) => serviceEnvironment(revision.plan, facts),
      credentials: servers.credentials,
      onLine: (task, stream, line) =>
        base.log({ at: clock.now(), source: task.revision.plan.key, task: task.id, stream, line }),
      onState: (task) => onTask(task),
      onWarning: say,
    });
    launcher = tasks;
    for (const [key, revision] of revisions) {
      services.set(
        key,
        createService({
          plan: revision.plan,
          clock,
          launcher: tasks,
          zones: () => plan.network.zones.filter((zone) => !lost.has(zone)),
          alarmStates: hooks.alarmStates,
          onDeployment: (deployment, message) =>
            events.publish({
              kind: 'deployment',
              service: key,
              deployment: deployment.id,
              revision: deployment.revision,
              state: deployment.state,
              stage: deployment.stage,
              message,
            }),
          onTraffic: () => setListenerRules(router, plan, services),
        }),
      );
    }
    setListenerRules(router, plan, services);
    for (const [key, revision] of revisions) services.get(key)?.deploy(revision, 'The system starts.');
    if (options.watch) for (const [key, service] of services) deployers.get(key)?.watch(service);
    return { router, connect: serviceConnect, url, stores, services, deployers, launcher: tasks, lost };
  } catch (error) {
    // Whatever of this fails, the rest must end all the same.
    await Promise.allSettled([...deployers.values()].map((deployer) => deployer.close()));
    await Promise.allSettled([router.close(0), launcher?.stopAll()]);
    await Promise.allSettled([closeOf(connect)]);
    await Promise.allSettled([...stores.values()].map((store) => store.stop()));
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }

  function onTask(task: ServiceTask): void {
    const service = task.revision.plan.key;
    events.publish({
      kind: 'task',
      task: task.id,
      service,
      state: task.state,
      stopCode: task.stopCode,
      message: taskSentence(task),
    });
    services.get(service)?.taskChanged(task);
    hooks.poke();
  }

  function onHealth(change: TargetHealthChange): void {
    const { service } = parseGroup(change.group);
    const task = services
      .get(service)
      ?.tasks()
      .find(({ id }) => id === change.id);
    if (task === undefined) return;
    // `unavailable` is for Lambda targets; the router has none.
    const health = change.state === 'unavailable' ? 'unused' : change.state;
    task.health = health;
    task.healthReason =
      health === 'healthy' ? null : [change.reason, change.detail].filter((part) => part !== '').join(': ');
    if (change.state !== change.previous) {
      events.publish({
        kind: 'target',
        task: task.id,
        service,
        state: health,
        reason: task.healthReason,
        message: `${service} ${task.id.slice(0, 8)} is ${change.state}${task.healthReason === null ? '' : ` (${task.healthReason})`}`,
      });
    }
    services.get(service)?.taskChanged(task);
    hooks.poke();
  }
}

/** As above: assigned in a callback, which the compiler does not see. */
const closeOf = (connect: ServiceConnect | null): Promise<void> | undefined => connect?.close(0);

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

async function prepareAll(
  deployers: ReadonlyMap<string, Deployer>,
): Promise<ReadonlyMap<string, PreparedRevision>> {
  const prepared = new Map<string, PreparedRevision>();
  await settle([...deployers].map(async ([key, deployer]) => prepared.set(key, await deployer.prepare())));
  return prepared;
}

/** The secrets whose values do not come from a database. */
function unboundSecrets(plan: Plan) {
  const bound = new Set(Object.values(plan.databases).map(({ secret }) => secret));
  return Object.values(plan.secrets).filter(({ key }) => !bound.has(key));
}

/** The plan with commands given on the command line in place of its own. */
function withCommands(plan: Plan, commands: Readonly<Record<string, readonly string[]>>): Plan {
  for (const key of Object.keys(commands)) {
    if (plan.services[key] !== undefined) continue;
    const known = `Services: ${Object.keys(plan.services).join(', ')}.`;
    throw new EngineError(
      'NOT_FOUND',
      `A command was given for '${key}', but there is no such service.`,
      known,
    );
  }
  const services = Object.fromEntries(
    Object.entries(plan.services).map(([key, service]) => {
      const command = commands[key];
      if (command === undefined) return [key, service];
      return [key, { ...service, process: { ...service.process, command, build: [] } }];
    }),
  );
  return { ...plan, services };
}

/** Whose requests a target group's are. */
function ownerOfGroup(group: string) {
  const { service, slot } = parseGroup(group);
  return { service, group: slot };
}

function taskSentence(task: ServiceTask): string {
  const name = `${task.revision.plan.key} ${task.id.slice(0, 8)}`;
  if (task.state === 'STOPPED') return `${name} has stopped: ${task.stoppedReason ?? 'no reason known'}`;
  if (task.state === 'RUNNING')
    return `${name} runs (pid ${task.pid}, port ${task.port}, ${task.zone}, ${task.capacityProvider})`;
  return `${name} is ${task.state}`;
}
