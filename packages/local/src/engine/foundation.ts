import { randomInt } from 'node:crypto';
import type { LogLine } from '@breakwater/protocol';
import { createMetricStore, type MetricStore } from '../metrics/index.ts';
import { createPortAllocator, type Guard, type PortAllocator, startGuard } from '../processes/index.ts';
import { acquireEngineLock, alreadyRunning, type EngineLock } from '../state/index.ts';
import { createLogStore, createMetadataServer, type LogStore, type MetadataServer } from '../tasks/index.ts';
import {
  createOtlpReceiver,
  createTraceStore,
  createXrayReceiver,
  type TraceStore,
} from '../telemetry/index.ts';
import { type Clock, createClock } from './clock.ts';
import { createEventLog, type EventLog } from './event-log.ts';
import type { EngineOptions } from './options.ts';
import { settle } from './settle.ts';

/** Memory for series of calls per task and caller. */
const CALL_METRICS_BYTES = 12 * 1_024 * 1_024;

/** What stands before anything of the system runs: the folder, the guard, memory for what happens, and the ears for telemetry. */
export interface Foundation {
  readonly lock: EngineLock;
  readonly guard: Guard;
  /** Ports of tasks and stores; no other engine of this machine takes them while this one lives. */
  readonly ports: PortAllocator;
  readonly clock: Clock;
  readonly events: EventLog;
  readonly logs: LogStore;
  readonly metrics: MetricStore;
  /** Of calls between services: by callee, with the caller in the place of a route. */
  readonly callMetrics: MetricStore;
  readonly traces: TraceStore;
  readonly metadata: MetadataServer;
  readonly otlpEndpoint: string;
  readonly xrayAddress: string;
  /** A line of the engine's own log. */
  readonly say: (line: string) => void;
  readonly log: (line: LogLine) => void;
  close(): Promise<void>;
}

/**
 * Claims the folder and opens what the engine itself needs.
 * @throws EngineError ENGINE_RUNNING, or what keeps the folder from being written
 */
export async function openFoundation(options: EngineOptions): Promise<Foundation> {
  const { plan, directory } = options;
  const result = await acquireEngineLock(directory);
  if (result.state === 'failed') throw result.error;
  if (result.state === 'running') throw alreadyRunning(directory, result.pid, result.engine?.url ?? null);
  const { lock } = result;
  const clock = createClock(options.timeScale ?? 1);
  const events = createEventLog(clock.now, (error) =>
    say(
      `A listener of events failed and hears no more: ${error instanceof Error ? error.message : String(error)}`,
    ),
  );
  if (options.onEvent !== undefined) events.subscribe(options.onEvent);
  const warn = (message: string): void => say(message);
  const logs = createLogStore({ directory: lock.layout.logs, onWarning: (message) => warn(message) });
  const say = (line: string): void => {
    logs.append({ at: clock.now(), source: 'engine', task: null, stream: 'stderr', line });
  };
  const traces = createTraceStore();
  const sampling = Object.values(plan.services).flatMap(({ key, tracing }) =>
    tracing === null ? [] : [{ service: key, ...tracing.sampling }],
  );
  const otlp = createOtlpReceiver({ onSpans: traces.add });
  const xray = createXrayReceiver({ onSpans: traces.add, sampling, region: plan.region });
  // Anywhere: systems that are started together would try the same ports, if they began next to each other.
  const ports = createPortAllocator(randomInt(10_000));
  const opened: { guard?: Guard; metadata?: MetadataServer } = {};
  const close = async (): Promise<void> => {
    // What fails here must not keep the rest from closing.
    await Promise.allSettled([otlp.close(), xray.close(), opened.metadata?.close()]);
    await Promise.allSettled([opened.guard?.stop()]);
    ports.close();
    await Promise.allSettled([logs.flush()]);
    await lock.release();
  };
  try {
    const guarding = startGuard({
      engineId: lock.engineId,
      registryFile: lock.layout.processes,
      onWarning: warn,
    });
    const serving = createMetadataServer();
    void guarding.then((guard) => Object.assign(opened, { guard })).catch(() => {});
    void serving.then((metadata) => Object.assign(opened, { metadata })).catch(() => {});
    const [guard, metadata, otlpPort, xrayPort] = await settle([
      guarding,
      serving,
      otlp.listen(0),
      xray.listen(0),
    ] as const);
    for (const { kind, name, pid } of lock.leftovers.ended) {
      say(`Ended ${kind} ${name ?? ''} (pid ${pid}), left over from an engine that was killed.`);
    }
    return {
      lock,
      guard,
      ports,
      clock,
      events,
      logs,
      metrics: createMetricStore(),
      callMetrics: createMetricStore({ limitBytes: CALL_METRICS_BYTES }),
      traces,
      metadata,
      otlpEndpoint: `http://127.0.0.1:${otlpPort}`,
      xrayAddress: `127.0.0.1:${xrayPort}`,
      say,
      log: (line) => logs.append(line),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
