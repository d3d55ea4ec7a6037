import { randomBytes } from 'node:crypto';
import type { EngineFile, EngineState, ServiceSnapshot, Snapshot } from '@breakwater/protocol';
import { makeChaos } from '../chaos/chaos.ts';
import { type Controls, controlRoutes } from '../control/routes.ts';
import { type ControlServer, startControlServer } from '../control/server.ts';
import { createDecisionLog } from '../scaling/decision-log.ts';
import type { Service } from '../services/service.ts';
import { EngineError, writeEngineFile } from '../state/index.ts';
import { type Foundation, openFoundation } from './foundation.ts';
import { inFlightOf, type Loop, startLoop } from './loop.ts';
import type { Engine, EngineOptions } from './options.ts';
import { readiness } from './ready.ts';
import { type RunningSystem, startSystem } from './running-system.ts';
import { serviceSnapshot, taskSnapshot } from './snapshot.ts';

const MIB = 1024 * 1024;
/** How long requests in flight may take to end when the engine stops. */
const STOP_GRACE_MS = 5_000;
const TOKEN_BYTES = 32;

/**
 * Runs a system on this machine. Resolves when its parts have been started; `ready` tells when it answers.
 *
 * @throws EngineError that says what keeps it from starting; nothing is left running then
 * @example
 * const engine = await startEngine({ plan, directory: process.cwd(), watch: true });
 * await engine.ready;
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const base = await openFoundation(options);
  const decisions = createDecisionLog();
  let system: RunningSystem | null = null;
  const loop: Loop = startLoop(options.plan, base, () => system, decisions);
  try {
    system = await startSystem(options, base, {
      alarmStates: () =>
        Object.fromEntries(
          Object.keys(options.plan.alarms).map((key) => [key, loop.alarms.isInAlarm(key) ? 'ALARM' : 'OK']),
        ),
      poke: () => loop.poke(),
    });
    return await run(options, base, system, loop, decisions);
  } catch (error) {
    loop.stop();
    if (system !== null) await endSystem(system, 0, base.say);
    await base.close();
    throw error;
  }
}

async function run(
  options: EngineOptions,
  base: Foundation,
  system: RunningSystem,
  loop: Loop,
  decisions: ReturnType<typeof createDecisionLog>,
): Promise<Engine> {
  const { plan } = options;
  const { clock, events } = base;
  const startedAt = clock.now();
  let state: EngineState = 'starting';
  let readyAt: number | null = null;
  let control: ControlServer | null = null;
  let stopping: Promise<void> | null = null;
  let markStopped = (): void => {};
  const stopped = new Promise<void>((resolve) => {
    markStopped = resolve;
  });

  const enter = (next: EngineState, message: string): void => {
    if (state === next || state === 'stopping') return;
    state = next;
    events.publish({ kind: 'engine', state: next, message });
  };

  const ready = new Promise<void>((resolve, reject) => {
    const look = (): void => {
      const now = readiness(system.services.values());
      if (now.state === 'ready') {
        readyAt ??= clock.now();
        enter('ready', `${plan.system} answers at ${system.url}.`);
        resolve();
      } else if (readyAt !== null) {
        enter('degraded', 'Not every service has its tasks.');
      }
      if (now.state === 'failed') reject(now.error);
    };
    const unsubscribe = events.subscribe(() => setImmediate(look));
    void stopped.then(() => {
      unsubscribe();
      reject(new EngineError('STOPPED', 'The engine was stopped before the system was ready.', null));
    });
    look();
  });
  // Whoever waits for it gets the rejection; without anybody it is no error of the process.
  ready.catch(() => {});

  const service = (key: string): Service => {
    const found = system.services.get(key);
    if (found !== undefined) return found;
    throw new EngineError(
      'NOT_FOUND',
      `There is no service '${key}'.`,
      `Services: ${[...system.services.keys()].join(', ')}.`,
    );
  };

  const describeService = (one: Service): ServiceSnapshot =>
    serviceSnapshot(
      one,
      base.metrics,
      (task) => loop.measurer.usageOf(task),
      clock.now(),
      one.problem() ?? system.deployers.get(one.key)?.problem() ?? loop.hint(one.key),
    );

  function snapshot(): Snapshot {
    const inFlight = inFlightOf(system);
    const memory = process.memoryUsage();
    return {
      protocol: 1,
      system: plan.system,
      env: plan.env,
      region: plan.region,
      state,
      pid: process.pid,
      startedAt,
      readyAt,
      url: system.url,
      controlUrl: control?.url ?? '',
      timeScale: clock.timeScale,
      zones: plan.network.zones.map((name) => ({ name, lost: system.lost.has(name) })),
      services: [...system.services.values()].map(describeService),
      tasks: [...system.services.values()].flatMap((one) =>
        one.tasks().map((task) => taskSnapshot(task, loop.measurer.usageOf(task.id), inFlight(task))),
      ),
      stores: [...system.stores.values()].map((store) => store.snapshot()),
      calls: system.connect.snapshot(),
      alarms: loop.alarms.snapshot().map((alarm) => ({ ...alarm, since: clock.real(alarm.since) })),
      engine: {
        rssMiB: memory.rss / MIB,
        heapMiB: memory.heapUsed / MIB,
        version: options.version ?? '0.0.0',
      },
    };
  }

  async function end(): Promise<void> {
    enter('stopping', 'Stopping: requests in flight end first, then tasks, then stores.');
    loop.stop();
    try {
      await endSystem(system, STOP_GRACE_MS, base.say);
      await control?.close();
    } finally {
      await base.close().finally(markStopped);
    }
  }
  const stop = (): Promise<void> => {
    stopping ??= end();
    return stopping;
  };

  const controls: Controls = {
    plan: () => plan,
    snapshot,
    eventsAfter: (seq) => events.after(seq),
    onEvent: (listener) => events.subscribe(listener),
    logs: (filter, lines) => base.logs.tail(logFilter(filter), lines),
    onLog: (filter, listener) => base.logs.subscribe(logFilter(filter), listener),
    traces: ({ limit, service: name, errors, slowerThanMs }) =>
      base.traces.list({ limit, errors, slowerThanMs, ...(name === null ? {} : { service: name }) }),
    trace: (id) => base.traces.get(id) ?? null,
    metrics: ({ seconds, stepSeconds, metric, statistic, service: name, task, route, caller }) => [
      (caller === null ? base.metrics : base.callMetrics).query({
        metric,
        // The store refuses what is no statistic.
        statistic: statistic as 'Sum',
        service: name,
        task,
        // Of calls, the caller stands in the place of the route.
        route: caller === null || caller === '*' ? route : caller,
        from: clock.now() - seconds * 1_000,
        to: clock.now(),
        stepSeconds,
      }),
    ],
    decisions: (name) => decisions.list(name),
    redeploy(key) {
      const one = service(key);
      const deployer = system.deployers.get(key);
      if (deployer === undefined) throw new EngineError('NOT_FOUND', `There is no service '${key}'.`, null);
      return deployer.redeploy(one, 'A redeployment was asked for.');
    },
    scale({ service: key, desired, minimum, maximum }) {
      const one = service(key);
      const limits = { ...one.limits() };
      one.setLimits({
        minimum: minimum ?? Math.min(limits.minimum, desired ?? limits.minimum),
        maximum: maximum ?? Math.max(limits.maximum, desired ?? limits.maximum, minimum ?? 0),
      });
      const now = one.limits();
      one.setDesired(desired ?? Math.min(Math.max(one.counts().desired, now.minimum), now.maximum));
      return describeService(one);
    },
    chaos: (request) =>
      makeChaos(
        {
          services: system.services,
          stores: system.stores,
          zones: plan.network.zones,
          lost: system.lost,
          kill: (task) => system.launcher.kill(task),
          onChaos: (action, message) => events.publish({ kind: 'chaos', action, message }),
        },
        request,
      ),
    stop: () => void stop(),
  };
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  control = await startControlServer(token, controlRoutes(controls));
  const file: EngineFile = {
    protocol: 1,
    pid: process.pid,
    pidStartedAt: base.lock.identity.startedAt,
    controlUrl: control.url,
    url: system.url,
    token,
    system: plan.system,
    env: plan.env,
  };
  await writeEngineFile(options.directory, file);
  return {
    file,
    ready,
    stopped,
    snapshot,
    subscribe: (listener) => events.subscribe(listener),
    onLog: (listener) => base.logs.subscribe({}, listener),
    stop,
    killNow() {
      loop.stop();
      for (const deployer of system.deployers.values()) void deployer.close();
      void system.launcher.killAll();
      // A server of the user's own is not ours to kill, and says so.
      for (const store of system.stores.values()) store.crash().catch(() => {});
      stop().catch(() => {});
    },
  };
}

const logFilter = ({ source, task }: { readonly source: string | null; readonly task: string | null }) => ({
  ...(source === null ? {} : { source }),
  ...(task === null ? {} : { task }),
});

/**
 * Requests first, then tasks, then stores: nothing loses what it still needs. What fails on the way is told and keeps
 * nothing else from ending.
 */
async function endSystem(system: RunningSystem, graceMs: number, say: (line: string) => void): Promise<void> {
  const end = async (parts: readonly Promise<unknown>[]): Promise<void> => {
    for (const result of await Promise.allSettled(parts)) {
      if (result.status === 'rejected') say(`While stopping: ${String(result.reason)}`);
    }
  };
  await end([...system.deployers.values()].map((deployer) => deployer.close()));
  await end([system.router.close(graceMs)]);
  await end([system.launcher.stopAll()]);
  await end([system.connect.close(0)]);
  await end([...system.stores.values()].map((store) => store.stop()));
}
